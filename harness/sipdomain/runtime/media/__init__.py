"""Audio on real sockets, and the voice that speaks prompts."""
