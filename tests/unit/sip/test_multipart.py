"""Bodies of several parts, as they come."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.message import Request
from sipdomain.sip.multipart import Part, description, parts

TWO = (
    b"a preamble\r\n--b\r\nContent-Type: application/pidf+xml\r\nContent-Disposition: render ;handling=optional\r\n\r\n"
    b"<a/>\r\n--b\r\ncontent-type : Application/SDP;x=1\r\n\r\nv=0\r\n\r\n--b--\r\nan epilogue --b\r\n"
)


@pytest.mark.parametrize("boundary", ["b", '"b"', 'b;type="application/sdp"'])
@pytest.mark.parametrize("kind", ["multipart/mixed", "Multipart/Alternative", "multipart/related"])
def test_parts_come_in_order_and_the_break_before_a_boundary_is_its_own(kind: str, boundary: str) -> None:
    assert parts(f"{kind}; boundary={boundary}", TWO) == [
        Part("application/pidf+xml", "render", False, b"<a/>"),
        Part("application/sdp", "", False, b"v=0\r\n"),
    ]


def test_lines_may_end_with_lf_and_the_last_boundary_may_be_missing() -> None:
    body = TWO.replace(b"\r\n", b"\n").partition(b"\n--b--")[0]
    assert [each.data for each in parts("multipart/mixed;boundary=b", body)] == [b"<a/>", b"v=0\n"]


def test_a_part_without_fields_is_plain_text_and_one_without_an_end_of_its_fields_is_empty() -> None:
    body = b"--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/sdp\r\n--b--"
    assert parts("multipart/mixed;boundary=b", body) == [
        Part("text/plain", "", False, b"hello"),
        Part("application/sdp", "", False, b""),
    ]


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("base64", b"dj0wDQo="), ("Quoted-Printable", b"v=3D0=0D=0A"), ("binary", b"v=0\r\n")],
)
def test_a_transfer_encoding_is_undone(encoding: str, data: bytes) -> None:
    body = b"--b\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + data + b"\r\n--b--\r\n"
    assert [each.data for each in parts("multipart/mixed;boundary=b", body)] == [b"v=0\r\n"]


def nested(depth: int) -> tuple[str, bytes]:
    kind, body = "application/sdp", b"v=0\r\n"
    for number in range(depth):
        mark = f"b{number}."
        body = f"--{mark}\r\nContent-Type: {kind}\r\n\r\n".encode() + body + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/mixed;boundary={mark}"
    return kind, body


def test_parts_may_stand_within_parts_four_deep() -> None:
    assert parts(*nested(4)) == [Part("application/sdp", "", False, b"v=0\r\n")]


ENCODED = b"--b\r\nContent-Transfer-Encoding: %b\r\n\r\na\r\n--b--"
BROKEN = {
    "no boundary": ("multipart/mixed", TWO, "a multipart body without a boundary in Content-Type"),
    "too long a boundary": (f"multipart/mixed;boundary={'b' * 71}", TWO, "without a boundary"),
    "another boundary": ("multipart/mixed;boundary=c", TWO, "a multipart body in which its boundary does not stand"),
    "only the end": ("multipart/mixed;boundary=b", b"--b--\r\n", "does not stand"),
    "too deep": (*nested(5), "parts within parts deeper than 4"),
    "too many": ("multipart/mixed;boundary=b", b"--b\r\n\r\n\r\n" * 33, "more than 32 parts"),
    "no base64": ("multipart/mixed;boundary=b", ENCODED % b"base64", "not base64"),
    "another encoding": ("multipart/mixed;boundary=b", ENCODED % b"x", "encoding 'x'"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "why"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_taken_apart_says_why(kind: str, body: bytes, why: str) -> None:
    with pytest.raises(RemoteProtocolError, match=why):
        parts(kind, body)


@pytest.mark.parametrize("piece", [b"\r\n--", b"--b", b"\r", b"\n", b"\r\n--b\r\n", b"-", b" ", b"\r\n "])
def test_a_hostile_body_is_judged_in_bounded_time(piece: bytes) -> None:
    body = b"--b\r\n" + piece * (65_000 // len(piece))
    began = time.process_time()
    with suppress(RemoteProtocolError):
        parts("multipart/mixed;boundary=b", body)
    assert time.process_time() - began < 0.5


def test_the_description_of_another_body_is_the_body() -> None:
    assert description(Request("INVITE", "sip:a", [("Content-Type", "application/sdp")], b"v=0")) == b"v=0"
    assert description(Request("INVITE", "sip:a", [], b"v=0")) == b"v=0"
    assert description(Request("INVITE", "sip:a", [("Content-Type", "multipart/mixed")], b"")) == b""
