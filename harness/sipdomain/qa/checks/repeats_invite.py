"""An INVITE without an answer is sent again."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_WANTED: Final = (0.5, 1.0)
_TOLERANCE: Final = 0.3


def _judge(seen: Seen) -> Verdict:
    call = seen.calls[0]
    first = call.invites[0]
    if first.transport != "udp":
        return unclear(f"the INVITE came by {first.transport.upper()}, where nothing is lost", first)
    answered_at = min((each.at for each in call.responses("INVITE")), default=float("inf"))
    copies = [each for each in call.requests("INVITE") if each.at <= answered_at]
    if any(each.branch != first.branch for each in copies):
        other = next(each for each in copies if each.branch != first.branch)
        return failed("the INVITE that is sent again has another branch", first, other, fields=("via",))
    gaps = [after.at - before.at for before, after in pairwise(copies)]
    if len(gaps) < len(_WANTED):
        return failed(f"the INVITE was sent {len(copies)} times, though none was heard", first)
    for gap, wanted in zip(gaps, _WANTED, strict=False):
        if not wanted * (1 - _TOLERANCE) <= gap <= wanted * (1 + _TOLERANCE) + 0.2:
            return failed(
                f"it was sent again after {gap:.2f} s, and not after {wanted} s", *copies[:3], fields=("via",)
            )
    return passed(
        f"sent again after {gaps[0]:.2f} s and {gaps[1]:.2f} s, with the same branch",
        *copies[:3],
        fields=("via",),
    )


CHECK: Final = Check(
    name="repeats-invite",
    level="must",
    what="sends an INVITE without an answer again over UDP, after 0.5, 1, 2 s, with the same branch",
    source="RFC 3261 section 17.1.1.2",
    situation="unheard",
    judge=_judge,
    mend="leave T1 at 500 ms",
    vendors={
        "asterisk": "timer_t1=500 in the section system",
        "sipp": 'retrans="500" in <send>',
        "kamailio": 'modparam("tm", "retr_timer1", 500)',
    },
)
