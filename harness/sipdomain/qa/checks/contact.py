"""The Contact can be reached."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.trace.calls import is_private


def _judge(seen: Seen) -> Verdict:
    call = seen.answered[0]
    invite = call.invites[-1]
    contact = invite.message.contact
    if contact is None:
        return failed("the INVITE has no Contact", invite)
    host = contact.uri.host
    if host.lower() == "localhost":
        return failed("the Contact is localhost", invite, fields=("contact",))
    if host.lower() == seen.setting.domain.lower():
        return failed("the Contact is the domain itself, and not the PBX", invite, fields=("contact",))
    source = ip_address(invite.source.host)
    if _is_loopback(host) and not source.is_loopback:
        return failed(f"the Contact is {host}, the INVITE comes from {source}", invite, fields=("contact",))
    if is_private(host) and not is_private(invite.source.host):
        said = f"the Contact is the private address {host}, the INVITE comes from {source}"
        return failed(said, invite, fields=("contact",))
    byes = call.requests("BYE", "cloud")
    if not byes:
        return unclear("nothing was sent to the Contact in this call", invite)
    if call.answer_to(byes[0]) is None:
        return failed(f"a BYE to {contact.uri} got no answer", invite, byes[0], fields=("contact",))
    return passed(f"a BYE to {contact.uri} was answered", invite, fields=("contact",))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


CHECK: Final = Check(
    name="contact",
    level="must",
    what="has a Contact that can be reached: not localhost, not the domain, not a private address behind NAT",
    source="RFC 3261 section 8.1.1.8; https://www.twilio.com/docs/api/errors/32105",
    situation="call",
    judge=_judge,
    mend="let the PBX write its public address into Contact",
    needs="answer",
    vendors={
        "asterisk": "external_signaling_address=PUBLIC and local_net=… in the transport",
        "freeswitch": '<param name="ext-sip-ip" value="PUBLIC"/> in the profile',
        "kamailio": "listen=udp:PRIVATE:5060 advertise PUBLIC:5060",
    },
    rules=("private-address-outside", "external-without-local", "local-net-too-wide"),
)
