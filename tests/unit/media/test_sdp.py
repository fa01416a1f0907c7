"""Session descriptions: read, and written as they were read."""

from __future__ import annotations

import pytest

from sipdomain.errors import MediaError
from sipdomain.media.sdp import MediaDescription, SessionDescription, session_lines
from sipdomain.sip.outputs import Address

SOFTPHONE = (
    b"v=0\r\n"
    b"o=alice 2890844526 2890844527 IN IP4 192.0.2.10\r\n"
    b"s=Caf\xc3\xa9 \xe2\x80\xa8 call\r\n"
    b"c=IN IP4 192.0.2.10\r\n"
    b"b=AS:84\r\n"
    b"t=0 0\r\n"
    b"x=not in any RFC\r\n"
    b"a=sendonly\r\n"
    b"m=audio 49170/2 RTP/AVP 0 8 101\r\n"
    b"c=IN IP4 192.0.2.11/127\r\n"
    b"a=rtpmap:0 PCMU/8000\r\n"
    b"a=rtpmap:101  telephone-event/8000\r\n"
    b"a=fmtp:101 0-16\r\n"
    b"a=recvonly\r\n"
    b"m=video 51372 RTP/AVP 31\r\n"
)


def test_a_description_is_written_as_it_was_read() -> None:
    assert bytes(SessionDescription.parse(SOFTPHONE)) == SOFTPHONE


def test_what_it_says_of_its_media() -> None:
    description = SessionDescription.parse(SOFTPHONE)
    audio, video = description.media

    assert (audio.kind, audio.port, audio.count, audio.protocol, audio.formats) == (
        "audio", 49_170, "2", "RTP/AVP", ("0", "8", "101"),
    )  # fmt: skip
    assert audio.encodings() == {"0": "PCMU/8000", "101": "telephone-event/8000"}
    assert audio.attributes("fmtp") == ["101 0-16"]
    assert (description.connection, audio.connection, video.connection) == ("192.0.2.10", "192.0.2.11", None)
    assert (description.direction, audio.direction, video.direction) == ("sendonly", "recvonly", None)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_lines_may_end_in_either_way_and_the_last_not_at_all(end: bytes) -> None:
    lines = [b"v=0", b"o=- 1 1 IN IP4 192.0.2.1", b"s=-", b"t=0 0", b"m=audio 4000 RTP/AVP 0"]

    description = SessionDescription.parse(end.join(lines))

    assert description.media == (MediaDescription("audio", 4000, "RTP/AVP", ("0",)),)


def test_bytes_that_are_no_utf_8_survive() -> None:
    body = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=\xff\xfe\r\n"

    assert bytes(SessionDescription.parse(body)) == body


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "begins with v=0"),
        (b"o=- 1 1 IN IP4 192.0.2.1\r\nv=0\r\n", "begins with v=0"),
        (b"v=1\r\no=x\r\n", "begins with v=0"),
        (b"v=0\r\ns=-\r\n", "without o="),
        (b"v=0\r\nhello\r\n", "not a line of a session description: 'hello'"),
        (b"v=0\r\no=x\r\nm=\r\n", "not a media line: m="),
        (b"v=0\r\no=x\r\nm=audio 4000 RTP/AVP\r\n", "not a media line: m=audio 4000 RTP/AVP"),
        (b"v=0\r\no=x\r\nm=audio 65536 RTP/AVP 0\r\n", "not a port"),
        (b"v=0\r\no=x\r\nm=audio -1 RTP/AVP 0\r\n", "not a port"),
        (b"v=0\r\no=x\r\nm=audio \xd9\xa1 RTP/AVP 0\r\n", "not a port"),
        (b"v=0\r\no=x\r\nm=audio 4000/x RTP/AVP 0\r\n", "not a port"),
        (b"v=0\r\no=x\0\r\n", "a NUL"),
        (b"v=0\r\n" + b"a=x\r\n" * 1000, "more than 1000 lines"),
    ],
)
def test_what_is_no_session_description_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(MediaError, match=reason):
        SessionDescription.parse(body)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("c=IN IP4", "without an address: c=IN IP4"),
        ("c=IN IP4 ", "without an address: c=IN IP4"),
        ("c=192.0.2.1", "not a connection line: c=192.0.2.1"),
        ("c=IN IP4 192.0.2.1 extra", "not a connection line: c=IN IP4 192.0.2.1 extra"),
    ],
)
def test_a_broken_connection_line_is_refused_when_it_is_needed(line: str, reason: str) -> None:
    description = SessionDescription.parse(f"v=0\r\no=x\r\n{line}\r\n".encode())

    with pytest.raises(MediaError, match=reason):
        _ = description.connection


@pytest.mark.parametrize(
    ("address", "version", "origin", "connection"),
    [
        (Address("192.0.2.7", 4000), 0, "root 5 5 IN IP4 192.0.2.7", "IN IP4 192.0.2.7"),
        (Address("2001:db8::7", 4000), 2, "root 5 7 IN IP6 2001:db8::7", "IN IP6 2001:db8::7"),
    ],
)
def test_the_lines_before_the_media(address: Address, version: int, origin: str, connection: str) -> None:
    assert session_lines("Gateway", 5, address, version=version) == (
        ("v", "0"), ("o", origin), ("s", "Gateway"), ("c", connection), ("t", "0 0"),
    )  # fmt: skip
