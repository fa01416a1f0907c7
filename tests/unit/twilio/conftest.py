"""An emulator by hand."""

from __future__ import annotations

from tests.unit.twilio.caller import alice, bench, make, talking

__all__ = ["alice", "bench", "make", "talking"]
