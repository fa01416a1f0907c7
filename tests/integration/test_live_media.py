"""RTP over real sockets on loopback, in real time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from sipdomain.media.agreement import Agreement
from sipdomain.media.match import Match, find
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    DtmfReceived,
    MediaFailed,
    MediaInput,
    MediaMeasured,
    MediaOpened,
    OpenMedia,
    PlaybackDone,
    PreparePrompt,
    PromptFailed,
    PromptReady,
    RtpIgnored,
    SendDtmf,
    StartPlayback,
)
from sipdomain.media.prompts import AudioFile, Prompt, Speech
from sipdomain.media.remote import PROBATION
from sipdomain.media.rtp import RtpPacket, parse
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.sip.outputs import Address
from tests.own_time import run
from tests.patience import PATIENCE, until

WELCOME = Speech("Welcome to Acme.")
SORRY = Speech("Sorry, goodbye.")


@dataclass
class Side:
    """One owner with one session, "s"."""

    media: LiveMedia
    told: list[MediaInput] = field(default_factory=list)

    def open(self, host: str = "127.0.0.1", session: str = "s") -> Address:
        self.media.carry(OpenMedia(session, host))
        opened = self.told.pop()
        assert isinstance(opened, MediaOpened), opened
        return opened.address

    def connect(
        self, remote: Address, *, codec: str = "PCMU", dtmf: int | None = 101, sending: bool = True
    ) -> None:
        kind = {"PCMU": 0, "PCMA": 8}[codec]
        self.media.carry(ConnectMedia("s", Agreement(remote, kind, codec, dtmf, sending=sending)))

    def heard(self, library: PromptLibrary, prompt: Prompt) -> Match:
        return find(self.media.heard("s"), library.samples(prompt))


@asynccontextmanager
async def two_sides() -> AsyncIterator[tuple[Side, Side, PromptLibrary]]:
    library = PromptLibrary(speech=False)
    sides = [Side(LiveMedia(asyncio.get_running_loop(), library)) for _ in range(2)]
    for side in sides:
        side.media.bind(side.told.append)
    try:
        yield sides[0], sides[1], library
    finally:
        for side in sides:
            await side.media.close()
        await library.close()


class Peer:
    """A bare socket that speaks RTP by hand."""

    def __init__(self, host: str = "127.0.0.20") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._socket.settimeout(0)
        self.address = Address(*self._socket.getsockname())
        self.sequence = 0

    def send(self, to: Address, data: bytes) -> None:
        self._socket.sendto(data, (to.host, to.port))

    def speak(self, to: Address, payload: bytes = b"\x8b" * 160, kind: int = 0, ssrc: int = 1) -> None:
        self.sequence += 1
        self.send(to, bytes(RtpPacket(kind, False, self.sequence, self.sequence * 160, ssrc, payload)))

    async def packet(self) -> RtpPacket:
        async with asyncio.timeout(PATIENCE):
            return parse(await asyncio.get_running_loop().sock_recv(self._socket, 2048))

    def is_silent(self) -> bool:
        try:
            self._socket.recv(2048)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


def test_the_end_of_a_playback_is_reported_with_its_last_packet() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            peer = Peer()
            try:
                cloud.open()
                cloud.connect(peer.address, dtmf=None)
                cloud.media.carry(SendDtmf("s", "1"))
                cloud.media.carry(StartPlayback("s", 7, AudioFile(b"\x80" * 1600, "audio/basic")))
                await until(lambda: bool(cloud.told))
                loud = 0
                while loud < 10:
                    loud += (await peer.packet()).payload == b"\x80" * 160
                cloud.media.carry(StartPlayback("s", 8, WELCOME))
                cloud.media.carry(CloseMedia("s"))
            finally:
                peer.close()

        assert cloud.told[0] == PlaybackDone("s", 7)
        assert [type(told) for told in cloud.told[1:]] == [MediaMeasured]

    run(test)


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_two_sessions_hear_each_other(codec: str) -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, library):
            here, there = cloud.open(), phone.open("127.0.0.10")
            cloud.connect(there, codec=codec)
            phone.connect(here, codec=codec)
            cloud.media.carry(StartPlayback("s", 1, WELCOME))
            phone.media.carry(StartPlayback("s", 1, SORRY))
            await until(lambda: phone.heard(library, WELCOME).weakest > 0.99)
            await until(lambda: cloud.heard(library, SORRY).weakest > 0.99)

            assert cloud.heard(library, WELCOME).correlation < 0.5
            assert phone.heard(library, SORRY).correlation < 0.5

    run(test)


def test_a_prompt_that_ends_with_the_call_is_heard_to_its_end() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, library):
            here, there = cloud.open(), phone.open()
            phone.connect(here)
            cloud.connect(there)
            cloud.media.carry(PreparePrompt(1, SORRY))
            ready = cloud.told.pop()
            assert isinstance(ready, PromptReady)
            cloud.media.carry(StartPlayback("s", 1, SORRY))
            await asyncio.sleep(ready.duration)
            cloud.media.carry(CloseMedia("s"))
            phone.media.carry(CloseMedia("s"))

            assert phone.heard(library, SORRY).weakest > 0.99

    run(test)


@pytest.mark.rule("keys-heard", "play-digits")
def test_keys_go_both_ways() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, _):
            here, there = cloud.open(), phone.open()
            cloud.connect(there)
            phone.connect(here)
            phone.media.carry(SendDtmf("s", "12#", duration=0.06, gap=0.06))
            cloud.media.carry(SendDtmf("s", "D", duration=0.08))
            await until(lambda: len(cloud.told) == 3 and len(phone.told) == 1)

            assert cloud.told == [DtmfReceived("s", key, 0.06) for key in "12#"]
            assert phone.told == [DtmfReceived("s", "D", 0.08)]

    run(test)


def test_the_stream_is_steady() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            peer = Peer()
            cloud.open()
            cloud.connect(peer.address)
            loop = asyncio.get_running_loop()
            first = await peer.packet()
            began_at = loop.time()
            packets = [await peer.packet() for _ in range(25)]
            peer.close()

            assert 0.4 < loop.time() - began_at < 0.7
            assert (first.marker, len(first.payload)) == (True, 160)
            for before, after in zip([first, *packets], packets, strict=False):
                assert not after.marker
                assert after.sequence == (before.sequence + 1) % 2**16
                assert after.timestamp == (before.timestamp + 160) % 2**32

    run(test)


def test_an_early_packet_of_a_stranger_does_not_take_the_audio() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            named, stranger = Peer("127.0.0.21"), Peer("127.0.0.23")
            here = cloud.open()
            cloud.connect(named.address)
            for _ in range(3):
                stranger.speak(here, b"\x00" * 160, ssrc=9)
            await named.packet()
            named.speak(here)
            await named.packet()
            await until(lambda: len(cloud.media.heard("s")) > 0)
            cloud.media.carry(CloseMedia("s"))

            assert stranger.is_silent()
            assert cloud.media.heard("s").tolist() == [20_860] * 160
            ignored, measured = cloud.told
            assert ignored == RtpIgnored("s", stranger.address, 3, named.address)
            assert isinstance(measured, MediaMeasured)
            assert measured.received == 1
            for peer in (named, stranger):
                peer.close()

    run(test)


def test_rtp_goes_to_where_it_comes_from_on_the_host_of_the_signalling() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            translated = Peer("127.0.0.22")
            here = cloud.open()
            private = Address("192.168.1.5", 4000)
            cloud.media.carry(ConnectMedia("s", Agreement(private, 0, "PCMU", 101), signalling="127.0.0.22"))
            for _ in range(PROBATION):
                translated.speak(here)
            await translated.packet()
            await until(lambda: len(cloud.media.heard("s")) > 0)
            translated.close()

    run(test)


def test_an_agreement_that_moves_the_audio_is_not_undone_by_a_late_packet() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            before, after = Peer("127.0.0.21"), Peer("127.0.0.22")
            here = cloud.open()
            cloud.connect(before.address)
            before.speak(here)
            await before.packet()
            cloud.connect(after.address)
            while not before.is_silent():
                pass
            before.speak(here)
            await after.packet()
            after.speak(here)
            await after.packet()

            assert before.is_silent()
            for peer in (before, after):
                peer.close()

    run(test)


def test_what_is_no_audio_of_the_call_is_not_heard() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            peer = Peer()
            here = cloud.open()
            cloud.connect(peer.address)
            receiver_report = bytes.fromhex("80c90001 00000001")
            stun = bytes.fromhex("00010000 2112a442 000000000000000000000000")
            for junk in (b"", b"\0", receiver_report, stun, b"GET / HTTP/1.1\r\n\r\n", bytes(2000)):
                peer.send(here, junk)
            peer.speak(here, kind=18)
            peer.speak(here, b"\x01", kind=101)
            peer.speak(here)
            await until(lambda: len(cloud.media.heard("s")) > 0)

            assert cloud.media.heard("s").tolist() == [20_860] * 160
            assert cloud.told == []
            peer.close()

    run(test)


def test_nothing_is_sent_on_hold() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            peer = Peer()
            cloud.open()
            cloud.connect(peer.address)
            before = await peer.packet()
            cloud.connect(peer.address, sending=False)
            while not peer.is_silent():
                pass
            await asyncio.sleep(0.1)
            assert peer.is_silent()
            cloud.connect(peer.address)
            after = await peer.packet()
            peer.close()

            assert after.marker
            assert (after.timestamp - before.timestamp) % 2**32 >= 5 * 160

    run(test)


def test_a_port_range_gives_pairs_of_an_even_and_an_odd_port_and_then_no_more() -> None:
    async def test() -> None:
        library = PromptLibrary(speech=False)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.30", 0))
            low = probe.getsockname()[1] // 8 * 8 + 1
        # The even port at the end has no odd one after it in the range.
        media = LiveMedia(asyncio.get_running_loop(), library, ports=range(low, low + 6))
        side = Side(media)
        media.bind(side.told.append)
        ports = [side.open("127.0.0.30", name).port for name in ("a", "b")]
        media.carry(OpenMedia("c", "127.0.0.30"))
        failed = side.told.pop()
        media.carry(CloseMedia("a"))
        again = side.open("127.0.0.30", "d").port
        await media.close()

        assert ports == [low + 1, low + 3]
        assert isinstance(failed, MediaFailed)
        assert "no RTP port on 127.0.0.30: Address already in use" in failed.reason
        assert again == low + 1

    run(test)


def test_a_host_that_is_not_ours_cannot_be_opened() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            cloud.media.carry(OpenMedia("s", "192.0.2.1"))

            assert isinstance(cloud.told[0], MediaFailed)

    run(test)


def test_ipv6() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, _):
            here, there = cloud.open("::1"), phone.open("::1")
            cloud.connect(there)
            phone.connect(here)
            await until(lambda: len(phone.media.heard("s")) > 0 and len(cloud.media.heard("s")) > 0)

    run(test)


def test_files_are_rendered_aside_and_bad_ones_reported() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, _, _library):
            cloud.media.carry(PreparePrompt(1, AudioFile(b"\xff" * 4000, "audio/basic")))
            cloud.media.carry(PreparePrompt(2, AudioFile(b"junk", "audio/mpeg")))
            await until(lambda: len(cloud.told) == 2)

            assert PromptReady(1, 0.5) in cloud.told
            assert [told.token for told in cloud.told if isinstance(told, PromptFailed)] == [2]

    run(test)
