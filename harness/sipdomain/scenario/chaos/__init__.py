"""One scenario under many seeds of faults that it must survive, and the fewest that break it."""
