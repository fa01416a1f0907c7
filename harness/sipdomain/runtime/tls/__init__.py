"""Certificates, and the TLS of everything that listens or connects."""
