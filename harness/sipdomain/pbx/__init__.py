"""Configurations of PBXs and phones: those that work, written from templates, and those of others, looked through."""
