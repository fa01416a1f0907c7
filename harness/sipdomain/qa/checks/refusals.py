"""What is refused is not tried again."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FINAL: Final = ("486", "404", "480", "603")


def _judge(seen: Seen) -> Verdict:
    begins = sorted(
        (at, name.removeprefix("refuse ")) for name, at in seen.marks.items() if name.startswith("refuse ")
    )
    told = []
    for (at, code), (end, _) in zip(begins, [*begins[1:], (float("inf"), "")], strict=True):
        if code not in _FINAL:
            continue
        refused = next(
            (each for call in seen.calls for each in call.responses("INVITE") if each.status == int(code)),
            None,
        )
        if refused is None or not at <= refused.at < end:
            continue
        again = [each for call in seen.calls for each in call.invites if refused.at < each.at < end]
        if again:
            return failed(f"after the {code} the PBX called {len(again)} times more", refused, again[0])
        told.append(code)
    if not told:
        return unclear("no call was refused")
    return passed(f"no further INVITE came after {', '.join(told)}")


CHECK: Final = Check(
    name="no-retry",
    level="should",
    what="takes busy for busy: no further INVITE after a 4xx or 6xx",
    source="RFC 3261 sections 8.1.3.5, 21.4 and 21.6",
    situation="refusals",
    judge=_judge,
    mend="no second route to the same domain for calls that are busy or refused",
    vendors={
        "asterisk": "look at DIALSTATUS before the next Dial: BUSY and CONGESTION are final",
        "freeswitch": "continue_on_fail only for causes that another gateway can mend",
    },
)
