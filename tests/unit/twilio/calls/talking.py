"""Calls that talk, and what is sent in them."""

from __future__ import annotations

from sipdomain.sip.outputs import Flow
from tests.unit.twilio.bench import Bench


def sends(bench: Bench, start: bytes) -> list[tuple[float, Flow]]:
    """Return when and where messages went that begin like that."""
    return [(at, way) for at, way, data in bench.sent if data.startswith(start)]
