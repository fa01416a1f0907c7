"""The stream that a session sends, packet by packet."""

from __future__ import annotations

import pytest

from sipdomain.errors import MediaError
from sipdomain.media.agreement import Agreement
from sipdomain.media.rtp import RtpPacket, parse
from sipdomain.media.sender import RtpSender
from sipdomain.sip.outputs import Address

PEER = Address("127.0.0.1", 4000)
SILENCE = b"\xff" * 160


def sender(*, sending: bool = True, codec: str = "PCMU", dtmf: int | None = 101) -> RtpSender:
    made = RtpSender(ssrc=7, sequence=65_535, timestamp=0xFFFF_FFFF)
    made.agree(Agreement(PEER, 0 if codec == "PCMU" else 8, codec, dtmf, sending=sending))
    return made


def packets(made: RtpSender, count: int) -> list[RtpPacket]:
    return [parse(packet) for packet in (made.next() for _ in range(count)) if packet is not None]


def test_silence_flows_with_rising_numbers_that_go_round() -> None:
    assert packets(sender(), 3) == [
        RtpPacket(0, True, 65_535, 0xFFFF_FFFF, 7, SILENCE),
        RtpPacket(0, False, 0, 159, 7, SILENCE),
        RtpPacket(0, False, 1, 319, 7, SILENCE),
    ]


def test_nothing_is_sent_before_a_peer_is_known() -> None:
    assert RtpSender(ssrc=7, sequence=0, timestamp=0).next() is None


def test_playbacks_follow_one_another_and_the_last_packet_is_filled() -> None:
    made = sender()
    made.playbacks.play(1, b"\x01" * 200)
    made.playbacks.play(2, b"\x02" * 160)

    assert [packet.payload for packet in packets(made, 4)] == [
        b"\x01" * 160, b"\x01" * 40 + b"\xff" * 120, b"\x02" * 160, SILENCE,
    ]  # fmt: skip


def test_a_playback_is_over_with_its_last_packet_unless_it_was_stopped() -> None:
    made = sender(sending=False)
    for number in (1, 2, 3):
        made.playbacks.play(number, b"\x01" * 200)
    seen = []
    for tick in range(4):
        if tick == 2:
            made.playbacks.stop(2)
        made.next()
        seen.append(list(made.playbacks.ended))

    assert seen == [[], [1], [1], [1, 3]]


def test_a_stopped_playback_gives_way_to_the_next() -> None:
    made = sender()
    made.playbacks.play(1, b"\x01" * 480)
    made.playbacks.play(2, b"\x02" * 160)
    first = packets(made, 1)
    made.playbacks.stop(1)
    made.playbacks.stop(99)

    assert [packet.payload[0] for packet in first + packets(made, 2)] == [1, 2, 0xFF]


def test_on_hold_time_passes_and_the_first_packet_after_it_is_marked() -> None:
    made = sender()
    made.playbacks.play(1, b"\x01" * 160 + b"\x02" * 160 + b"\x03" * 160)
    first = packets(made, 1)
    made.agree(Agreement(PEER, 0, "PCMU", 101, sending=False))
    held = packets(made, 1)
    made.agree(Agreement(PEER, 0, "PCMU", 101))
    again = packets(made, 1)

    assert held == []
    assert (again[0].payload[0], again[0].marker) == (3, True)
    assert (again[0].sequence, (again[0].timestamp - first[0].timestamp) % 2**32) == (0, 320)


def test_a_new_codec_takes_over_in_the_middle_of_a_playback() -> None:
    made = sender()
    made.playbacks.play(1, b"\x0b" * 320)
    before = packets(made, 1)
    made.agree(Agreement(PEER, 8, "PCMA", 101))

    assert [(packet.payload_type, packet.payload[:1]) for packet in before + packets(made, 2)] == [
        (0, b"\x0b"), (8, b"\x21"), (8, b"\xd5"),
    ]  # fmt: skip


def test_a_key_takes_the_place_of_audio_and_keeps_its_timestamp() -> None:
    made = sender()
    made.press("5", 0.04, 0.1)

    sent = packets(made, 5)
    assert [(packet.payload_type, packet.marker, packet.timestamp) for packet in sent] == [
        (101, True, 0xFFFF_FFFF),
        (101, False, 0xFFFF_FFFF),
        (101, False, 0xFFFF_FFFF),
        (101, False, 0xFFFF_FFFF),
        (0, True, 639),
    ]
    assert [packet.payload.hex() for packet in sent[:4]] == ["050a00a0", "058a0140", "058a0140", "058a0140"]


def test_keys_pressed_in_two_goes_do_not_overlap() -> None:
    together, apart = sender(), sender()
    together.press("12", 0.06, 0.1)
    apart.press("1", 0.06, 0.1)
    apart.press("2", 0.06, 0.1)

    assert packets(together, 20) == packets(apart, 20)


def test_keys_pressed_again_later_start_at_once() -> None:
    made = sender()
    made.press("1", 0.04, 0.1)
    packets(made, 10)
    made.press("2", 0.04, 0.1)

    assert packets(made, 1)[0].payload[:1] == b"\x02"


def test_more_than_64_playbacks_do_not_wait() -> None:
    made = sender()
    for number in range(64):
        made.playbacks.play(number, b"\x01")

    with pytest.raises(MediaError, match="64 playbacks are waiting"):
        made.playbacks.play(65, b"\x01")


@pytest.mark.parametrize(("lengths", "frames"), [([], 0), ([1], 1), ([160], 1), ([161, 160], 3)])
def test_the_packets_still_to_come_are_counted(lengths: list[int], frames: int) -> None:
    made = sender()
    for number, length in enumerate(lengths):
        made.playbacks.play(number, bytes(length))

    assert made.playbacks.frames_left == frames


def test_the_timestamp_follows_the_clock_over_skipped_beats_and_what_plays_goes_on_behind_them() -> None:
    made = sender()
    made.playbacks.play(1, b"\x01" * 160 + b"\x02" * 160)
    before = packets(made, 1)
    made.skip(27)
    after = packets(made, 2)

    assert [(each.marker, each.sequence, each.timestamp, each.payload) for each in before + after] == [
        (True, 65_535, 0xFFFF_FFFF, b"\x01" * 160),
        (True, 0, 27 * 160 + 159, b"\x02" * 160),
        (False, 1, 28 * 160 + 159, SILENCE),
    ]


def test_a_key_keeps_its_timestamp_over_skipped_beats_and_the_next_one_has_its_own() -> None:
    made = sender()
    made.press("12", 0.04, 0.06)
    before = packets(made, 1)
    made.skip(10)
    keys = before + [each for each in packets(made, 10) if each.payload_type == 101]

    # The second goes down in the sixth beat that is sent: ten were skipped.
    assert [(each.payload[0], each.timestamp) for each in keys] == [(1, 0xFFFF_FFFF)] * 4 + [
        (2, 15 * 160 - 1)
    ] * 4
