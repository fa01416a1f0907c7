"""A description that changes has the next version."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Described, Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("o=", "a=sendonly", "a=inactive", "a=sendrecv", "m=", "c=")


def _judge(seen: Seen) -> Verdict:
    told = 0
    for call in seen.answered:
        for before, after in pairwise(call.described("pbx")):
            old, new = _origin(before), _origin(after)
            if before.wire.data == after.wire.data or _rest(before) == _rest(after):
                continue
            if old[:2] + old[3:] != new[:2] + new[3:]:
                return failed(
                    "another session is named in o= within one call", before.wire, after.wire, fields=_FIELDS
                )
            if not (old[2].isdigit() and new[2].isdigit() and int(new[2]) == int(old[2]) + 1):
                said = f"the description changed, and its version went from {old[2]} to {new[2]}"
                return failed(said, before.wire, after.wire, fields=_FIELDS)
            told += 1
    if not told:
        return unclear("no description of the PBX changed within a call")
    return passed(f"the version rose by one each of {told} times")


def _origin(described: Described) -> list[str]:
    """Return the six fields of o=: user, session, version, and where it is."""
    return next((value.split() for kind, value in described.session.lines if kind == "o"), [""] * 6)


def _rest(described: Described) -> list[bytes]:
    return [line for line in described.wire.message.body.splitlines() if not line.startswith(b"o=")]


CHECK: Final = Check(
    name="session-version",
    level="should",
    what="raises the version in o= by one when its description changes",
    source="RFC 3264 section 8",
    situation="hold",
    judge=_judge,
    mend="this is the stack's own work: update it; take away what rewrites session descriptions on the way (ALG)",
    needs="answer",
)
