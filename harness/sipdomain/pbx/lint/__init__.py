"""Configurations of PBXs, looked through for the mistakes that people make."""
