"""The PBX stays in a call whose audio comes by a bad line."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.staying import stays
from sipdomain.qa.verdict import Verdict


def _judge(seen: Seen) -> Verdict:
    return stays(seen, "of loss and jitter")


CHECK: Final = Check(
    name="bad-line",
    level="should",
    what="stays in a call of which a tenth of the audio is lost and the rest comes irregularly, and goes on sending",
    source="RFC 3550 section 6.4; RFC 3261 section 15",
    situation="bad-line",
    judge=_judge,
    mend="do not end calls by their quality; a jitter buffer of 60 to 200 ms",
    needs="answer",
    vendors={
        "asterisk": "rtp_timeout=0 or 60 in the endpoint",
        "freeswitch": "rtp-timeout-sec 0 or 60 in the profile",
    },
)
