"""A ladder without times, addresses, SIDs, retransmissions and measurements: what live and virtual time must share.

The order across lanes depends on the clock, and so does that of callbacks of each kind: each stands by itself.
"""

from __future__ import annotations

import re

from sipdomain.mask import masking, printable
from sipdomain.report.ladder.model import Ladder

_LANES = (
    ("SIP", "sip", ""),
    ("decisions", "decisions", ""),
    ("HTTP", "http", ""),
    ("HTTP, status callbacks", "http", "status"),
    ("HTTP, recording callbacks", "http", "recording"),
    ("HTTP, conference callbacks", "http", "conference"),
)
_ADDRESS = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\])(:\d+)?")

_SID = re.compile(r"\b([A-Z]{2})[0-9a-f]{32}\b")


def untimed(ladder: Ladder) -> str:
    """Return the canonical form of a ladder; two runs of a scenario on different substrates give the same."""
    lines = []
    for title, lane, aside in _LANES:
        lines.append(title)
        # Legs run beside one another, in an order that depends on the clock too.
        for row in sorted(ladder.rows, key=lambda row: row.leg):
            if row.aside == aside and (aside or row.lane == lane):
                ends = f"{row.source} > {row.target}  " if row.source != row.target else ""
                ends = f"{row.leg}: {ends}" if row.leg > 1 else ends
                lines.append(f"  {_nameless(ends + row.text)}")
                lines += [f"    {_nameless(detail)}" for detail in row.details]
    mask = masking(())
    return "\n".join(printable(mask(line)) for line in lines)


def _nameless(text: str) -> str:
    """Return a text with a word for each address and each SID, which every run draws anew."""
    return _SID.sub(r"\1…", _ADDRESS.sub("ADDRESS", text))
