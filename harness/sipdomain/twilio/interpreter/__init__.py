"""Carries TwiML out on a call."""
