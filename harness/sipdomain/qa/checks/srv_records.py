"""The domain is found by SRV records, and the best priority goes first."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.by_name import SECOND, edge_of, invites, not_by_name, services
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    found = invites(seen, until=seen.marks.get("turned", float("inf")))
    if seen.found is not None and seen.found.questions and not services(seen.found):
        kinds = ", ".join(dict.fromkeys(each.kind for each in seen.found.questions))
        return failed(f"DNS was asked for {kinds} of the domain, and for no SRV record", *found[:1])
    if (untold := not_by_name(seen, *found)) is not None:
        return untold
    if not found:
        return unclear("DNS was asked, and no INVITE came")
    edge = edge_of(seen, found[0])
    if edge != SECOND:
        return failed(f"the INVITE went to {edge}, though {SECOND} has the lower priority value", found[0])
    asked = ", ".join(sorted(services(seen.found))) if seen.found is not None else ""
    return passed(f"SRV records of {asked} were asked for, and the first INVITE went to {edge}", found[0])


CHECK: Final = Check(
    name="srv-records",
    level="should",
    what="finds the domain by SRV records, and goes first to the target with the lowest priority value",
    source="RFC 3263 section 4.2; RFC 2782",
    situation="by-name",
    judge=_judge,
    mend="name the domain without a port or an outbound proxy: with one of these no SRV record is asked for",
    needs="nothing",
    vendors={
        "asterisk": "contact=sip:NAME.sip.twilio.com without a port in the aor, and res_resolver_unbound loaded",
        "freeswitch": 'proxy without a port in the gateway, and <param name="disable-srv" value="false"/> in the profile',
        "kamailio": "no port in $ru and $du; dns_srv_lb=no and use_dns_cache=on keep the order of priority",
        "baresip": "no outbound in accounts",
    },
)
