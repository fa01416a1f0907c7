"""An emulator by hand."""

from __future__ import annotations

from tests.unit.twilio.bench import alice, bench, make

__all__ = ["alice", "bench", "make"]
