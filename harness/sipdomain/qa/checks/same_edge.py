"""What answers a challenge goes where the challenge came from."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.by_name import edge_of, not_by_name
from sipdomain.qa.challenged import challenged
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    found = challenged(seen)
    if (untold := not_by_name(seen, *([found.first] if found is not None else []))) is not None:
        return untold
    if found is None:
        return unclear("no credentials came in answer to a challenge")
    asked, first, second = found.response.status, edge_of(seen, found.first), edge_of(seen, found.request)
    ack = next(
        (each for call in seen.calls for each in call.requests("ACK") if each.branch == found.first.branch),
        None,
    )
    if ack is not None and ack.target != found.first.target:
        place = edge_of(seen, ack) or ack.target
        return failed(f"the {asked} came from {first}, and its ACK went to {place}", found.response, ack)
    if found.request.target != found.first.target:
        place = second or found.request.target
        said = f"the {asked} came from {first}, and the INVITE with credentials went to {place}"
        return failed(said, found.response, found.request, fields=("proxy-authorization",))
    return passed(
        f"the {asked} came from {first}, and the INVITE with credentials went there too", found.request
    )


CHECK: Final = Check(
    name="same-edge",
    level="should",
    what="sends the answer to a challenge to the address that asked, though DNS names another one by then",
    source="RFC 3263 section 4.3 of its ACK; of the INVITE https://github.com/signalwire/freeswitch/issues/2639",
    situation="dns-turns",
    judge=_judge,
    mend="let the PBX look the domain up once a call, or call one edge by its name",
    needs="nothing",
    vendors={
        "freeswitch": "call one edge by its name: proxy NAME.sip.EDGE.twilio.com in the gateway",
        "kamailio": 'in the failure_route, with tmx loaded: $du = "sip:" + $T_rpl($si) + ":" + $T_rpl($sp)',
        "asterisk": "call one edge by its name: contact=sip:NAME.sip.EDGE.twilio.com in the aor",
    },
)
