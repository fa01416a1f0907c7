"""Configurations as files: read, checked, applied to a store, and written from one."""
