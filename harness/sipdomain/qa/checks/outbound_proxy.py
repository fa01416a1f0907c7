"""A Route to an outbound proxy is loose."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed
from sipdomain.sip.address import NameAddress


def _judge(seen: Seen) -> Verdict:
    first = seen.calls[0].invites[0]
    for call in seen.calls:
        for invite in call.invites:
            for text in invite.message.headers.all("route"):
                for route in NameAddress.parse_many(text):
                    if "lr" not in route.uri.parameters:
                        return failed(f"the Route <{route.uri}> has no lr", invite, fields=("route",))
    has_route = bool(first.header("route"))
    said = "every Route of the INVITE has lr" if has_route else "the INVITE has no Route"
    return passed(said, first, fields=("route",))


CHECK: Final = Check(
    name="loose-route",
    level="must",
    what="keeps the Request-URI when it uses an outbound proxy, and writes lr in the Route to it",
    source="RFC 3261 sections 8.1.2 and 16.12.1.1",
    situation="call",
    judge=_judge,
    mend="write ;lr behind the URI of the outbound proxy",
    vendors={"asterisk": "outbound_proxy=sip:ADDRESS\\;lr, with the backslash: ; begins a comment"},
    rules=("comment-in-a-value",),
)
