"""No URI is sips."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed

_SIPS: Final = re.compile(r"(?i)\bsips:")


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        for request in call.requests():
            if _SIPS.match(request.request.target):
                return failed("the Request-URI is sips:", request)
            for name in ("to", "from", "contact"):
                if _SIPS.search(request.header(name)):
                    return failed(f"{name.title()} has a URI with sips:", request, fields=(name,))
    return passed("no URI of the PBX begins with sips:", seen.calls[0].invites[0], fields=("contact",))


CHECK: Final = Check(
    name="no-sips",
    level="must",
    what="never writes sips:",
    source="https://www.twilio.com/docs/voice/api/sip-interface",
    situation="call",
    judge=_judge,
    mend="write sip:…;transport=tls",
    rules=("sips-scheme",),
)
