"""SIP on real sockets: UDP, TCP and TLS."""
