"""What can be expected of a call, one module for each channel: wire, decisions, application, progress, ear.

A matcher looks at a stage and a call and returns None when the expectation is met, else what is unmet and
why. It never waits: the step `expect` asks it again until its time is up.
"""
