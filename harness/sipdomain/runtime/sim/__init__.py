"""Virtual time, and what is in place of sockets there."""
