"""Readers of the journal and of results: terminal, JUnit, JSON lines, the ladder. They decide nothing."""
