"""Silence, heard in virtual time and over real sockets."""

from __future__ import annotations

import pytest

from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import CloseMedia, ConnectMedia, StartPlayback, StopPlayback
from sipdomain.media.silence import SilenceHeard, StartListening, StopListening
from sipdomain.sip.outputs import Address
from tests.unit.runtime.media.stage import Stage, on, tone

pytestmark = pytest.mark.parametrize("kind", ["sim", "live"])


async def quiet(stage: Stage) -> None:
    """Let anna be on the line, and say nothing."""
    stage.join("anna")
    stage.phones.carry(StopPlayback("anna", 1))
    await stage.run(0.1)


def heard(stage: Stage) -> list[int]:
    return [each.listener for each in stage.told if isinstance(each, SilenceHeard)]


def test_silence_is_heard_when_it_is_long_enough_and_once(kind: str) -> None:
    async def play(stage: Stage) -> None:
        await quiet(stage)
        stage.carry(StartListening("anna", 1, 0.5), StartListening("anna", 2, 0.9))
        await stage.run(0.4)
        assert heard(stage) == []
        await stage.run(0.2)
        assert heard(stage) == [1]
        await stage.run(0.8)
        assert heard(stage) == [1, 2]

    on(kind, play)


def test_a_voice_begins_the_silence_anew(kind: str) -> None:
    async def play(stage: Stage) -> None:
        await quiet(stage)
        stage.carry(StartListening("anna", 1, 0.6))
        await stage.run(0.3)
        stage.phones.carry(StartPlayback("anna", 2, tone("anna", 0.5)))
        await stage.run(0.9)
        assert heard(stage) == []
        await stage.run(0.4)
        assert heard(stage) == [1]

    on(kind, play)


def test_without_audio_the_silence_does_not_grow(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("bert")
        await quiet(stage)
        stage.carry(StartListening("anna", 1, 0.6))
        await stage.run(0.3)
        stage.phones.carry(ConnectMedia("anna", Agreement(Address("127.0.0.1", 9), 0, "PCMU", sending=False)))
        before = len(stage.phones.heard("bert"))
        await stage.until(lambda: len(stage.phones.heard("bert")) > before + 8000)
        assert heard(stage) == []

    on(kind, play)


def test_a_listener_that_is_stopped_or_whose_session_closes_hears_nothing(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("bert")
        await quiet(stage)
        stage.carry(StartListening("anna", 1, 0.2), StartListening("bert", 2, 0.2), StopListening("anna", 1))
        stage.carry(StopListening("anna", 7), CloseMedia("anna"))
        before = len(stage.phones.heard("bert"))
        await stage.until(lambda: len(stage.phones.heard("bert")) > before + 4000)
        assert heard(stage) == []

    on(kind, play)
