"""Keys are sent by the payload number of the answer."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("m=", "a=rtpmap")
_EVENTS: Final = "telephone-event/8000"


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        offer = next(iter(call.described("pbx")), None)
        answer = next(iter(call.described("cloud")), None)
        if offer is None or answer is None:
            continue
        offered, agreed = ({
            number for number, text in each.audio.encodings().items() if text.lower() == _EVENTS
        } for each in (offer, answer))  # fmt: skip
        if not agreed or agreed & offered:
            return unclear("the answer has no other payload number for keys than the offer", answer.wire)
        wires = (offer.wire, answer.wire)
        sent = {str(each.rtp.payload_type) for each in seen.audio if each.at > answer.wire.at}
        if strange := sorted(sent - set(answer.audio.formats)):
            said = f"it sends payload number {strange[0]}; the answer has {', '.join(answer.audio.formats)}"
            return failed(said, *wires, fields=_FIELDS)
        if not sent & agreed:
            return unclear("no key came", *wires)
        return passed(
            f"keys came by payload number {min(agreed)}, as the answer has it", *wires, fields=_FIELDS
        )
    return unclear("no offer of audio was answered")


CHECK: Final = Check(
    name="answer-numbers",
    level="should",
    what="sends keys by the payload number of the answer, where that is another than it offered",
    source="RFC 3264 sections 5.1 and 6.1",
    situation="other-numbers",
    judge=_judge,
    mend="let the PBX follow the answer: no fixed payload number for telephone-event",
    needs="answer",
    vendors={
        "asterisk": "asymmetric_rtp_codec=no",
        "freeswitch": "rfc2833-pt is only what is offered; update where it is not followed",
    },
)
