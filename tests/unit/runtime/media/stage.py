"""A stage for the media side alone: one cloud, scripted parties with a tone each, in virtual time or over real sockets."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sipdomain.media import g711
from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import (
    ConnectMedia,
    MediaInput,
    MediaOpened,
    MediaOutput,
    OpenMedia,
    OpenRoom,
    Patch,
    StartPlayback,
)
from sipdomain.media.patchbay import OPEN, Edge
from sipdomain.media.prompts import AudioFile
from sipdomain.runtime.media.engine import MediaEngine
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.sim.exchange import SimExchange
from sipdomain.runtime.sim.media import SimMedia
from sipdomain.runtime.sim.network import SimClock
from sipdomain.sip.outputs import Address
from tests.own_time import run
from tests.patience import until

Samples = npt.NDArray[np.int16]

TONES: Final = {"anna": 500, "bert": 900, "carl": 1300, "dora": 1700, "room": 2300}
"""The frequency that each party sings, in hertz; each fits 20 ms a whole number of times."""
LOUDNESS: Final = 3000
_AUDIBLE: Final = 500
_KINDS: Final = {"PCMU": 0, "PCMA": 8}


def tone(name: str, seconds: float) -> AudioFile:
    moments = np.arange(round(seconds * 8000)) / 8000
    wave = np.sin(2 * np.pi * TONES[name] * moments) * LOUDNESS
    return AudioFile(g711.encode(wave.astype(np.int16), "PCMU"), "audio/basic")


def loudness(samples: Samples, name: str) -> float:
    """Return the amplitude of a party's tone: one bin of a Fourier transform."""
    if not len(samples):
        return 0.0
    turns = np.exp(-2j * np.pi * TONES[name] * np.arange(len(samples)) / 8000)
    return 2 * abs(float(np.abs(np.dot(samples, turns)))) / len(samples)


def audible(samples: Samples) -> set[str]:
    """Return whose tones are in what was heard."""
    return {name for name in TONES if loudness(samples, name) > _AUDIBLE}


class Stage(ABC):
    """One cloud with a session for each party, and the parties' own sessions of the same names."""

    cloud: MediaEngine[Any, Any]
    phones: MediaEngine[Any, Any]

    def __init__(self) -> None:
        self.told: list[MediaInput] = []
        self.rung: list[MediaInput] = []
        self.names: list[str] = []

    def bind(self) -> None:
        self.cloud.bind(self.told.append)
        self.phones.bind(self.rung.append)

    def join(
        self,
        *names: str,
        events: bool = True,
        sings: bool = True,
        numbers: tuple[int, int] = (101, 101),
        **codecs: str,
    ) -> None:
        """Open and connect both ends of each party's line, with or without telephone-event, and let the party sing.

        Args:
            names: The parties.
            events: Whether they agree on telephone-event.
            sings: Whether they sing.
            numbers: The payload number of it that the cloud names, and the one that the phone names.
            codecs: The codec of a party, by its name.
        """
        for name in names:
            ends: list[Address] = []
            for engine, told in ((self.cloud, self.told), (self.phones, self.rung)):
                engine.carry(OpenMedia(name, "127.0.0.1"))
                opened = told.pop()
                assert isinstance(opened, MediaOpened), opened
                ends.append(opened.address)
            codec = codecs.get(name, "PCMU")
            sides = ((self.cloud, ends[1], numbers), (self.phones, ends[0], numbers[::-1]))
            for engine, peer, (own, other) in sides:
                agreed = Agreement(
                    peer, _KINDS[codec], codec, other if events else None, own_dtmf_payload_type=own
                )
                engine.carry(ConnectMedia(name, agreed))
            if sings:
                self.phones.carry(StartPlayback(name, 1, tone(name, 30.0)))
            self.names.append(name)

    def room(self, *members: str) -> None:
        self.cloud.carry(OpenRoom("room"))
        for member in members:
            self.patch(member, "room")
            self.patch("room", member)

    def bridge(self, one: str, other: str) -> None:
        self.patch(one, other)
        self.patch(other, one)

    def patch(self, source: str, sink: str, edge: Edge = OPEN) -> None:
        self.cloud.carry(Patch(source, sink, edge))

    def carry(self, *outputs: MediaOutput) -> None:
        for output in outputs:
            self.cloud.carry(output)

    async def expect(self, **heard: set[str]) -> None:
        """Let time pass until each party hears these; over real sockets a busy machine may take a while."""
        assert set(heard) == set(self.names)
        await self.run(0.8)
        for _ in range(10):
            if self._audible() == heard:
                return
            await self.run(0.4)
        assert self._audible() == heard

    def _audible(self) -> dict[str, set[str]]:
        """Return whom each party heard in the last 0.4 s."""
        return {name: audible(self.phones.heard(name)[-3200:]) for name in self.names}

    @abstractmethod
    async def run(self, seconds: float) -> None:
        """Let time pass."""

    @abstractmethod
    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to be so; fail when it takes too long."""


class SimStage(Stage):
    """Virtual time."""

    def __init__(self, library: PromptLibrary) -> None:
        super().__init__()
        self.clock, exchange = SimClock(), SimExchange()
        self.cloud = SimMedia(self.clock, library, exchange)
        self.phones = SimMedia(self.clock, library, exchange)
        self.bind()

    async def run(self, seconds: float) -> None:
        limit = self.clock.now() + seconds
        while self.clock.step(limit):
            pass

    async def until(self, condition: Callable[[], bool]) -> None:
        limit = self.clock.now() + 5.0
        while not condition() and self.clock.step(limit):
            pass
        assert condition()


class LiveStage(Stage):
    """Real sockets in real time; how much of it has passed is seen by what a party heard."""

    def __init__(self, library: PromptLibrary) -> None:
        super().__init__()
        loop = asyncio.get_running_loop()
        self.live = [LiveMedia(loop, library) for _ in range(2)]
        self.cloud, self.phones = self.live
        self.bind()

    async def run(self, seconds: float) -> None:
        enough = {name: len(self.phones.heard(name)) + seconds * 8000 for name in self.names}
        await self.until(lambda: all(len(self.phones.heard(name)) >= enough[name] for name in enough))

    async def until(self, condition: Callable[[], bool]) -> None:
        await until(condition)


@asynccontextmanager
async def a_stage(kind: str) -> AsyncIterator[Stage]:
    library = PromptLibrary(speech=False)
    if kind == "sim":
        yield SimStage(library)
        return
    stage = LiveStage(library)
    try:
        yield stage
    finally:
        for engine in stage.live:
            await engine.close()
        await library.close()


def on(kind: str, play: Callable[[Stage], Awaitable[None]]) -> None:
    """Play on a stage."""

    async def whole() -> None:
        async with a_stage(kind) as stage:
            await play(stage)

    run(whole)
