"""The names of methods, from the IANA registry of SIP methods."""

from __future__ import annotations

from typing import Final

METHODS: Final = frozenset(
    {
        "ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK", "PUBLISH", "REFER",
        "REGISTER", "SUBSCRIBE", "UPDATE",
    }
)  # fmt: skip
"""Every registered method. Any other is one that nobody knows: it gets 501 (RFC 3261 section 21.5.2)."""
