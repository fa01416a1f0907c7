"""What is sent has the payload numbers of the answer."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    answers = seen.described("cloud")
    packets = seen.audio
    if not answers or not packets:
        return unclear("no audio of the PBX came to an answer")
    agreed = {number for each in answers for number in each.audio.formats}
    sent = Counter(str(each.rtp.payload_type) for each in packets)
    strange = [number for number in sent if number not in agreed]
    if strange:
        said = f"{sent[strange[0]]} packets have payload number {strange[0]}; the answer has {', '.join(sorted(agreed))}"
        return failed(said, answers[0].wire, fields=("m=", "a=rtpmap"))
    used = ", ".join(sorted(sent))
    return passed(f"sent was payload number {used}, which the answer has", answers[0].wire, fields=("m=",))


CHECK: Final = Check(
    name="payload-numbers",
    level="should",
    what="sends what the answer has, by its payload numbers",
    source="RFC 3264 sections 5.1, 6.1 and 7",
    situation="call",
    judge=_judge,
    mend="let the PBX follow the answer: no fixed codec and no fixed payload numbers for this trunk",
    needs="answer",
    vendors={"asterisk": "preferred_codec_only=no, asymmetric_rtp_codec=no"},
)
