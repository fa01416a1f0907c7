"""Faults of audio in virtual time: what is heard, measured and captured has them, each as live, and keys are packets."""

from __future__ import annotations

import numpy as np
import pytest

from sipdomain.entries import Injected
from sipdomain.media.hearing import StartHearing, WordsHeard
from sipdomain.media.outputs import (
    CloseMedia,
    DtmfReceived,
    MediaMeasured,
    MediaSilent,
    RtpIgnored,
    SendDtmf,
    StartPlayback,
)
from sipdomain.runtime.sim.tap import SimTap
from tests.unit.runtime.sim.line import WELCOME, Line


def played(*faults: str, silence: float = 0.0, tap: SimTap | None = None) -> Line:
    """Return a line on which the phone said something, in full 4 seconds after its beginning, and pressed a key."""
    line = Line(faults=faults, silence=silence, tap=tap)
    line.phone.carry(StartPlayback("s", 1, WELCOME))
    line.run(4.0)
    line.phone.carry(SendDtmf("s", "5", 0.1, 0.1))
    line.run(5.0)
    return line


def measured(line: Line) -> tuple[MediaMeasured, MediaMeasured]:
    for side in (line.phone, line.cloud):
        side.carry(CloseMedia("s"))
    first, second = (
        next(each for _, each in side.told if isinstance(each, MediaMeasured))
        for side in (line.cloud, line.phone)
    )
    return first, second


def keys(line: Line) -> list[tuple[str, float]]:
    return [(each.key, each.duration) for _, each in line.cloud.told if isinstance(each, DtmfReceived)]


def test_a_good_line_is_as_if_there_were_none() -> None:
    line = played()
    assert keys(line) == [("5", 0.1)]
    cloud, _ = measured(line)
    assert (cloud.received, cloud.lost, cloud.jitter) == (250, 0, 0.0)
    assert line.journal.select(Injected) == []


def test_lost_packets_are_gaps_in_what_is_heard_and_are_counted() -> None:
    whole, line = played(), played("rtp drop 30% from phone")
    good, bad = whole.cloud.heard(), line.cloud.heard()
    frames = [
        (good[at : at + 160], bad[at : at + 160]) for at in range(0, 8_000, 160) if good[at : at + 160].any()
    ]
    lost = [not other.any() for _, other in frames]
    assert 5 <= sum(lost) <= 25
    assert all((one == other).all() for (one, other), gone in zip(frames, lost, strict=True) if not gone)
    assert keys(line) == [("5", 0.1)]
    cloud, phone = measured(line)
    assert 50 <= cloud.lost <= 100
    assert (cloud.received, phone.remote_lost, phone.lost) == (250 - cloud.lost, cloud.lost, 0)
    (note,) = line.journal.select(Injected)
    assert (note.at, note.fault, note.call_id) == (note.at, "drop", "s@acme")
    assert note.text == "audio of the phone in s, from here on"


def test_the_same_seed_loses_the_same() -> None:
    one, other = (played("rtp burst from phone p 0.1 r 0.3").cloud.heard() for _ in range(2))
    assert (one == other).all()


def test_audio_one_way_is_silence_for_one_side() -> None:
    line = played("rtp one_way from phone since 2", silence=1.5)
    (at,) = [at for at, each in line.cloud.told if isinstance(each, MediaSilent)]
    assert 3.4 < at < 3.55
    assert not line.cloud.heard()[16_500:].any()
    assert keys(line) == []
    assert not any(isinstance(each, MediaSilent) for _, each in line.phone.told)


@pytest.mark.parametrize("fault", ["rtp mute from phone", "rtp payload from phone number 96"])
def test_audio_that_is_silent_or_not_understood_arrives_and_is_not_heard(fault: str) -> None:
    line = played(fault)
    assert not line.cloud.heard().any()
    assert measured(line)[0].lost == 0


def test_a_key_whose_end_is_lost_is_counted_when_no_more_of_it_comes() -> None:
    ((key, duration),) = keys(played("rtp key_ends from phone"))
    assert (key, round(duration, 1)) == ("5", 0.1)


def test_audio_of_another_host_is_ignored_and_of_another_port_is_heard() -> None:
    line = played("rtp source from phone other host since 1")
    (ignored,) = [each for _, each in line.cloud.told if isinstance(each, RtpIgnored)]
    assert ignored.source.host == "192.0.2.1"
    assert keys(line) == []
    assert keys(played("rtp source from phone")) == [("5", 0.1)]


def test_delays_that_spread_are_jitter_and_nothing_is_lost() -> None:
    cloud, _ = measured(played("rtp delay from phone by 0.06 spread 0.04"))
    assert 0.03 < cloud.jitter < 0.06
    assert cloud.lost == 0


def test_words_of_which_much_is_lost_are_not_understood() -> None:
    line = Line(faults=("rtp drop from phone until 1",))
    line.cloud.carry(StartHearing("s", 1, "inbound", pause=1.0))
    line.phone.carry(StartPlayback("s", 1, WELCOME))
    line.run(10.0)
    heard = [each.text for _, each in line.cloud.told if isinstance(each, WordsHeard) and each.final]
    assert " ".join(heard).split() == ["Press", "one", "for", "sales."]


def test_a_capture_has_what_arrived() -> None:
    line = played("rtp drop from phone since 1 until 2", "rtp ssrc from cloud since 1", tap=SimTap())
    assert line.tap is not None
    packets = line.tap.traffic(line.library, 5.0).packets
    of_phone = [each for each in packets if each.source == line.phone.address]
    of_cloud = [each for each in packets if each.source == line.cloud.address]
    assert (len(of_phone), len(of_cloud)) == (200, 250)
    assert len({each.data[8:12] for each in of_cloud}) == 2
    sequence = np.array([int.from_bytes(each.data[2:4], "big") for each in of_phone])
    assert max(np.diff(sequence)) == 51
