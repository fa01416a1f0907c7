"""Whether a PBX stays in a call whose audio from the cloud is bad, and goes on sending."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_GAP: Final = 1.0


def stays_when(while_: str, *, name: str, what: str, mend: str) -> Check:
    """Return the check whether the PBX stays in a call, in the situation of the same name.

    Args:
        while_: What the audio of the cloud is like, in a sentence's end.
        name: Of the check, and of the situation.
        what: What a PBX does that passes it.
        mend: What to change in one that fails it.
    """
    return Check(
        name=name,
        level="should",
        what=what,
        source="RFC 3550 section 6.4; RFC 3261 section 15",
        situation=name,
        judge=lambda seen: _judge(seen, while_),
        mend=mend,
        needs="answer",
        vendors={
            "asterisk": "rtp_timeout=0 or 60 in the endpoint",
            "freeswitch": "rtp-timeout-sec 0 or 60 in the profile",
        },
    )


def _judge(seen: Seen, while_: str) -> Verdict:
    """Return whether the PBX left the call to the cloud to end, and sent audio until then."""
    for call, answer in seen.answers:
        bye = next(iter(call.requests("BYE")), None)
        ours = next(iter(call.requests("BYE", "cloud")), None)
        if bye is not None and (ours is None or bye.at < ours.at):
            return failed(f"it hung up after {bye.at - answer.at:.1f} s {while_}", answer, bye)
        if ours is None:
            continue
        moments = [each.at for each in seen.audio if answer.at <= each.at <= ours.at]
        if not moments:
            return unclear("no audio of the PBX came", answer)
        gap = max(after - before for before, after in pairwise([answer.at, *moments, ours.at]))
        if gap > _GAP:
            return failed(f"its own audio stopped for {gap:.1f} s {while_}", answer)
        return passed(f"it stayed for {ours.at - answer.at:.0f} s, and sent audio all the time", answer, ours)
    return unclear("no call was answered, and ended by the cloud")
