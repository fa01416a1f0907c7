"""Audio leaves from the address that the offer names."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.trace.calls import is_private


def _judge(seen: Seen) -> Verdict:
    offer = next(iter(seen.described("pbx")), None)
    if offer is None:
        return unclear("no offer of audio came")
    if is_private(offer.host) and not is_private(offer.wire.source.host):
        said = f"the offer names the private address {offer.host}, the INVITE comes from {offer.wire.source.host}"
        return failed(said, offer.wire, fields=("c=",))
    packets = seen.audio
    if not packets:
        return unclear("no audio of the PBX came", offer.wire)
    source = packets[0].source.host
    if source != offer.host:
        return failed(
            f"the offer names {offer.host}, the audio comes from {source}", offer.wire, fields=("c=",)
        )
    return passed(f"the audio comes from {source}, as the offer says", offer.wire, fields=("c=",))


CHECK: Final = Check(
    name="media-address",
    level="must",
    what="names an address for audio that its audio comes from: no private one behind NAT",
    source="RFC 8866 section 5.7; https://www.twilio.com/docs/sip-trunking/troubleshooting",
    situation="call",
    judge=_judge,
    mend="let the PBX write its public address into the session description",
    needs="answer",
    vendors={
        "asterisk": "external_media_address=PUBLIC and local_net=… in the transport",
        "freeswitch": '<param name="ext-rtp-ip" value="PUBLIC"/> in the profile',
    },
    rules=("private-address-outside", "external-without-local", "local-net-too-wide"),
)
