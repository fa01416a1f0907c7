"""RTCP on real sockets: reports both ways, by each port that it may take, and protected where the audio is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sipdomain.entries import AudioMeasured
from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import (
    ConnectMedia,
    MediaInput,
    MediaMeasured,
    MediaOpened,
    MediaSilent,
    OpenMedia,
)
from sipdomain.media.rtcp import Bye, Report, parse
from sipdomain.media.rtp import RtpPacket, is_rtcp
from sipdomain.media.sdes import MasterKey
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.rtp_ports import RtpPorts
from sipdomain.runtime.media.rtp_session import RtpSession
from sipdomain.sip.outputs import Address
from tests.integration.ahead import play
from tests.own_time import run
from tests.patience import PATIENCE, until

WALL_OFFSET = 1_700_000_000.0
SUITE = "AES_CM_128_HMAC_SHA1_80"
OURS, THEIRS = MasterKey(SUITE, bytes(range(30))), MasterKey(SUITE, bytes(range(30, 60)))


@dataclass
class End:
    """A session, and what it told."""

    session: RtpSession
    told: list[MediaInput]

    def connect(
        self, peer: End, *, mux: bool = False, keys: tuple[MasterKey | None, MasterKey | None] = (None, None)
    ) -> None:
        local, remote = keys
        self.session.connect(
            ConnectMedia(
                "s",
                Agreement(
                    peer.session.address, 0, "PCMU", 101, local_key=local, remote_key=remote, rtcp_mux=mux
                ),
            ),
            0.0,
        )

    @property
    def measured(self) -> MediaMeasured:
        (found,) = (each for each in self.told if isinstance(each, MediaMeasured))
        return found


@contextmanager
def ends(*, secure: bool = False) -> Iterator[tuple[End, End]]:
    made: list[End] = []
    for host in ("127.0.0.1", "127.0.0.40"):
        told: list[MediaInput] = []
        made.append(
            End(
                RtpSession(
                    "s", RtpPorts().open(host), told.append, ear=1.0, wall_offset=WALL_OFFSET, secure=secure
                ),
                told,
            )
        )
    yield made[0], made[1]
    for each in made:
        if not any(isinstance(told, MediaMeasured) for told in each.told):
            each.session.close(100.0)


def talk(one: End, other: End, seconds: float, begin: float = 0.0) -> float:
    """Let both sides send for so long, packet after packet; return the moment after."""
    now = begin
    for _ in range(round(seconds / 0.02)):
        now += 0.02
        for each in (one, other):
            each.session.send(now)
        for each in (one, other):
            each.session.read(now)
            each.session.read_control(now)
    return now


@pytest.mark.parametrize("secure", [False, True], ids=["rtp", "srtp"])
@pytest.mark.parametrize("mux", [False, True], ids=["own port", "muxed"])
def test_both_sides_know_at_the_end_what_the_other_heard(secure: bool, mux: bool) -> None:
    with ends(secure=secure) as (one, other):
        one.connect(other, mux=mux, keys=(OURS, THEIRS) if secure else (None, None))
        other.connect(one, mux=mux, keys=(THEIRS, OURS) if secure else (None, None))
        now = talk(one, other, 30.0)
        one.session.close(now)
        other.session.close(now)
    first, second = one.measured, other.measured
    assert (first.sent, first.received, first.lost, first.remote_lost) == (1500, 1500, 0, 0)
    assert (second.sent, second.received, second.lost, second.remote_lost) == (1500, 1500, 0, 0)
    # Each report comes between 2.5 and 7.5 s after the one before; the BYE of the first is one more.
    assert 3 <= first.reports <= 12
    assert first.jitter < 0.001
    assert first.remote_jitter is not None
    assert first.remote_jitter < 0.001
    assert second.round_trip == pytest.approx(0.0, abs=0.021)


def test_loss_is_reported_to_the_one_who_sent() -> None:
    with ends() as (one, other):
        one.connect(other)
        other.connect(one)
        now = talk(one, other, 2.0)
        for _ in range(10):
            # Made, and sent to nobody.
            one.session.sender.next()
        now = talk(one, other, 10.0, now)
        other.session.close(now)
        one.session.close(now)
    assert (other.measured.received, other.measured.lost) == (600, 10)
    assert (one.measured.lost, one.measured.remote_lost) == (0, 10)


class Phone:
    """A phone by hand: sockets for RTP and for RTCP."""

    def __init__(self, host: str = "127.0.0.41") -> None:
        self.audio, self.control = RtpPorts().open(host)

    @staticmethod
    def _all(opened: socket.socket) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(opened.recv(2048))
            except BlockingIOError:
                return found

    def reports(self) -> list[Report | Bye]:
        return [each for data in self._all(self.control) for each in parse(data)]

    def close(self) -> None:
        self.audio.close()
        self.control.close()


@dataclass
class Called:
    """One session that talks to a phone by hand."""

    phone: Phone
    told: list[MediaInput] = field(default_factory=list)
    session: RtpSession = field(init=False)

    def __post_init__(self) -> None:
        opened = RtpPorts().open("127.0.0.1")
        self.session = RtpSession(
            "s", opened, self.told.append, ear=0.0, wall_offset=WALL_OFFSET, silence=5.0
        )

    def connect(self, *, at: float = 0.0, receiving: bool = True, rtcp: Address | None = None) -> None:
        remote = Address(*self.phone.audio.getsockname())
        self.session.connect(
            ConnectMedia("s", Agreement(remote, 0, "PCMU", receiving=receiving, rtcp=rtcp)), at
        )

    def beat(self, begin: float, end: float) -> None:
        for number in range(round(begin / 0.02), round(end / 0.02)):
            self.session.send((number + 1) * 0.02)
            self.session.read((number + 1) * 0.02)

    def speak(self, sequence: int) -> None:
        packet = RtpPacket(0, False, sequence, sequence * 160, 9, b"\xff" * 160)
        self.phone.audio.sendto(bytes(packet), self.session.address)


@contextmanager
def called() -> Iterator[Called]:
    made = Called(Phone())
    yield made
    if not any(isinstance(each, MediaMeasured) for each in made.told):
        made.session.close(1000.0)
    made.phone.close()


def test_no_report_is_sent_before_an_agreement_and_the_last_has_a_bye() -> None:
    with called() as call:
        call.beat(0.0, 10.0)
        assert call.phone.reports() == []
        call.connect(at=10.0)
        call.beat(10.0, 18.0)
        first, *_ = call.phone.reports()
        assert isinstance(first, Report)
        assert first.sender is not None
        assert first.sender.octets == 160 * first.sender.packets
        # After half the interval, give or take half of that.
        assert 1.25 / 0.02 <= first.sender.packets <= 3.8 / 0.02
        call.session.close(18.0)
        *_, bye = call.phone.reports()
    assert bye == Bye((first.ssrc,))


def test_a_session_without_an_agreement_ends_without_a_word() -> None:
    with called() as call:
        call.session.close(1.0)
        assert call.told == []
        assert call.phone.reports() == []
        call.told.append(MediaMeasured("s", 0, 0))


def test_reports_go_to_the_address_that_the_description_names() -> None:
    with called() as call, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
        elsewhere.bind(("127.0.0.41", 0))
        elsewhere.settimeout(PATIENCE)
        call.connect(rtcp=Address(*elsewhere.getsockname()))
        call.beat(0.0, 4.0)
        assert is_rtcp(elsewhere.recv(2048))
        assert call.phone.reports() == []


def test_reports_of_strangers_are_not_believed() -> None:
    with called() as call, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.42", 0))
        call.connect()
        host, port = call.session.address
        for sender in (stranger, call.phone.control):
            sender.sendto(bytes.fromhex("80c90001 00000001"), (host, port + 1))
            sender.sendto(b"junk", (host, port + 1))
        call.session.read_control(0.5)
        call.session.close(1.0)
        (measured,) = call.told
    assert isinstance(measured, MediaMeasured)
    assert measured.reports == 1


def test_silence_is_reported_once_and_counts_from_the_last_packet() -> None:
    with called() as call:
        call.connect()
        call.beat(0.0, 4.0)
        call.speak(1)
        call.beat(4.0, 8.9)
        assert call.told == []
        call.beat(8.9, 9.1)
        assert call.told == [MediaSilent("s", 5.0)]
        call.beat(9.1, 30.0)
        assert call.told == [MediaSilent("s", 5.0)]


def test_a_phone_on_hold_may_be_silent_and_has_its_time_again_when_it_resumes() -> None:
    with called() as call:
        call.connect()
        call.beat(0.0, 4.0)
        call.connect(at=4.0, receiving=False)
        call.beat(4.0, 30.0)
        assert call.told == []
        call.connect(at=30.0)
        # The same again, as a refresh is, gives no more time.
        call.connect(at=33.0)
        call.beat(30.0, 34.9)
        assert call.told == []
        call.beat(34.9, 35.1)
        assert call.told == [MediaSilent("s", 5.0)]


def test_a_session_on_the_loop_takes_reports_by_its_second_port() -> None:
    async def test() -> list[MediaInput]:
        told: list[MediaInput] = []
        library = PromptLibrary(speech=False)
        media = LiveMedia(asyncio.get_running_loop(), library)
        media.bind(told.append)
        media.carry(OpenMedia("s", "127.0.0.1", silence=0.3))
        opened = told.pop()
        assert isinstance(opened, MediaOpened)
        phone = Phone()
        media.carry(ConnectMedia("s", Agreement(Address(*phone.audio.getsockname()), 0, "PCMU")))
        host, port = opened.address
        phone.control.sendto(bytes.fromhex("80c90001 00000001"), (host, port + 1))
        await until(lambda: bool(told))
        await media.close()
        await library.close()
        phone.close()
        return told

    silent, measured = run(test)
    assert silent == MediaSilent("s", 0.3)
    assert isinstance(measured, MediaMeasured)
    assert measured.reports == 1


def test_the_protected_reports_of_pjsip_are_read() -> None:
    pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")
    path = Path(__file__).parents[2] / "scenarios" / "peers" / "pjsip-with-secure-media.scenario.yaml"
    result = play(path, "live", "documented")
    assert result.outcome == "passed"
    (measured,) = (each for each in result.entries if isinstance(each, AudioMeasured))
    assert measured.reports > 0
    assert measured.received > 0
    assert measured.remote_lost is not None
