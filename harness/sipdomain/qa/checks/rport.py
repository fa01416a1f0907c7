"""Over UDP, rport is asked for, and answers are taken where the request came from."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        invite = call.invites[0]
        if invite.transport != "udp":
            continue
        if "rport" not in invite.message.via.parameters:
            return failed("the Via of the INVITE has no rport", invite, fields=("via",))
        if not any(each.to_tag for each in call.requests("ACK")):
            return failed("what was sent to the port of the INVITE was not acknowledged", invite)
        return passed(
            "rport is in Via, and the answer to the INVITE's port was acknowledged", invite, fields=("via",)
        )
    return unclear("no call came by UDP")


CHECK: Final = Check(
    name="rport",
    level="should",
    what="asks for rport over UDP, and listens where it sends from",
    source="RFC 3581 section 3",
    situation="call",
    judge=_judge,
    mend="switch rport on for this peer",
    needs="answer",
    vendors={
        "asterisk": "force_rport=yes and rewrite_contact=yes in the endpoint; chan_pjsip itself always asks",
        "freeswitch": "leave NDLB-force-rport alone; sofia asks for rport unless rport is switched off",
    },
)
