"""Bytes to messages: what is taken, what is mended, what is refused (RFC 4475 in spirit)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.codec import MAX_HEADERS, MAX_MESSAGE, call_id_of, check, parse
from sipdomain.sip.message import Request, Response

MESSAGES = sorted(Path(__file__).parents[3].glob("fixtures/sip/messages/*.sip"))
GOOD = (
    b"OPTIONS sip:acme SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 127.0.0.10:5060;branch=z9hG4bK1\r\n"
    b"From: <sip:a@b>;tag=1\r\n"
    b"To: <sip:acme>\r\n"
    b"Call-ID: c\r\n"
    b"CSeq: 1 OPTIONS\r\n"
    b"Content-Length: 4\r\n"
    b"\r\n"
    b"body"
)
STATUS = GOOD.replace(b"OPTIONS sip:acme SIP/2.0", b"SIP/2.0 200 OK")


def request(data: bytes) -> Request:
    message = parse(data)
    assert isinstance(message, Request)
    return message


def response(data: bytes) -> Response:
    message = parse(data)
    assert isinstance(message, Response)
    return message


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_messages_of_real_products_are_taken(path: Path) -> None:
    message = parse(path.read_bytes())

    check(message)

    assert message.raw == path.read_bytes()
    assert message.via.transport in {"UDP", "TCP", "TLS"}
    assert message.from_.uri.is_sip
    assert message.to.uri.is_sip
    assert message.cseq.number >= 0
    again = parse(bytes(message))
    check(again)
    kept = [(name, value) for name, value in message.headers if name.lower() not in {"content-length", "l"}]
    assert list(again.headers)[:-1] == kept
    assert again.body == message.body


def test_there_are_real_messages_to_test_with() -> None:
    assert len(MESSAGES) >= 25


def test_a_request_is_taken_apart() -> None:
    message = request(GOOD)
    check(message)

    assert (message.method, message.target, message.version) == ("OPTIONS", "sip:acme", "SIP/2.0")
    assert list(message.headers)[-1] == ("Content-Length", "4")
    assert message.body == b"body"
    assert message.raw == GOOD


@pytest.mark.parametrize(
    ("line", "status", "reason", "version"),
    [
        (b"SIP/2.0 200 OK", 200, "OK", "SIP/2.0"),
        (b"SIP/2.0 180", 180, "", "SIP/2.0"),
        (b"SIP/2.0 407 ", 407, "", "SIP/2.0"),
        (b"sip/2.0 699 \xd0\x9d\xd0\xb5\xd1\x82: a 1", 699, "Нет: a 1", "sip/2.0"),
    ],
)
def test_a_status_line_is_taken_apart(line: bytes, status: int, reason: str, version: str) -> None:
    message = response(GOOD.replace(b"OPTIONS sip:acme SIP/2.0", line))
    check(message)

    assert (message.status, message.reason, message.version) == (status, reason, version)


@pytest.mark.parametrize(
    "line",
    [
        b"SIP/2.0 099 Low", b"SIP/2.0 700 High", b"SIP/2.0 20 Short", b"SIP/2.0 \xd9\xa2\xd9\xa0\xd9\xa0 OK",
        b"HTTP/1.1 200 OK", b"OPTIONS sip:acme", b"OPTIONS", b"", b"OPTIONS sip:acme HTTP/1.1",
        b"OPT IONS\xff sip:acme SIP/2.0 x", b" OPTIONS sip:acme SIP/2.0",
    ],
)  # fmt: skip
def test_what_has_no_start_line_is_refused(line: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        parse(GOOD.replace(b"OPTIONS sip:acme SIP/2.0", line))


@pytest.mark.parametrize(
    "line",
    [
        b"OPTIONS  sip:acme SIP/2.0", b"OPTIONS sip:acme  SIP/2.0", b"OPTIONS sip:ac me SIP/2.0",
        b"OPTIONS <sip:acme> SIP/2.0", b"OPTIONS sip:ac\tme SIP/2.0",
    ],
)  # fmt: skip
def test_a_broken_request_line_can_be_answered_with_400(line: bytes) -> None:
    message = request(GOOD.replace(b"OPTIONS sip:acme SIP/2.0", line))

    with pytest.raises(RemoteProtocolError) as caught:
        check(message)
    assert (message.method, caught.value.status_hint) == ("OPTIONS", 400)


def test_blanks_after_the_request_line_are_forgiven() -> None:
    message = request(GOOD.replace(b"SIP/2.0\r\nVia", b"SIP/2.0 \t\r\nVia"))

    check(message)

    assert message.target == "sip:acme"


@pytest.mark.parametrize("prefix", [b"\r\n", b"\r\n\r\n", b"\n", b"\r\n\r\n\r\n\n"])
def test_empty_lines_before_the_start_line_do_not_count(prefix: bytes) -> None:
    message = parse(prefix + GOOD)
    check(message)

    assert message.body == b"body"


def test_folded_lines_become_one() -> None:
    message = parse(
        GOOD.replace(b"To: <sip:acme>", b"To:\r\n <sip:acme>\r\n\t ;x=y").replace(b"1 OPT", b"0001\r\n OPT")
    )
    check(message)

    assert message.headers.get("to") == "<sip:acme> ;x=y"
    assert message.to.parameters == {"x": "y"}
    assert message.cseq.number == 1


def test_lines_may_end_with_lf_alone_and_the_body_stays_as_it_is() -> None:
    head, _, _ = GOOD.partition(b"\r\n\r\n")
    body = b"a\nb\r\n\r\nc"
    data = (head.replace(b"\r\n", b"\n").replace(b"Length: 4", b"Length: 8")) + b"\n\n" + body

    message = parse(data)
    check(message)

    assert message.cseq.method == "OPTIONS"
    assert message.body == body


def test_line_ends_may_be_mixed() -> None:
    message = parse(GOOD.replace(b"\r\n\r\nbody", b"\r\n\nbody").replace(b"\r\nTo", b"\nTo"))
    check(message)

    assert message.body == b"body"
    assert message.headers.get("to") == "<sip:acme>"


@pytest.mark.parametrize(
    "data", [GOOD.replace(b"Call-ID: c", b"Call-ID: c\rd"), GOOD.replace(b"Call-ID: c", b"Call-ID: c\nd: e")]
)
def test_a_line_break_cannot_hide_in_a_header_field(data: bytes) -> None:
    message = parse(data)
    with pytest.raises(RemoteProtocolError, match="CR and LF"):
        check(message)
    assert all("\r" not in value and "\n" not in value for _, value in message.headers)


def test_bytes_that_are_no_utf_8_survive() -> None:
    message = parse(GOOD.replace(b"Call-ID: c", b"Call-ID: \xff\xfe"))
    check(message)

    assert b"\r\nCall-ID: \xff\xfe\r\n" in bytes(message)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"\r\n\r\n", 400),
        (b"OPTIONS sip:a\r\n", 400),
        (GOOD + b"x" * MAX_MESSAGE, 513),
    ],
)
def test_what_is_no_message_is_refused(data: bytes, status: int) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        parse(data)
    assert caught.value.status_hint == status


@pytest.mark.parametrize("line", [b"X-Broken this line has no colon", b"X-Broken", b"To acme"])
def test_a_line_without_a_colon_leaves_a_message_that_can_be_answered(line: bytes) -> None:
    message = request(GOOD.replace(b"Call-ID: c", b"Call-ID: c\r\n" + line))
    with pytest.raises(RemoteProtocolError, match=f"a header field without a colon: '{line.decode()}'"):
        check(message)
    assert message.call_id == "c"


@pytest.mark.parametrize(
    ("data", "call_id"),
    [
        (b"nonsense\r\nCall-ID: c1@phone \r\n\r\n", "c1@phone"), (b"x\ni:c2", "c2"), (b"Call-ID:", ""), (b"", ""),
        (b"\x80\x00\r\nCall-ID: \xff", "\udcff"),
    ],
)  # fmt: skip
def test_a_call_id_is_seen_in_what_is_no_message(data: bytes, call_id: str) -> None:
    assert call_id_of(data) == call_id


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"Via:", b"Aiv:", "no via"),
        (b"From:", b"Morf:", "no from"),
        (b"To:", b"Ot:", "no to"),
        (b"Call-ID: c", b"X: y", "no call-id"),
        (b"Call-ID: c", b"Call-ID:", "empty Call-ID"),
        (b"CSeq:", b"QesC:", "no cseq"),
        (b"branch=z9hG4bK1", b"branch=", "empty branch"),
        (b"1 OPTIONS", b"1 INVITE", "CSeq says INVITE"),
        (b"1 OPTIONS", b"2147483648 OPTIONS", "below"),
        (b"SIP/2.0/UDP", b"SIP/7.0/UDP", "not a Via"),
        (b"<sip:a@b>", b'"Unclosed <sip:a@b>', "not a name address"),
        (b"To: <sip:acme>", b"To: <sip:acme>\r\nt: <sip:acme>", "more than one to"),
        (b"Call-ID: c", b"Call-ID: c\r\ni: c", "more than one call-id"),
        (b"Content-Length: 4", b"Content-Length: 4\r\nl: 4", "more than one content-length"),
        (b"Content-Length: 4", b"Content-Length: 5", "Content-Length says 5, the body has 4"),
        (b"Content-Length: 4", b"Content-Length: -4", "not a Content-Length"),
        (b"Content-Length: 4", b"Content-Length: \xd9\xa4", "not a Content-Length"),
        (b"Content-Length: 4", b"Content-Length: 00000000004", "not a Content-Length"),
        (b"Call-ID: c", b"Call-ID: c\r\nX Y: z", "not a header field name"),
        (b"Call-ID: c", b"Call-ID: c\r\n: z", "not a header field name"),
        (b"sip:acme SIP", b"sip:acme:0 SIP", "not a port"),
        (b"sip:acme SIP", b"acme SIP", "not a SIP URI"),
    ],
)
def test_what_cannot_be_worked_with_is_refused_with_400(old: bytes, new: bytes, why: str) -> None:
    message = parse(GOOD.replace(old, new, 1))

    with pytest.raises(RemoteProtocolError, match=why) as caught:
        check(message)
    assert caught.value.status_hint == 400


@pytest.mark.parametrize(
    ("old", "new", "why", "status"),
    [
        (b"acme SIP/2.0", b"acme SIP/7.0", r"SIP version SIP/7\.0", 505),
        (b"SIP/2.0", b"SIP/7.0", r"SIP version SIP/7\.0", 505),
        (b"OPTIONS sip:acme", b"OPTIONS tel:+1555", "scheme tel", 416),
        (b"OPTIONS sip:acme", b"OPTIONS soap.beep://acme", "scheme soap.beep", 416),
        (b"OPTIONS sip:acme", b"OPTIONS sip:acme?Route=x", "in the Request-URI", 400),
        (b"OPTIONS sip:acme", b"NEWMETHOD sip:acme", "the request line NEWMETHOD", 501),
        (b"To:", b"X: y\r\n" * MAX_HEADERS + b"To:", "header fields", 513),
    ],
)
def test_what_is_refused_otherwise_says_how(old: bytes, new: bytes, why: str, status: int) -> None:
    with pytest.raises(RemoteProtocolError, match=why) as caught:
        check(parse(GOOD.replace(old, new)))
    assert caught.value.status_hint == status


@pytest.mark.parametrize(
    ("old", "new", "body"),
    [
        (b"Content-Length: 4", b"Content-Length: 2", b"bo"),
        (b"Content-Length: 4", b"Content-Length: 0", b""),
        (b"Content-Length: 4", b"l: 0000000003", b"bod"),
        (b"Content-Length: 4", b"Content-Length: 4", b"body"),
        (b"Content-Length: 4\r\n", b"", b"body"),
    ],
)
def test_bytes_past_the_content_length_are_dropped(old: bytes, new: bytes, body: bytes) -> None:
    message = parse(GOOD.replace(old, new))
    check(message)

    assert message.body == body


@pytest.mark.parametrize(
    "line", [b"X-Odd!Name*_+`'~%.: v", b"P-Charging-Vector:", b"Contact: <<<", b"Max-Forwards: many"]
)
def test_an_odd_header_field_that_nobody_needs_sinks_no_message(line: bytes) -> None:
    check(parse(GOOD.replace(b"Call-ID: c", b"Call-ID: c\r\n" + line)))


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "value",
    [
        b" " * 60_000,
        b"\t" * 60_000 + b"x",
        b'"' + b'\\"' * 30_000 + b",",
        b"<" * 60_000 + b",",
        b"," * 60_000,
        b";" * 60_000,
    ],
)
@pytest.mark.parametrize(
    "name", [b"From: ", b"To: ", b"Via: ", b"CSeq: ", b"Contact: ", b"X: y\r\n z", b"Call-ID: "]
)
def test_hostile_header_fields_are_judged_in_bounded_time(name: bytes, value: bytes) -> None:
    message = parse(
        GOOD.replace(
            b"OPTIONS sip:acme SIP/2.0\r\n", b"OPTIONS sip:acme SIP/2.0\r\n" + name + value + b"\r\n"
        )
    )

    for view in ("via", "from_", "to", "cseq", "contact"):
        try:
            getattr(message, view)
        except RemoteProtocolError:
            continue
