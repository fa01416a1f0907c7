"""The scorecard of a voice bot: it is called with a table of turns, and what the caller hears is measured."""
