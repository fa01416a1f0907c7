"""The ACK goes to the Contact by way of the first Route."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed
from sipdomain.qa.wire import Wire


def _judge(seen: Seen) -> Verdict:
    shown: list[Wire] = []
    for call, answer in seen.answers:
        acks = call.acks_to(answer)
        if not acks:
            return failed("the 200 was not acknowledged", answer)
        contact = answer.message.contact
        ack = acks[0]
        if contact is not None and ack.request.uri != contact.uri:
            said = f"the ACK goes to {ack.request.target}; the Contact of the 200 is {contact.uri}"
            return failed(said, answer, ack, fields=("contact",))
        shown = shown or [answer, ack]
    return passed("the ACK has the Contact of the 200 as its Request-URI", *shown, fields=("contact",))


CHECK: Final = Check(
    name="ack-to-answer",
    level="must",
    what="acknowledges the 200: Request-URI as its Contact, though that is a private address, sent to the first Route",
    source="RFC 3261 section 13.2.2.4; https://www.twilio.com/docs/api/errors/32022",
    situation="call",
    judge=_judge,
    mend="do not rewrite the Contact of the far end",
    needs="answer",
    vendors={
        "asterisk": "rewrite_contact=no for this endpoint",
        "kamailio": "no fix_nated_contact() for what comes from the edge",
        "freeswitch": "no aggressive-nat-detection in the profile of this gateway",
    },
)
