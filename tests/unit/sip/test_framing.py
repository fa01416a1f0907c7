"""Messages out of a stream."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.framing import PING, TLS_ON_PLAIN, StreamFramer

WITHOUT_LENGTH = {"line-feeds-only-options"}
MESSAGES = [
    path.read_bytes()
    for path in sorted(Path(__file__).parents[3].glob("fixtures/sip/messages/*.sip"))
    if path.stem not in WITHOUT_LENGTH
]
SMALL = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 3\r\n\r\nabc"


def byte_by_byte(stream: bytes) -> list[bytes]:
    framer = StreamFramer()
    return [message for at in range(len(stream)) for message in framer.feed(stream[at : at + 1])]


@pytest.mark.parametrize("message", MESSAGES, ids=range(len(MESSAGES)))
def test_a_message_comes_out_whole_however_it_went_in(message: bytes) -> None:
    framer = StreamFramer()

    assert framer.feed(message) == [message]
    assert framer.buffered == 0
    assert byte_by_byte(message) == [message]
    assert framer.feed(message + b"INVITE sip:next") == [message]
    assert framer.buffered == 15


def test_a_stream_of_all_messages_comes_out_in_order() -> None:
    stream = b"".join(MESSAGES)

    assert StreamFramer().feed(stream) == MESSAGES
    assert byte_by_byte(stream) == MESSAGES


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        (PING, [PING]),
        (PING + PING + SMALL, [PING, PING, SMALL]),
        (b"\r\n" + SMALL, [SMALL]),
        (SMALL + b"\r\n" + SMALL, [SMALL, SMALL]),
        (SMALL + PING + b"\r\n" + SMALL, [SMALL, PING, SMALL]),
        (b"\n\r" + SMALL, [SMALL]),
        (b"\0" + SMALL, [SMALL]),
        (b"\r\n\0" + SMALL + b"\0\0\0\0" + SMALL + PING + b"\0" + SMALL, [SMALL, SMALL, PING, SMALL]),
        (b"\0", []),
        (b"\r\n", []),
        (b"\r", []),
        (b"", []),
    ],
)
def test_keep_alives_between_messages_are_reported_and_stray_line_ends_skipped(
    stream: bytes, found: list[bytes]
) -> None:
    assert StreamFramer().feed(stream) == found
    assert byte_by_byte(stream) == found


@pytest.mark.parametrize(
    "field",
    [
        b"Content-Length: 3",
        b"content-length:3",
        b"l: 3",
        b"L \t:\t3 ",
        b"Content-Length:\r\n 3",
        b"l: 0000000003",
    ],
)
def test_the_length_may_be_spelt_in_many_ways(field: bytes) -> None:
    message = SMALL.replace(b"Content-Length: 3", field)

    assert StreamFramer().feed(message + message) == [message, message]


@pytest.mark.parametrize(
    ("stream", "status"),
    [
        (SMALL.replace(b"Content-Length: 3", b"X: y"), 400),
        (SMALL.replace(b"Content-Length: 3", b"Content-Length: -3"), 400),
        (SMALL.replace(b"Content-Length: 3", b"Content-Length: 3x"), 400),
        (SMALL.replace(b"Content-Length: 3", b"X-Content-Length: 3"), 400),
        (SMALL.replace(b"Content-Length: 3", b"Content-Length: 65536"), 513),
        (SMALL.replace(b"Content-Length: 3", b"Content-Length: 9999999999"), 513),
        (b"OPTIONS sip:a SIP/2.0\r\nX: " + b"y" * 70_000, 513),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ],
)
def test_a_stream_that_cannot_be_followed_is_given_up(stream: bytes, status: int) -> None:
    framer = StreamFramer()

    with pytest.raises(RemoteProtocolError) as caught:
        framer.feed(stream)
    assert caught.value.status_hint == status
    assert framer.error is caught.value
    assert framer.buffered == 0
    with pytest.raises(RemoteProtocolError):
        framer.feed(SMALL)


def test_half_a_keep_alive_is_not_the_beginning_of_a_message() -> None:
    framer = StreamFramer()

    assert framer.feed(SMALL + b"\r\n") == [SMALL]
    assert framer.buffered == 0
    assert framer.feed(SMALL[:5]) == []
    assert framer.buffered == 5
    assert framer.feed(SMALL[5:]) == [SMALL]


def test_messages_before_a_fault_are_not_lost() -> None:
    framer = StreamFramer()

    assert framer.feed(SMALL + PING + SMALL.replace(b"Content-Length: 3", b"X: y")) == [SMALL, PING]
    assert framer.error is not None
    with pytest.raises(RemoteProtocolError):
        framer.feed(b"")


def test_of_a_message_that_is_too_large_the_head_is_kept_to_answer_it() -> None:
    framer = StreamFramer()
    head = (
        SMALL.replace(b"Content-Length: 3", b"Content-Length: 65536").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    )

    assert framer.feed(SMALL + head + b"abc") == [SMALL]
    assert framer.refused == head


LF_ONLY = SMALL.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(
    ("stream", "head"),
    [
        (LF_ONLY, LF_ONLY.removesuffix(b"abc")),
        (SMALL.replace(b"\r\n\r\n", b"\r\n\n"), b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 3\r\n\n"),
        (SMALL.replace(b"\r\n\r\n", b"\n\r\n"), b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 3\n\r\n"),
        (SMALL.replace(b"\r\n\r\n", b"\n\r\n\r\n"), b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 3\n\r\n"),
        (SMALL.replace(b"\r\n", b"\r\r\n"), b"OPTIONS sip:a SIP/2.0\r\r\nContent-Length: 3\r\r\n\r\r\n"),
    ],
)
def test_a_head_with_other_line_ends_is_refused_at_its_end_however_it_came(
    stream: bytes, head: bytes
) -> None:
    whole, split = StreamFramer(), StreamFramer()

    with pytest.raises(RemoteProtocolError, match="do not all end with CR LF"):
        whole.feed(stream)
    assert whole.refused == head
    fed = 0
    while split.refused is None:
        with suppress(RemoteProtocolError):
            split.feed(stream[fed : fed + 1])
        fed += 1
    assert (split.refused, fed) == (head, len(head))


def test_line_feeds_in_a_body_are_nothing_special() -> None:
    message = b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 10\r\n\r\nab\n\ncd\n\r\n\n"

    assert StreamFramer().feed(message + SMALL) == [message, SMALL]
    assert byte_by_byte(message + SMALL) == [message, SMALL]


@pytest.mark.parametrize("hello", [b"\x16", b"\x16\x03\x01\x02\x00\x01", b"\r\n\x16\x03"])
def test_a_tls_handshake_is_distinguished_from_sip_by_its_first_byte(hello: bytes) -> None:
    framer = StreamFramer()

    with pytest.raises(RemoteProtocolError) as caught:
        framer.feed(hello)
    assert str(caught.value) == TLS_ON_PLAIN
    assert framer.refused is None
