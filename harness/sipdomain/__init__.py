"""A local emulator of a Twilio SIP Domain, and the scenarios that drive it."""

from __future__ import annotations

__version__ = "0.1.0"
