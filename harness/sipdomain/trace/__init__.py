"""What a capture or a journal shows of calls: their messages, their audio, and what went wrong. Pure."""
