"""Calls by TLS to servers with a right certificate and with wrong ones."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from sipdomain.qa.bench import Bench
from sipdomain.qa.situation import Play, Situation
from sipdomain.runtime.tls.certificates import authority_of_this_run
from sipdomain.runtime.tls.lure import SHOWN, Lure
from sipdomain.runtime.worlds.world import Until


def _play(bench: Bench) -> Play:
    with closing(Lure(bench.target.host, bench.setting.domain, authority_of_this_run())) as lure:
        for shown in SHOWN:
            if shown != SHOWN[0]:
                lure.show(shown)
            before = len(lure.found)
            bench.place("call by TLS", target=lure.address, transport="tls")
            yield Until(lambda: len(lure.found) > before or bench.skipped(), bench.patience)  # noqa: B023 - asked now
            bench.handshakes = lure.found
            bench.driver.end()
            if len(lure.found) == before:
                return


SITUATION: Final = Situation(
    name="tls",
    provokes="shows certificates by TLS: the right one, one for another name, an expired one, one that nobody trusts",
    asks="dial {extension} by TLS at {target}, trusting {authority}, each time this is said: four times in all",
    play=_play,
    acts=frozenset({"call by TLS"}),
    seconds=8.0,
)
