"""The next edge is tried when one refuses connections."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.by_name import FIRST, SECOND, edge_of, invites, not_by_name, services
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    found = invites(seen)
    if (untold := not_by_name(seen, *found)) is not None:
        return untold
    if found:
        said = f"{FIRST} was down, and the INVITE came to {edge_of(seen, found[0])} by {found[0].transport.upper()}"
        return passed(said, found[0])
    if seen.found is not None and not {"_sip._tcp", "_sips._tcp"} & services(seen.found):
        return unclear("no INVITE came, and over UDP nothing is refused: next-edge-silent looks at that")
    return failed(f"DNS named {FIRST} and {SECOND}; {FIRST} refused TCP, and no INVITE came to {SECOND}")


CHECK: Final = Check(
    name="next-edge-refused",
    level="should",
    what="goes to the next edge when one refuses connections",
    source="RFC 3263 section 4.3",
    situation="edge-refuses",
    judge=_judge,
    mend="let the PBX try every target of the SRV records, or name two edges as two trunks of one route",
    needs="nothing",
    vendors={
        "asterisk": "contact=sip:NAME.sip.twilio.com in the aor, without a port; or Dial a second endpoint at CHANUNAVAIL",
        "freeswitch": "a second gateway by another edge: bridge to both with | between, and continue_on_fail",
        "kamailio": "use_dns_cache=on and use_dns_failover=on",
        "opensips": "disable_dns_failover=no",
    },
    rules=("no-qualify",),
)
