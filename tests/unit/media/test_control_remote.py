"""Where reports go, and whose are heard."""

from __future__ import annotations

from sipdomain.media.agreement import Agreement
from sipdomain.media.control_remote import ControlRemote
from sipdomain.media.remote import Remote
from sipdomain.sip.outputs import Address

PEER = Address("192.0.2.7", 4000)
NEXT = Address("192.0.2.7", 4001)
OTHER = Address("192.0.2.9", 5001)


def made(
    remote: Address = PEER, rtcp: Address | None = None, *, mux: bool = False
) -> tuple[Remote, ControlRemote]:
    audio = Remote()
    audio.agree(remote, "198.51.100.1", 0.0)
    control = ControlRemote(audio)
    control.agree(Agreement(remote, 0, "PCMU", rtcp=rtcp, rtcp_mux=mux))
    return audio, control


def test_nothing_goes_anywhere_before_there_is_an_agreement() -> None:
    control = ControlRemote(Remote())
    assert control.target is None
    assert not control.admits(PEER)


def test_reports_go_to_the_port_after_that_of_the_audio() -> None:
    _, control = made()
    assert control.target == NEXT
    assert control.admits(NEXT)
    assert control.admits(Address("192.0.2.7", 9))
    assert not control.admits(OTHER)


def test_reports_go_where_the_description_says_or_where_the_audio_goes() -> None:
    _, named = made(rtcp=OTHER)
    assert named.target == OTHER
    assert named.admits(OTHER)
    _, muxed = made(mux=True)
    assert (muxed.target, muxed.muxed) == (PEER, True)


def test_where_reports_came_from_is_preferred_until_the_audio_moves() -> None:
    audio, control = made()
    control.heard(Address("192.0.2.7", 7777))
    assert control.target == Address("192.0.2.7", 7777)
    audio.agree(Address("192.0.2.8", 4000), "", 1.0)
    control.agree(Agreement(Address("192.0.2.8", 4000), 0, "PCMU"))
    assert control.target == Address("192.0.2.8", 4001)


def test_behind_a_translator_nothing_is_sent_until_something_came() -> None:
    audio, control = made()
    learned = Address("198.51.100.1", 30_000)
    for number in range(5):
        assert audio.admits(learned, number * 0.02)
        audio.heard(learned, number * 0.02)
    assert audio.target == learned
    assert control.target is None
    came = Address("198.51.100.1", 30_003)
    assert control.admits(came)
    control.heard(came)
    assert control.target == came


def test_an_old_hold_changes_nothing_and_the_last_port_has_none_after_it() -> None:
    _, control = made()
    control.agree(Agreement(Address("0.0.0.0", 4000), 0, "PCMU"))
    assert control.target == NEXT
    _, last = made(Address("192.0.2.7", 65_535))
    assert last.target is None
