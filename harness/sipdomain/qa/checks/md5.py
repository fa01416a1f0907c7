"""A challenge without an algorithm is MD5."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import challenged
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    found = challenged(seen)
    if found is None:
        return unclear("no credentials came in answer to a challenge")
    algorithm = found.credentials.algorithm
    if algorithm.upper() not in {"", "MD5"}:
        return failed(
            f"the answer is by {algorithm}", found.response, found.request, fields=("proxy-authorization",)
        )
    return passed("the answer is by MD5", found.request, fields=("proxy-authorization",))


CHECK: Final = Check(
    name="md5",
    level="must",
    what="takes a challenge without an algorithm for MD5",
    source="RFC 7616 section 3.3",
    situation="call",
    judge=_judge,
    mend="allow MD5 for outgoing calls",
    vendors={"asterisk": "supported_algorithms_uac has to have MD5 (from Asterisk 20.12 on)"},
)
