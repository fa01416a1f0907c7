"""Packets of a call in virtual time: what was said, in streams without a gap."""

from __future__ import annotations

from sipdomain.media import rtp
from sipdomain.media.outputs import CloseMedia, MediaOutput, OpenRoom, Patch, SendDtmf, StartPlayback
from sipdomain.runtime.media.tap import MediaPacket
from sipdomain.runtime.sim.tap import SimTap
from tests.unit.runtime.sim.line import WELCOME, Line

SILENCE = b"\xff" * 160


def packets(line: Line, side: str = "cloud") -> list[MediaPacket]:
    """Return the packets of one side, as they are at the end."""
    assert line.tap is not None
    address = getattr(line, side).address
    return [
        each for each in line.tap.traffic(line.library, line.clock.now()).packets if each.source == address
    ]


def played(*outputs: MediaOutput, until: float = 1.0) -> Line:
    line = Line(tap=SimTap())
    for each in outputs:
        line.cloud.carry(each)
    line.run(until)
    return line


def test_silence_is_sent_every_20_milliseconds_from_the_agreement_until_the_end() -> None:
    line = played(until=0.1)
    line.cloud.carry(CloseMedia("s"))
    line.run(1.0)
    found = packets(line)
    assert [round(each.at, 3) for each in found] == [0.0, 0.02, 0.04, 0.06, 0.08]
    assert {each.target for each in found} == {line.phone.address}
    read = [rtp.parse(each.data) for each in found]
    assert [each.sequence for each in read] == [0, 1, 2, 3, 4]
    assert [each.timestamp for each in read] == [0, 160, 320, 480, 640]
    assert [each.marker for each in read] == [True, False, False, False, False]
    assert {each.payload for each in read} == {SILENCE}
    assert len({each.ssrc for each in read}) == 1


def test_what_is_played_is_in_the_packets() -> None:
    line = played(StartPlayback("s", 1, WELCOME), until=20.0)
    spoken = line.library.encoded(WELCOME, "PCMU")
    audio = b"".join(rtp.parse(each.data).payload for each in packets(line))
    assert audio.startswith(spoken)
    assert set(audio[len(spoken) :]) == {0xFF}


def test_what_is_heard_in_a_room_is_in_the_packets() -> None:
    line = played(OpenRoom("r"), Patch("r", "s"), StartPlayback("r", 1, WELCOME), until=20.0)
    spoken = line.library.encoded(WELCOME, "PCMU")
    audio = b"".join(rtp.parse(each.data).payload for each in packets(line))
    # There are two zeros in G.711.
    assert audio.replace(b"\x7f", b"\xff").startswith(spoken.replace(b"\x7f", b"\xff"))


def test_keys_are_events_with_an_end_that_comes_three_times() -> None:
    line = played(SendDtmf("s", "5", 0.06), until=0.2)
    read = [rtp.parse(each.data) for each in packets(line)]
    assert [(each.timestamp, each.payload.hex()) for each in read if each.payload_type == 101] == [
        (0, "050a00a0"),
        (0, "050a0140"),
        (0, "058a01e0"),
        (0, "058a01e0"),
        (0, "058a01e0"),
    ]


def test_nothing_goes_where_nothing_may_be_sent() -> None:
    line = Line(tap=SimTap())
    line.run(0.1)
    line.cloud.connect(line.phone, sending=False)
    line.run(0.3)
    line.cloud.connect(line.phone)
    line.run(0.4)
    found = packets(line)
    assert [round(each.at, 2) for each in found if each.at < 0.11] == [0.0, 0.02, 0.04, 0.06, 0.08]
    after = [rtp.parse(each.data) for each in found if each.at > 0.11]
    assert after[0].sequence == 5
    assert after[0].marker
