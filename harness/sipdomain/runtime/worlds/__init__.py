"""Worlds that scenarios play in: live, or in virtual time."""
