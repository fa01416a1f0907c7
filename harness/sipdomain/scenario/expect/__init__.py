"""What can be expected of a call, one module for each channel: wire, decisions, application, progress, ear.

A matcher looks at a stage and a call and returns a `Finding`: how the expectation stands, and whether what
may still come can change that. It never waits: `judge` asks it again until it can be judged.
"""
