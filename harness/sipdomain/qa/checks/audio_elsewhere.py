"""Audio goes where the answer says, though signalling is elsewhere."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    answer = next(iter(seen.described("cloud")), None)
    if answer is None or answer.host == answer.wire.source.host:
        return unclear("the answer does not name another address for audio")
    packets = seen.audio
    if not packets:
        return failed(f"no audio came to {answer.host}", answer.wire, fields=("c=", "m="))
    targets = {each.target.host for each in packets}
    if targets != {answer.host}:
        said = f"audio went to {', '.join(sorted(targets))}; the answer says {answer.host}"
        return failed(said, answer.wire, fields=("c=", "m="))
    return passed(f"audio went to {answer.host}, as the answer says", answer.wire, fields=("c=", "m="))


CHECK: Final = Check(
    name="audio-elsewhere",
    level="must",
    what="sends audio to the address of the answer, which is not that of signalling",
    source="RFC 3264 section 6; https://www.twilio.com/docs/sip-trunking/ip-addresses",
    situation="audio-elsewhere",
    judge=_judge,
    mend="allow the published ranges of audio in the firewall, and do not fix audio to the address of signalling",
    needs="answer",
    vendors={"kamailio": "no rtpengine flag trust-address or SIP-source-address that names the wrong one"},
)
