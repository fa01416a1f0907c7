"""The grade as a badge: what the endpoint of shields.io reads."""

from __future__ import annotations

import json
from typing import Final

from sipdomain.qa.report.card import Card

_COLOURS: Final = {"A": "brightgreen", "B": "green", "C": "yellow", "F": "red", "?": "lightgrey"}


def badge(card: Card) -> bytes:
    """Return the document (https://shields.io/badges/endpoint-badge)."""
    words = {"?": "not enough was run"}.get(card.grade, card.grade)
    found = {"schemaVersion": 1, "label": "SIP Domain QA", "message": words, "color": _COLOURS[card.grade]}
    return (json.dumps(found) + "\n").encode()
