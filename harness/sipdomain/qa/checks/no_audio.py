"""The PBX stays in a call in which nothing is to be heard."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.staying import stays
from sipdomain.qa.verdict import Verdict


def _judge(seen: Seen) -> Verdict:
    return stays(seen, "without audio")


CHECK: Final = Check(
    name="no-audio",
    level="should",
    what="stays in a call in which no audio comes for twelve seconds, and goes on sending",
    source="RFC 3550 section 6.4; RFC 3261 section 15",
    situation="no-audio",
    judge=_judge,
    mend="let the PBX wait for audio for a minute at least, or for ever, before it hangs up",
    needs="answer",
    vendors={
        "asterisk": "rtp_timeout=0 or 60 in the endpoint",
        "freeswitch": "rtp-timeout-sec 0 or 60 in the profile",
    },
)
