"""Foreign phones and programs, run as child processes against a live world: one module for each kind."""
