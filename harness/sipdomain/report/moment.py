"""The time of day, as every line of `serve` begins."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """Return a moment, in seconds since 1970, in local time: `2026-11-26 14:11:05.123`."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    return local.replace(tzinfo=None).isoformat(" ", "milliseconds")
