"""Fields of JSON by their places: `domains.0.sid` goes deeper."""

from __future__ import annotations

import json
from typing import Any, Final

NOTHING: Final = object()
"""Stands where there is no field."""


def value_of(found: Any, place: str) -> Any:
    """Return what is at a place below a JSON value, or `NOTHING`."""
    for step in place.split("."):
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return NOTHING
    return found


def text_of(found: Any, place: str) -> str | None:
    """Return the same as text, JSON where it is none; None where there is nothing."""
    value = value_of(found, place)
    if value is NOTHING:
        return None
    return value if isinstance(value, str) else json.dumps(value)
