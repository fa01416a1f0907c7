"""Media streams: what goes over a socket beside a call."""
