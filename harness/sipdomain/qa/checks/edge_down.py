"""An edge that answers OPTIONS by 503, or not at all, is not called."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, options
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_NEXT: Final = (("503", "silence"), ("silence", "recovery"))


def _judge(seen: Seen) -> Verdict:
    told = []
    for name, following in _NEXT:
        if name not in seen.marks or following not in seen.marks:
            continue
        began, called, end = seen.marks[name], seen.marks[f"call at {name}"], seen.marks[following]
        asked = options(seen, began, called)
        if not asked:
            return unclear("no OPTIONS came while the edge was down")
        came = next((each for call in seen.calls for each in call.invites if called <= each.at < end), None)
        if came is not None:
            what = "503" if name == "503" else "nothing"
            return failed(f"it called an edge whose OPTIONS got {what}", asked[-1], came)
        if not seen.told.get(f"refused at {name}"):
            return unclear("no call came, and nobody said that the PBX refused it", asked[-1])
        told.append(name)
    if len(told) < len(_NEXT):
        return unclear("it was not seen to the end")
    return passed("no call came after a 503 to OPTIONS, nor after silence")


CHECK: Final = Check(
    name="edge-down",
    level="should",
    what="takes an edge for down whose OPTIONS get 503 or nothing, and does not call it",
    source="RFC 3261 sections 11.2, 21.5.4 and 17.1.2.2",
    situation="edge-down",
    judge=_judge,
    mend="let a 503 to OPTIONS count as no answer, so that calls go to the next edge at once",
    needs="nothing",
    vendors={
        "asterisk": "qualify_frequency=30 and qualify_2xx_only=yes in the aor (20.8 and newer)",
        "freeswitch": '<param name="ping" value="30"/> and ping-max in the gateway',
        "kamailio": 'modparam("dispatcher", "ds_probing_mode", 1), and ds_ping_reply_codes without 503',
    },
    rules=("no-qualify",),
)
