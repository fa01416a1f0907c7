"""What a matcher returns when an expectation is not met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that is not met yet, or not at all.

    Attributes:
        field: Which one, such as `parameters.SipDomain`.
        expected: In words.
        got: In words.
        near: What came close, or would help to see.
    """

    field: str
    expected: str
    got: str
    near: tuple[str, ...] = ()


def listed(items: Iterable[object], empty: str = "none") -> str:
    """Return items in words: `100, 407, 200`; `empty` when there are none."""
    return ", ".join(str(item) for item in items) or empty
