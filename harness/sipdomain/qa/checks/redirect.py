"""A 302 is followed or taken as the end, and the digest goes nowhere else."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        moved = next((each for each in call.responses("INVITE", least=300) if each.status == 302), None)
        if moved is None:
            continue
        where = moved.header("contact")
        for data in seen.elsewhere or ():
            try:
                message = parse(data)
            except RemoteProtocolError:
                continue
            if isinstance(message, Request) and any(
                message.headers.get(name) for name in ("proxy-authorization", "authorization")
            ):
                return failed(
                    f"it sent its digest to {where}, which nobody asked for", moved, fields=("contact",)
                )
        if not any(each.cseq == (moved.cseq[0], "ACK") for each in call.requests("ACK")):
            return failed("the 302 was not acknowledged", moved)
        target = next(each.request.target for each in call.invites if each.cseq == moved.cseq)
        again = [
            each
            for other in seen.calls
            for each in other.invites
            if each.at > moved.at and each.request.target == target
        ]
        if again:
            return failed(f"it called {target} again, which had moved", moved, again[0], fields=("contact",))
        if seen.elsewhere is None:
            return unclear("nobody listens there", moved)
        if any(each.startswith(b"INVITE ") for each in seen.elsewhere):
            return passed(f"it called {where}, without its digest", moved, fields=("contact",))
        return passed("it took the 302 as the end of the call", moved, fields=("contact",))
    return unclear("no call got a 302")


CHECK: Final = Check(
    name="redirect",
    level="must",
    what="follows a 302 or gives the call up, and sends its digest to nobody else",
    source="RFC 3261 sections 8.1.3.4, 21.3.3 and 22.1; RFC 7616 section 5",
    situation="redirect",
    judge=_judge,
    mend="let the PBX forget nonce and realm of the domain for a call that is sent elsewhere, or follow no 302 at all",
    vendors={
        "asterisk": "redirect_method=user or uri_core in the endpoint: the dialplan sees where it goes",
        "freeswitch": '<param name="manual-redirect" value="true"/> in the profile',
    },
)
