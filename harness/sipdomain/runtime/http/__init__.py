"""HTTP on real sockets: the client that asks customers' URLs, and the server of the emulator's own APIs."""
