"""Scenario files: what is given, what happens, and what must be seen.

Knows no socket, thread or clock: a `World` carries everything out, live or in virtual time.
"""
