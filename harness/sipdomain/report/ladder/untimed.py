"""A ladder without times, addresses, SIDs, retransmissions and measurements: what live and virtual time must share.

The order across lanes depends on the clock, and so does that of callbacks of each kind: each stands by itself. What a
bad line does to datagrams depends on it too, with how late, and how often it meets one that is sent again: each kind
stands once, in the order of the alphabet.
"""

from __future__ import annotations

import re

from sipdomain.entries import Injected
from sipdomain.mask import masking, printable
from sipdomain.report.ladder.model import Ladder, Row

_LANES = (
    ("SIP", "sip", ""),
    ("decisions", "decisions", ""),
    ("HTTP", "http", ""),
    ("HTTP, status callbacks", "http", "status"),
    ("HTTP, recording callbacks", "http", "recording"),
    ("HTTP, conference callbacks", "http", "conference"),
)
_ADDRESS = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\])(:\d+)?")

_LATE = re.compile(r"(?<=late by )[\d.e-]+ s(, ([\d.e-]+ s|…))*")

_SID = re.compile(r"\b([A-Z]{2})[0-9a-f]{8,32}\b")
"""A SID, or what is left of one where a row is cut."""

_IGNORED = re.compile(r"\d+(?= packets ignored)")


def untimed(ladder: Ladder) -> str:
    """Return the canonical form of a ladder; two runs of a scenario on different substrates give the same."""
    lines = []
    for title, lane, aside in _LANES:
        lines.append(title)
        # Legs run beside one another, in an order that depends on the clock too.
        for row in sorted(ladder.rows, key=lambda row: row.leg):
            if row.aside == aside and (aside or row.lane == lane) and not _is_of_the_line(row):
                ends = f"{row.source} > {row.target}  " if row.source != row.target else ""
                ends = f"{row.leg}: {ends}" if row.leg > 1 else ends
                lines.append(f"  {_nameless(ends + row.text)}")
                lines += [f"    {_nameless(detail)}" for detail in row.details]
    if befallen := {_LATE.sub("…", row.text) for row in ladder.rows if _is_of_the_line(row)}:
        lines += ["line", *(f"  {_nameless(each)}" for each in sorted(befallen))]
    mask = masking(())
    return "\n".join(printable(mask(line)) for line in lines)


def _is_of_the_line(row: Row) -> bool:
    """Return whether a row says what became of a datagram or a packet on purpose."""
    return isinstance(row.entry, Injected) and row.entry.layer in ("sip", "rtp")


def _nameless(text: str) -> str:
    """Return a text with a word for each address and each SID, which every run draws anew."""
    return _IGNORED.sub("…", _SID.sub(r"\1…", _ADDRESS.sub("ADDRESS", text)))
