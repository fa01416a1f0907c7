"""What is refused is not tried again."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    refused = [
        each
        for call in seen.calls
        for each in call.responses("INVITE", least=400)
        if each.status not in {401, 407}
    ]
    if not refused:
        return unclear("no call was refused")
    first = refused[0]
    again = [each for call in seen.calls for each in call.invites if each.at > first.at]
    if again:
        return failed(f"after the {first.status} the PBX called {len(again)} times more", first, again[0])
    return passed(f"after the {first.status} came no further INVITE", first)


CHECK: Final = Check(
    name="no-retry",
    level="should",
    what="takes busy for busy: no further INVITE after a 4xx or 6xx",
    source="RFC 3261 sections 8.1.3.5, 21.4 and 21.6",
    situation="busy",
    judge=_judge,
    mend="no second route to the same domain for calls that are busy or refused",
    vendors={
        "asterisk": "look at DIALSTATUS before the next Dial: BUSY and CONGESTION are final",
        "freeswitch": "continue_on_fail only for causes that another gateway can mend",
    },
)
