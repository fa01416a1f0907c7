"""A call in which somebody calls the PBX who is not the cloud."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from sipdomain.qa.bench import Bench, NotPossibleError
from sipdomain.qa.situation import Play, Situation
from sipdomain.runtime.sip.stranger import ADDRESS, Stranger
from sipdomain.runtime.worlds.world import Until
from sipdomain.sip.outputs import Address

_ENOUGH: Final = 3.0
"""How long it is waited for an answer, in seconds."""
_UDP_PORT: Final = 5060


def _play(bench: Bench) -> Play:
    if bench.world.substrate == "sim" or not bench.target.host.startswith("127."):
        raise NotPossibleError("another address is there on this machine alone: --sip 127.0.0.1:5060")
    bench.hears("<Say>You are connected.</Say><Pause length='6'/><Hangup/>")
    if not ((yield from bench.dial()) and (yield from bench.answered())):
        return
    contact = bench.seen().answered[0].invites[-1].message.contact
    if contact is None or (contact.uri.parameters.get("transport") or "udp").lower() != "udp":
        raise NotPossibleError("the PBX wants to be called by another transport than UDP")
    target = Address(contact.uri.host, contact.uri.port or _UDP_PORT)
    with closing(Stranger(target, f"sip:{bench.setting.extension}@{target}")) as stranger:
        yield Until(lambda: any(each >= 200 for each in stranger.statuses) or bench.skipped(), _ENOUGH)
        bench.stranger = stranger.statuses


SITUATION: Final = Situation(
    name="stranger",
    provokes=f"is not alone: from {ADDRESS} somebody else calls the PBX",
    asks="dial {extension}, and leave the call alone; answer no other one",
    play=_play,
    seconds=6.0,
)
