"""Audio leaves from the port that the offer names."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    offer = next(iter(seen.described("pbx")), None)
    packets = seen.audio
    if offer is None or not packets:
        return unclear("no audio of the PBX came", *([offer.wire] if offer else []))
    source = packets[0].source
    if source.port != offer.audio.port:
        said = f"the offer names port {offer.audio.port}, the audio comes from {source}"
        return failed(said, offer.wire, fields=("m=",))
    return passed(f"the audio comes from port {source.port}, as the offer says", offer.wire, fields=("m=",))


CHECK: Final = Check(
    name="symmetric-rtp",
    level="must",
    what="sends audio from the port where it wants audio",
    source="RFC 4961 section 3",
    situation="call",
    judge=_judge,
    mend="switch symmetric RTP on; a NAT that changes ports has to keep this one",
    needs="answer",
    vendors={"asterisk": "rtp_symmetric=yes in the endpoint"},
)
