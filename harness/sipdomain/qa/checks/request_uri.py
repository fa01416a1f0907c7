"""The Request-URI has the domain's name."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        for invite in call.invites:
            host = invite.request.uri.host.lower()
            if host != seen.setting.domain:
                return failed(f"the Request-URI names {host}, not {seen.setting.domain}", invite)
    return passed(f"every Request-URI names {seen.setting.domain}", seen.calls[0].invites[0])


CHECK: Final = Check(
    name="request-uri",
    level="must",
    what="puts the domain's name in the Request-URI: not an address, not the name of a proxy",
    source="RFC 3261 section 8.1.1.1; https://www.twilio.com/docs/sip-trunking/troubleshooting",
    situation="call",
    judge=_judge,
    mend="call NAME.sip.twilio.com by name; an address belongs into the outbound proxy alone",
    vendors={
        "asterisk": "contact=sip:NAME.sip.twilio.com in the aor, and outbound_proxy=sip:ADDRESS\\;lr in the endpoint",
        "freeswitch": '<param name="proxy" value="NAME.sip.twilio.com"/>, and outbound-proxy for an address',
        "kamailio": 'write $rd = "NAME.sip.twilio.com"; the address goes to $du',
    },
    rules=("domain-without-a-name", "address-as-domain", "trunk-and-domain-mixed", "comment-in-a-value"),
)
