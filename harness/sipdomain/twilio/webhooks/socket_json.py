"""The JSON objects that servers send over WebSockets, and what is said of one that is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Wrong:
    """A message that is left out.

    Attributes:
        reason: What is wrong with it.
    """

    reason: str


def read_object(text: str) -> dict[str, Any] | Wrong:
    """Read a JSON object (RFC 8259: NaN and Infinity are not JSON)."""
    try:
        message = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return Wrong(f"it is not JSON: {error}")
    return message if isinstance(message, dict) else Wrong("it is not a JSON object")


def shortened(value: Any) -> str:
    """Return how a value is written, in 60 characters at most."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)
"""One for all: `json.loads` makes a new one for each text."""
