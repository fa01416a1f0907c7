"""The words of `expect`, one module for each channel: what is written, and what looks at it."""
