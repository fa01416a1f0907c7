"""What is large goes by TCP or TLS."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed

_LARGEST: Final = 1300


def _judge(seen: Seen) -> Verdict:
    requests = [each for call in seen.calls for each in call.requests()]
    by_udp = [each for each in requests if each.transport == "udp"]
    largest = max(by_udp, key=lambda each: len(each.data), default=None)
    if largest is None:
        return passed("no request goes by UDP", requests[0])
    size = len(largest.data)
    if size > _LARGEST:
        cut = ": cut into fragments, which firewalls drop" if size > 1472 else ""
        return failed(f"{size} bytes go by UDP in one {largest.method}{cut}", largest)
    return passed(f"the largest request by UDP has {size} bytes", largest)


CHECK: Final = Check(
    name="large-requests",
    level="should",
    what="uses TCP or TLS when a request is larger than 1300 bytes",
    source="RFC 3261 section 18.1.1",
    situation="call",
    judge=_judge,
    mend="offer PCMU and PCMA alone, or call by TCP",
    vendors={
        "asterisk": "disallow=all, allow=ulaw,alaw; disable_tcp_switch=no in the section system",
        "kamailio": "listen=tcp:… and udp_mtu=1300, udp_mtu_try_proto=TCP",
        "pjsip": "leave disable_tcp_switch off, and start a transport for TCP",
        "baresip": "audio_codecs=PCMU/8000,PCMA/8000, or transport=tcp, in the account",
    },
    rules=("other-codecs-first", "udp-alone"),
)
