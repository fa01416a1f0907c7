"""SRTP over real sockets on loopback, in real time."""

from __future__ import annotations

import asyncio
import logging
import socket

import pytest

from sipdomain.media.agreement import Agreement
from sipdomain.media.match import find
from sipdomain.media.outputs import (
    ConnectMedia,
    DtmfReceived,
    MediaInput,
    MediaOpened,
    OpenMedia,
    SendDtmf,
    StartPlayback,
)
from sipdomain.media.prompts import Speech
from sipdomain.media.rtp import RtpPacket
from sipdomain.media.sdes import SUITES, MasterKey
from sipdomain.media.srtp import Srtp
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.sip.outputs import Address
from tests.own_time import run
from tests.patience import until

WELCOME = Speech("Welcome to Acme.")
SORRY = Speech("Sorry, goodbye.")


def keys(suite: str) -> tuple[MasterKey, MasterKey]:
    return MasterKey(suite, b"c" * 30), MasterKey(suite, b"p" * 30)


class Sides:
    """Two owners with one secure session each, on one event loop; `tapped` stands between them as a socket."""

    def __init__(self) -> None:
        self.library = PromptLibrary(speech=False)
        self.told: list[list[MediaInput]] = [[], []]
        self.media = [LiveMedia(asyncio.get_running_loop(), self.library) for _ in self.told]
        self.addresses: list[Address] = []
        for media, told in zip(self.media, self.told, strict=True):
            media.bind(told.append)
            media.carry(OpenMedia("s", "127.0.0.1", secure=True))
            opened = told.pop()
            assert isinstance(opened, MediaOpened)
            self.addresses.append(opened.address)

    def connect(
        self, number: int, local: MasterKey | None, remote: MasterKey | None, to: Address | None = None
    ) -> None:
        peer = to or self.addresses[1 - number]
        self.media[number].carry(
            ConnectMedia("s", Agreement(peer, 0, "PCMU", 101, local_key=local, remote_key=remote))
        )

    def weakest(self, number: int, prompt: Speech) -> float:
        return find(self.media[number].heard("s"), self.library.samples(prompt)).weakest

    async def close(self) -> None:
        for media in self.media:
            await media.close()
        await self.library.close()


@pytest.mark.parametrize("suite", SUITES)
def test_two_sessions_hear_each_other_and_keys_arrive(suite: str) -> None:
    async def test() -> None:
        sides = Sides()
        ours, theirs = keys(suite)
        sides.connect(0, ours, theirs)
        sides.connect(1, theirs, ours)
        for number, prompt in enumerate((WELCOME, SORRY)):
            sides.media[number].carry(StartPlayback("s", 1, prompt))
        await until(lambda: sides.weakest(1, WELCOME) > 0.99 and sides.weakest(0, SORRY) > 0.99)
        sides.media[1].carry(SendDtmf("s", "7", duration=0.06))
        await until(lambda: sides.told[0] == [DtmfReceived("s", "7", 0.06)])

        assert not sides.media[0].dropped("s")
        await sides.close()

    run(test)


def test_keys_that_disagree_let_nothing_be_heard_are_counted_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test() -> None:
        sides = Sides()
        ours, theirs = keys(SUITES[0])
        sides.connect(0, ours, theirs)
        sides.connect(1, theirs, MasterKey(SUITES[0], b"x" * 30))
        sides.media[0].carry(StartPlayback("s", 1, WELCOME))
        await until(lambda: sides.media[1].dropped("s")["wrong tag"] > 10)

        assert not len(sides.media[1].heard("s"))
        assert len(sides.media[0].heard("s")) > 0
        await sides.close()

    with caplog.at_level(logging.WARNING):
        run(test)
    (record,) = [each for each in caplog.records if "wrong tag" in each.message]
    assert "session s: SRTP from 127.0.0.1:" in record.message


def test_a_stranger_without_the_key_and_a_replayer_change_nothing() -> None:
    async def test() -> None:
        sides = Sides()
        ours, theirs = keys(SUITES[0])
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
        ):
            for each, host in ((peer, "127.0.0.21"), (stranger, "127.0.0.21")):
                each.bind((host, 0))
                each.setblocking(False)
            sides.connect(0, ours, theirs, Address(*peer.getsockname()))
            here = (sides.addresses[0].host, sides.addresses[0].port)
            plain = bytes(RtpPacket(0, False, 1, 160, 9, b"\x8b" * 160))
            end = Srtp()
            end.agree(theirs, ours)
            good = end.protect(plain)
            assert good is not None
            stun = bytes.fromhex("00010000 2112a442 000000000000000000000000")
            stranger.sendto(stun, here)
            stranger.sendto(plain, here)
            peer.sendto(good, here)
            peer.sendto(good, here)
            stranger.sendto(good, here)
            loop = asyncio.get_running_loop()
            received = [await loop.sock_recv(peer, 2048) for _ in range(10)]

            with pytest.raises(BlockingIOError):
                stranger.recv(2048)
        assert sides.media[0].heard("s").tolist() == [20_860] * 160
        assert sides.media[0].dropped("s") == {"wrong tag": 1, "replayed": 1}
        assert all(end.unprotect(data) is not None for data in received)
        await sides.close()

    run(test)


def test_without_keys_nothing_leaves_and_nothing_is_heard() -> None:
    async def test() -> None:
        sides = Sides()
        sides.connect(0, None, None)
        sides.connect(1, *keys(SUITES[0]))
        await until(lambda: sides.media[0].dropped("s")["no key"] > 20)

        assert not len(sides.media[0].heard("s"))
        assert not sides.media[1].dropped("s")
        await sides.close()

    run(test)


def test_a_new_key_within_a_call() -> None:
    async def test() -> None:
        sides = Sides()
        ours, theirs = keys(SUITES[0])
        sides.connect(0, ours, theirs)
        sides.connect(1, theirs, ours)
        await until(lambda: len(sides.media[1].heard("s")) > 0)
        again = MasterKey(SUITES[1], b"n" * 30)
        sides.connect(0, again, theirs)
        sides.connect(1, theirs, again)
        sides.media[0].carry(StartPlayback("s", 1, WELCOME))
        await until(lambda: sides.weakest(1, WELCOME) > 0.99)
        await sides.close()

    run(test)
