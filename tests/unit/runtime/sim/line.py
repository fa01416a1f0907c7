"""A line in virtual time: two owners of media, with a session each."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sipdomain.faults import Sender
from sipdomain.journal import Journal
from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import (
    ConnectMedia,
    MediaInput,
    MediaOpened,
    MediaOutput,
    OpenMedia,
)
from sipdomain.media.prompts import Speech
from sipdomain.runtime.fault_lines import parsed
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.sim.exchange import SimExchange
from sipdomain.runtime.sim.media import SimMedia
from sipdomain.runtime.sim.network import SimClock
from sipdomain.runtime.sim.rtp_line import SimRtp
from sipdomain.runtime.sim.tap import SimTap
from sipdomain.sip.outputs import Address

WELCOME = Speech("Welcome to Acme. Press one for sales.")
NOWHERE = Address("", 0)


@dataclass
class Side:
    """One owner with one session, and what it was told."""

    media: SimMedia
    clock: SimClock
    told: list[tuple[float, MediaInput]] = field(default_factory=list)
    address: Address = NOWHERE

    def carry(self, output: MediaOutput) -> None:
        self.media.carry(output)

    def connect(
        self, peer: Side, *, sending: bool = True, receiving: bool = True, dtmf: int | None = 101
    ) -> None:
        self.carry(
            ConnectMedia("s", Agreement(peer.address, 0, "PCMU", dtmf, sending=sending, receiving=receiving))
        )

    def heard(self) -> npt.NDArray[np.int16]:
        return self.media.heard("s")


@dataclass
class Line:
    """Two owners whose sessions are open and connected."""

    clock: SimClock = field(default_factory=SimClock)
    library: PromptLibrary = field(default_factory=lambda: PromptLibrary(speech=False))
    tap: SimTap | None = None
    faults: tuple[str, ...] = ()
    silence: float = 0.0

    def __post_init__(self) -> None:
        self.journal = Journal()
        rtp = SimRtp(self.clock, self.journal, lambda session: f"{session}@acme")
        rtp.faults, rtp.rng = parsed(self.faults).rtp, random.Random(1)
        exchange = SimExchange(self.tap, rtp)
        self.cloud = self.side(exchange, "127.0.0.1", "cloud")
        self.phone = self.side(exchange, "127.0.0.10", "phone")
        self.cloud.connect(self.phone)
        self.phone.connect(self.cloud)

    def side(self, exchange: SimExchange, host: str, of: Sender | None = None) -> Side:
        side = Side(SimMedia(self.clock, self.library, exchange, of), self.clock)
        side.media.bind(lambda told: side.told.append((self.clock.now(), told)))
        side.carry(OpenMedia("s", host, silence=self.silence))
        opened = side.told.pop()[1]
        assert isinstance(opened, MediaOpened)
        side.address = opened.address
        return side

    def run(self, until: float) -> None:
        while self.clock.step(until):
            pass
