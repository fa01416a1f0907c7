"""A situation: what the cloud does, and what the PBX, or who sits at it, is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from sipdomain.qa.bench import Bench
from sipdomain.qa.drivers.driver import Act
from sipdomain.runtime.worlds.world import Until

Play = Generator[Until, bool, None]


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation, which lasts for one call, or some.

    Attributes:
        name: What it is called.
        provokes: What the cloud does, in a sentence.
        asks: What who sits at the PBX does, in a sentence; `{extension}` stands for whom to call,
            `{target}` for where, `{authority}` for the file of the certificate to trust by TLS.
        play: Plays it.
        acts: What the driver has to be able to do, besides placing a call.
        seconds: How long it takes, about, once the call is there.
        is_long: Whether it is only played when that is asked for.
    """

    name: str
    provokes: str
    asks: str
    play: Callable[[Bench], Play]
    acts: frozenset[Act] = frozenset()
    seconds: float = 5.0
    is_long: bool = False
