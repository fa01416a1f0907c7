"""The packets that a capture is made of: each once, and within a bound."""

from __future__ import annotations

from sipdomain.runtime.media.tap import MOST_BYTES, MediaPacket, MediaTap
from sipdomain.sip.outputs import Address

CLOUD, PHONE, STRANGER = Address("127.0.0.1", 4000), Address("127.0.0.2", 4002), Address("127.0.0.9", 4004)


def test_a_packet_between_two_ends_that_tap_is_kept_when_it_leaves() -> None:
    tap = MediaTap()
    tap.open(CLOUD)
    tap.open(PHONE)
    tap.sent(1.0, CLOUD, PHONE, b"a")
    tap.came(1.1, CLOUD, PHONE, b"a")
    tap.came(1.2, STRANGER, PHONE, b"b")
    assert tap.traffic().packets == (
        MediaPacket(1.0, CLOUD, PHONE, b"a"),
        MediaPacket(1.2, STRANGER, PHONE, b"b"),
    )


def test_packets_are_in_order_of_time() -> None:
    tap = MediaTap()
    tap.sent(2.0, CLOUD, PHONE, b"b")
    tap.sent(1.0, PHONE, CLOUD, b"a")
    assert [each.data for each in tap.traffic().packets] == [b"a", b"b"]


def test_what_has_no_room_is_counted() -> None:
    tap = MediaTap()
    half = bytes(MOST_BYTES // 2 - 100)
    for _ in range(5):
        tap.sent(1.0, CLOUD, PHONE, half)
    traffic = tap.traffic(is_rendered=True)
    assert (len(traffic.packets), traffic.left_out, traffic.is_rendered) == (2, 3, True)


def test_of_a_stream_that_has_no_room_the_begin_is_kept() -> None:
    tap = MediaTap()
    third = MediaPacket(1.0, CLOUD, PHONE, bytes(MOST_BYTES // 3 - 100))
    tap.rendered([third, third])
    tap.rendered([third, third, third])
    traffic = tap.traffic()
    assert (len(traffic.packets), traffic.left_out) == (3, 2)
