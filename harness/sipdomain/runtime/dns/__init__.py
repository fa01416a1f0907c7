"""A DNS server for the emulator's own names."""
