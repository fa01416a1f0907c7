"""An edge that was down is asked on, and called again when it recovers."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, options
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    if "call at recovery" not in seen.marks:
        return unclear("it was not seen to the end")
    down, silence, up, called = (
        seen.marks[each] for each in ("503", "silence", "recovery", "call at recovery")
    )
    if not options(seen, down, silence):
        return unclear("no OPTIONS came while the edge was down")
    if not options(seen, silence, up):
        return failed("no OPTIONS came any more after a 503", *options(seen, down, silence)[-1:])
    again = options(seen, up, called)
    if not again:
        return failed("no OPTIONS came any more after silence", *options(seen, silence, up)[-1:])
    came = next((each for call in seen.calls for each in call.invites if each.at >= called), None)
    if came is None:
        return failed("OPTIONS got 200 again, and no call came", again[0])
    return passed("OPTIONS went on, and the call came when they got 200 again", again[0], came)


CHECK: Final = Check(
    name="edge-recovers",
    level="should",
    what="goes on to ask an edge that is down by OPTIONS, and calls it when it answers again",
    source="RFC 3261 section 11; https://www.twilio.com/docs/sip-trunking",
    situation="edge-down",
    judge=_judge,
    mend="ask by OPTIONS each 30 s whether the edge is there, also while it is not",
    needs="nothing",
    vendors={
        "asterisk": "qualify_frequency=30 in the aor",
        "freeswitch": '<param name="ping" value="30"/> in the gateway',
        "kamailio": 'modparam("dispatcher", "ds_probing_mode", 1)',
    },
    rules=("no-qualify",),
)
