"""What comes back of an INVITE within a dialog, and when it may be sent again (RFC 3261 section 14)."""

from __future__ import annotations

from typing import Final

GONE: Final = frozenset({408, 481})
"""The statuses that say that the other side does not know the dialog, or is dead (section 12.2.1.2)."""


def glare_pause(number: int, *, is_owner: bool) -> float:
    """Return how long an INVITE that got 491 waits, so that the two ends do not meet again (section 14.1).

    Args:
        number: A random number of 31 bits.
        is_owner: Whether we made the Call-ID.

    Returns:
        In seconds, in steps of 10 ms: 2.1 to 4 for the owner of the Call-ID, up to 2 for the other.
    """
    return 2.1 + number % 191 / 100 if is_owner else number % 201 / 100
