"""Plays scenarios at another SIP domain, and says of each expectation whether it is the same there."""
