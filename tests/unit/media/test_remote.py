"""Whose RTP is heard, and where ours goes: a table of what comes when, and what becomes of it."""

from __future__ import annotations

import pytest

from sipdomain.media.remote import Remote
from sipdomain.sip.outputs import Address

AGREED = Address("192.0.2.10", 4000)
OTHER_PORT = Address("192.0.2.10", 4666)
TRANSLATOR = Address("198.51.100.7", 61_000)
STRANGER = Address("203.0.113.66", 9000)
MOVED_TO = Address("192.0.2.20", 5000)

Come = tuple[float, Address, bool]


@pytest.mark.parametrize(
    ("comes", "target"),
    [
        pytest.param([(0.1, STRANGER, False)], AGREED, id="an early stranger is ignored"),
        pytest.param([(0.1, STRANGER, False), (0.2, AGREED, True)], AGREED, id="the peer is heard after a stranger"),
        pytest.param([(9.0, STRANGER, False)], AGREED, id="silence lets no stranger in"),
        pytest.param([(0.1, OTHER_PORT, True)], OTHER_PORT, id="another port of the agreed host is learned"),
        pytest.param([(0.1, TRANSLATOR, True)], TRANSLATOR, id="the host that SIP comes from is learned"),
        pytest.param(
            [(0.1, TRANSLATOR, True), (0.2, OTHER_PORT, True), (0.3, TRANSLATOR, False)], OTHER_PORT,
            id="the agreed host wins over the translator",
        ),
        pytest.param(
            [(0.1, OTHER_PORT, True), (0.2, AGREED, True), (0.3, OTHER_PORT, False)], AGREED,
            id="the agreed address wins, and unlearns",
        ),
        pytest.param(
            [(0.1, AGREED, True), (9.0, TRANSLATOR, False)], AGREED,
            id="no other host once the agreed one was heard, however silent it is",
        ),
        pytest.param(
            [(0.1, AGREED, True), (2.0, OTHER_PORT, False), (2.2, OTHER_PORT, True)], OTHER_PORT,
            id="another port is learned after two seconds of silence",
        ),
        pytest.param(
            [(0.1, TRANSLATOR, True), (2.0, Address("198.51.100.7", 61_001), False),
             (2.2, Address("198.51.100.7", 61_001), True)], Address("198.51.100.7", 61_001),
            id="a translator that changes its port is learned after two seconds of silence",
        ),
    ],
)  # fmt: skip
def test_what_comes_is_heard_or_ignored(comes: list[Come], target: Address) -> None:
    remote = Remote()
    remote.agree(AGREED, "198.51.100.7", 0.0)
    for at, source, heard in comes:
        assert remote.admits(source, at) is heard, (at, source)
        if heard:
            _talks(remote, source, at)

    assert remote.target == target
    assert remote.ignored == sum(not heard for _, _, heard in comes)


def _talks(remote: Remote, source: Address, at: float) -> None:
    """Let a tenth of a second of audio come."""
    for _ in range(5):
        remote.heard(source, at)


@pytest.mark.parametrize("source", [OTHER_PORT, TRANSLATOR])
def test_a_packet_that_went_astray_takes_no_audio(source: Address) -> None:
    remote = Remote()
    remote.agree(AGREED, "198.51.100.7", 0.0)
    for at in (0.1, 0.12, 0.14, 0.16):
        assert remote.admits(source, at)
        remote.heard(source, at)
    assert remote.target == AGREED

    remote.heard(Address(source.host, source.port + 2), 0.17)
    remote.heard(source, 0.18)
    assert remote.target == AGREED
    for at in (0.2, 0.22, 0.24, 0.26):
        remote.heard(source, at)
    assert remote.target == source


def test_packets_among_those_of_the_agreed_address_are_not_in_a_row() -> None:
    remote = Remote()
    remote.agree(AGREED, "", 0.0)
    for at in range(20):
        remote.heard(OTHER_PORT, float(at))
        remote.heard(AGREED, float(at))
        assert remote.target == AGREED


def test_packets_still_under_way_from_the_address_before_do_not_undo_a_new_agreement() -> None:
    remote = Remote()
    remote.agree(AGREED, "192.0.2.10", 0.0)
    remote.heard(AGREED, 1.0)
    remote.agree(MOVED_TO, "192.0.2.10", 10.0)

    assert [remote.admits(AGREED, at) for at in (10.0, 11.9)] == [False, False]
    assert remote.target == MOVED_TO
    assert remote.admits(AGREED, 12.0)
    remote.heard(MOVED_TO, 12.5)
    assert not remote.admits(AGREED, 20.0)


def test_a_learned_address_is_not_learned_again_at_once_either() -> None:
    remote = Remote()
    remote.agree(AGREED, "198.51.100.7", 0.0)
    _talks(remote, TRANSLATOR, 1.0)
    remote.agree(MOVED_TO, "198.51.100.7", 10.0)

    assert not remote.admits(TRANSLATOR, 11.0)
    assert remote.admits(TRANSLATOR, 12.0)


def test_the_same_agreement_and_an_old_hold_change_nothing() -> None:
    remote = Remote()
    remote.agree(AGREED, "", 0.0)
    _talks(remote, OTHER_PORT, 1.0)
    remote.agree(AGREED, "", 2.0)
    remote.agree(Address("0.0.0.0", 4000), "", 3.0)

    assert remote.target == OTHER_PORT


def test_an_ipv6_address_may_be_written_at_length() -> None:
    remote = Remote()
    remote.agree(Address("2001:DB8:0:0::10", 4000), "", 0.0)

    assert remote.target == Address("2001:db8::10", 4000)
    assert remote.admits(Address("2001:db8::10", 4000), 1.0)


def test_before_an_agreement_everybody_is_heard_and_nobody_learned() -> None:
    remote = Remote()

    assert remote.admits(STRANGER, 0.0)
    remote.heard(STRANGER, 0.0)
    assert remote.target is None
    remote.agree(AGREED, "", 1.0)
    assert not remote.admits(STRANGER, 1.1)


def test_what_was_ignored_is_reported_once_after_a_second_or_at_the_end() -> None:
    remote = Remote()
    remote.agree(AGREED, "", 0.0)
    for at in (5.0, 5.5, 6.0):
        remote.admits(STRANGER, at)

    assert remote.report(5.9) is None
    told = remote.report(6.0)
    assert told is not None
    assert (told.source, told.packets, told.agreed) == (STRANGER, 3, AGREED)
    remote.admits(STRANGER, 7.0)
    assert remote.report(9.0, last=True) is None

    remote.agree(MOVED_TO, "", 10.0)
    remote.admits(STRANGER, 10.1)
    told = remote.report(10.2, last=True)
    assert told is not None
    assert told.packets == 5
