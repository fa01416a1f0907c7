"""Header fields of one's own come through."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, not_run, passed

_LARGEST: Final = 1024


def _judge(seen: Seen) -> Verdict:
    invite = seen.calls[0].invites[-1]
    own = [
        (name, value)
        for name, value in invite.message.headers
        if name.lower().startswith("x-") or name.lower() == "user-to-user"
    ]
    if not own:
        return not_run("the INVITE has no X- header field and no User-to-User")
    names = tuple(name.lower() for name, _ in own)
    size = sum(len(name) + len(value) + 4 for name, value in own)
    if size >= _LARGEST:
        return failed(f"its own header fields have {size} bytes", invite, fields=names)
    sent = {name for each in seen.parameters for name in each}
    lost = [name for name, _ in own if f"SipHeader_{name}".lower() not in {each.lower() for each in sent}]
    if lost and seen.parameters:
        return failed(f"the webhook does not have {', '.join(lost)}", invite, fields=names)
    return passed(f"the webhook has {', '.join(name for name, _ in own)}", invite, fields=names)


CHECK: Final = Check(
    name="own-header-fields",
    level="should",
    what="names its own header fields X-… or User-to-User, in less than 1024 bytes",
    source="https://www.twilio.com/docs/voice/api/sip-interface",
    situation="call",
    judge=_judge,
    mend="begin their names with X-, and keep them short",
    vendors={
        "asterisk": "PJSIP_HEADER(add,X-Name)=value, in a handler of Dial's option b",
        "freeswitch": "sip_h_X-Name=value",
    },
    optional=True,
)
