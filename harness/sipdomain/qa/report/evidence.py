"""Messages as reports show them: what they say, and the lines that matter."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.mask import Mask, printable
from sipdomain.qa.verdict import Verdict
from sipdomain.qa.wire import Wire
from sipdomain.runtime.shown import shown
from sipdomain.sip.headers import key_of

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the evidence.

    Attributes:
        at: The moment, in seconds.
        by: Who sent it: "pbx" or "cloud".
        ends: Where it went from and to, and by which transport.
        head: Its first line.
        lines: The lines that matter.
        text: All of it.
    """

    at: float
    by: str
    ends: str
    head: str
    lines: tuple[str, ...]
    text: str


def evidence(verdict: Verdict, mask: Mask) -> list[Shown]:
    """Return the messages of a verdict, without secrets."""
    return [_shown(each, verdict.fields, mask) for each in verdict.evidence]


def _shown(wire: Wire, fields: tuple[str, ...], mask: Mask) -> Shown:
    text = shown(wire.data, mask).decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")
    head, *rest = [printable(line) for line in text.split("\n")]
    lines = tuple(line[:_LONGEST] for line in rest if _matters(line, fields))
    ends = f"{wire.source} to {wire.target}, {wire.transport.upper()}"
    return Shown(wire.at, wire.by, ends, head[:_LONGEST], lines, "\n".join([head, *rest]))


def _matters(line: str, fields: tuple[str, ...]) -> bool:
    name = key_of(line.partition(":")[0].strip())
    return name in fields or any("=" in each and line.startswith(each) for each in fields)
