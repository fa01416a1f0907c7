"""The route set of the answer is in ACK and BYE."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.qa.wire import Wire
from sipdomain.sip.address import NameAddress

_FIELDS: Final = ("record-route", "route")


def _judge(seen: Seen) -> Verdict:
    judged = None
    for call, answer in seen.answers:
        # A proxy before the PBX takes its own Route out.
        proxies = {uri for invite in call.invites for uri in _uris(invite, "record-route")}
        wanted = [each for each in _uris(answer, "record-route")[::-1] if each not in proxies]
        if not wanted:
            continue
        byes = [each for each in call.requests("BYE") if each.to_tag]
        for request in (*call.acks_to(answer), *byes):
            got = _uris(request, "route")
            if got != wanted:
                said = f"the {request.method} has the Route {', '.join(got) or '-'}; wanted is {', '.join(wanted)}"
                return failed(said, answer, request, fields=_FIELDS)
            judged = judged or (answer, request)
    if judged is None:
        return unclear("no ACK came to an answer with Record-Route")
    return passed("both Record-Routes are in Route, the last one first", *judged, fields=_FIELDS)


def _uris(wire: Wire, name: str) -> list[str]:
    return [str(each.uri) for text in wire.message.headers.all(name) for each in NameAddress.parse_many(text)]


CHECK: Final = Check(
    name="route-set",
    level="must",
    what="copies both Record-Routes of the answer into ACK and BYE, in reverse order",
    source="RFC 3261 sections 12.1.2 and 12.2.1.1",
    situation="call",
    judge=_judge,
    mend="switch off what rewrites Record-Route: SIP ALG, topology hiding, the fixing of NAT for this peer",
    needs="answer",
    vendors={
        "kamailio": "no fix_nated_contact() and no topoh for what comes from the edge",
        "opensips": "no fix_nated_contact() and no topology_hiding() for what comes from the edge",
    },
)
