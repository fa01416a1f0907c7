"""Faults of RTP on real sockets: packets are lost, late and doubled as they were meant to be, both ways."""

from __future__ import annotations

import asyncio
import random

import pytest

from sipdomain.entries import Injected
from sipdomain.journal import Journal
from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    MediaInput,
    MediaMeasured,
    MediaOpened,
    MediaSilent,
    OpenMedia,
    RtpIgnored,
)
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.fault_lines import parsed
from sipdomain.runtime.media.bad_rtp import BadRtp
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from tests.own_time import run
from tests.patience import until


def measured(text: str) -> tuple[MediaMeasured, MediaMeasured, list[str], list[MediaInput]]:
    """Return how a call of more than 100 packets went at the emulator and at the phone, and what was said of it."""
    journal = Journal()

    async def call() -> list[list[MediaInput]]:
        library, loop = PromptLibrary(speech=False), asyncio.get_running_loop()
        line = BadRtp(LiveClock(loop), journal)
        line.faults, line.rng = parsed([text]).rtp, random.Random(1)
        sides, told = [LiveMedia(loop, library, line=line), LiveMedia(loop, library)], [[], []]  # type: ignore[var-annotated]
        for media, news in zip(sides, told, strict=True):
            media.bind(news.append)
            media.carry(OpenMedia("s", "127.0.0.1", silence=0.5))
        opened = [each.pop() for each in told]
        for media, other in zip(sides, reversed(opened), strict=True):
            assert isinstance(other, MediaOpened)
            media.carry(ConnectMedia("s", Agreement(other.address, 0, "PCMU", 101)))
        began_at = loop.time()
        await until(lambda: loop.time() - began_at > 2.4)
        for media in sides:
            media.carry(CloseMedia("s"))
            await media.close()
        await library.close()
        return told

    told = run(call)
    cloud, phone = (next(each for each in news if isinstance(each, MediaMeasured)) for news in told)
    said = [f"{each.layer} {each.fault}: {each.text}" for each in journal.select(Injected)]
    return cloud, phone, said, told[0]


def test_what_a_phone_sends_is_lost_and_the_other_way_is_not() -> None:
    cloud, phone, said, _ = measured("rtp drop 30% from phone")
    assert cloud.lost >= 10
    assert phone.lost == 0
    assert said == ["rtp drop: audio of the phone in s, from here on"]


def test_what_the_emulator_sends_is_lost_in_bursts() -> None:
    cloud, phone, said, _ = measured("rtp burst from cloud p 0.1 r 0.3")
    assert phone.lost >= 5
    assert cloud.lost == 0
    assert said == ["rtp burst: audio of the cloud in s, from here on"]


def test_delays_that_spread_are_jitter() -> None:
    cloud, _, _, _ = measured("rtp delay by 0.1 spread 0.05 from phone")
    assert cloud.jitter > 0.03


def test_a_copy_comes_once_more() -> None:
    cloud, phone, _, _ = measured("rtp duplicate from phone")
    assert cloud.received > 1.5 * phone.sent


def test_audio_that_goes_one_way_alone_is_noticed_as_silence() -> None:
    cloud, phone, _, told = measured("rtp drop from phone since 0.3")
    assert MediaSilent("s", 0.5) in told
    assert phone.received > 2 * cloud.received


@pytest.mark.parametrize("text", ["rtp reorder from phone within 0.05", "rtp limit from phone octets 8000"])
def test_packets_that_are_late_are_not_lost(text: str) -> None:
    cloud, phone, said, _ = measured(text)
    assert cloud.received > 0.5 * phone.sent
    assert len(said) == 1


def test_one_way_audio_has_a_word() -> None:
    cloud, phone, said, told = measured("rtp one_way from phone since 0.3")
    assert MediaSilent("s", 0.5) in told
    assert phone.received > 2 * cloud.received
    assert said == ["rtp one_way: audio of the phone in s, from here on"]


def test_audio_of_a_number_that_nobody_agreed_on_arrives_and_is_not_heard() -> None:
    cloud, _, _, told = measured("rtp payload from phone since 0.3 number 96")
    assert MediaSilent("s", 0.5) in told
    assert cloud.lost == 0


def test_audio_from_another_host_is_ignored_and_from_another_port_is_heard() -> None:
    cloud, _, _, told = measured("rtp source from phone other host since 0.3")
    (ignored,) = [each for each in told if isinstance(each, RtpIgnored)]
    assert ignored.source.host == "192.0.2.1"
    assert cloud.received < 30
    _, phone, _, _ = measured("rtp source from cloud")
    assert phone.received > 50
    _, phone, _, _ = measured("rtp source from phone")
    assert phone.received > 50


def test_a_clock_that_is_slow_spreads_packets() -> None:
    cloud, phone, _, _ = measured("rtp drift from phone ppm 50000")
    assert phone.sent - cloud.received > 3
    assert cloud.lost == 0
