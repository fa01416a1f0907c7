"""SRTP in virtual time: who has the key hears."""

from __future__ import annotations

import pytest

from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import (
    ConnectMedia,
    MediaInput,
    MediaOpened,
    OpenMedia,
    SendDtmf,
    StartPlayback,
)
from sipdomain.media.sdes import SUITES, MasterKey
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.sim.exchange import SimExchange
from sipdomain.runtime.sim.media import SimMedia
from sipdomain.runtime.sim.network import SimClock
from tests.unit.runtime.sim.line import WELCOME, Line, Side

OURS, THEIRS, OTHER = (MasterKey(SUITES[0], bytes([number]) * 30) for number in range(3))


def secured(side: Side, peer: Side, local: MasterKey | None, remote: MasterKey | None) -> None:
    side.carry(ConnectMedia("s", Agreement(peer.address, 0, "PCMU", 101, local_key=local, remote_key=remote)))


@pytest.mark.parametrize(
    ("local", "remote", "heard"),
    [
        (OURS, THEIRS, True),
        (OTHER, THEIRS, False),
        (None, None, False),
        (MasterKey(SUITES[1], OURS.value), THEIRS, False),
    ],
)
def test_srtp_is_heard_only_by_who_has_its_key(
    local: MasterKey | None, remote: MasterKey | None, heard: bool
) -> None:
    line = Line()
    secured(line.phone, line.cloud, THEIRS, OURS)
    secured(line.cloud, line.phone, local, remote)
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.cloud.carry(SendDtmf("s", "1"))
    line.run(2.0)

    assert bool(line.phone.heard().any()) is heard
    assert bool(line.phone.told) is heard


def test_srtp_is_heard_once_the_keys_agree_and_no_longer_than_that() -> None:
    line = Line()
    secured(line.phone, line.cloud, THEIRS, OTHER)
    secured(line.cloud, line.phone, OURS, THEIRS)
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.run(1.0)
    secured(line.phone, line.cloud, THEIRS, OURS)
    line.run(2.0)
    secured(line.phone, line.cloud, THEIRS, OTHER)
    line.run(3.0)

    heard = line.phone.heard()
    assert len(heard) == 16_000
    assert heard[8000:].any()
    assert not heard[:8000].any()


def test_a_secure_session_hears_nothing_before_it_has_keys() -> None:
    clock, library, exchange = SimClock(), PromptLibrary(speech=False), SimExchange()
    cloud, phone = (SimMedia(clock, library, exchange) for _ in range(2))
    told: list[MediaInput] = []
    for media in (cloud, phone):
        media.bind(told.append)
        media.carry(OpenMedia("s", "127.0.0.1", secure=True))
    here, there = (each.address for each in told if isinstance(each, MediaOpened))
    cloud.carry(ConnectMedia("s", Agreement(there, 0, "PCMU", local_key=OURS, remote_key=THEIRS)))
    cloud.carry(StartPlayback("s", 1, WELCOME))
    clock.step(1.0)

    assert not len(phone.heard("s"))
    phone.carry(ConnectMedia("s", Agreement(here, 0, "PCMU", local_key=THEIRS, remote_key=OURS)))
    while clock.step(2.0):
        pass
    assert phone.heard("s").any()
