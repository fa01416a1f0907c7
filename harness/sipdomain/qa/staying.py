"""Whether a PBX stays in a call whose audio from the cloud is bad, and goes on sending."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_GAP: Final = 1.0


def stays(seen: Seen, while_: str) -> Verdict:
    """Return whether the PBX left the call to the cloud to end, and sent audio until then.

    Args:
        seen: What was seen.
        while_: What its audio was like, in a sentence's end.
    """
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
