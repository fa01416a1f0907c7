"""Calls from their beginning to their end, whichever side began them."""
