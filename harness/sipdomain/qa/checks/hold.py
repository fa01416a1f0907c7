"""A call is put on hold by its direction, and comes back."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("a=sendonly", "a=inactive", "a=sendrecv", "a=recvonly", "c=", "o=")


def _judge(seen: Seen) -> Verdict:
    if "hold" not in seen.marks or "resume" not in seen.marks:
        return unclear("nobody was asked to hold and to resume")
    call = seen.answered[0]
    offers = [each for each in call.described("pbx") if each.wire.method == "INVITE" and each.wire.to_tag]
    held = next((each for each in offers if each.direction in {"sendonly", "inactive"}), None)
    if held is None:
        zero = next((each for each in offers if each.host == "0.0.0.0"), None)  # noqa: S104 - how RFC 2543 held
        if zero is not None:
            return failed("it holds by the address 0.0.0.0 alone", zero.wire, fields=_FIELDS)
        return failed(
            "no re-INVITE with sendonly or inactive came", *(each.wire for each in offers[:1]), fields=_FIELDS
        )
    after = [each for each in offers if each.wire.at > held.wire.at]
    back = next((each for each in after if each.direction == "sendrecv"), None)
    if back is None:
        return failed("no re-INVITE with sendrecv took it off hold", held.wire, fields=_FIELDS)
    if not any(each.at > back.wire.at for each in seen.audio):
        return failed("after the hold no audio came", held.wire, back.wire, fields=_FIELDS)
    return passed(
        f"held by {held.direction}, resumed by sendrecv, and audio came back",
        held.wire,
        back.wire,
        fields=_FIELDS,
    )


CHECK: Final = Check(
    name="hold",
    level="should",
    what="holds by sendonly or inactive, and its audio comes back",
    source="RFC 3264 section 8.4",
    situation="hold",
    judge=_judge,
    mend="hold by the direction, not by the address 0.0.0.0",
    needs="answer",
    vendors={
        "asterisk": "music on hold is played by the PBX itself: moh_passthrough=no",
        "yealink": "account.X.hold_use_inactive, and sip.rfc2543_hold = 0",
    },
)
