"""Requests, responses, their typed views, and how a response is made of a request."""

from __future__ import annotations

import pytest

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.sip.address import NameAddress
from sipdomain.sip.cseq import CSeq
from sipdomain.sip.headers import Headers
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.uri import Uri
from sipdomain.sip.via import Via

INVITE = (
    ("Via", "SIP/2.0/UDP proxy;branch=z9hG4bK2, SIP/2.0/UDP phone;branch=z9hG4bK1"),
    ("Via", "SIP/2.0/TCP far"),
    ("From", "Alice <sip:alice@example.org>;tag=a"),
    ("To", "<sip:100@acme>"),
    ("Call-ID", "call@phone"),
    ("CSeq", "7 INVITE"),
    ("Contact", "<sip:alice@phone;x=1,2>;q=1, <sip:alice@mobile>"),
    ("Record-Route", "<sip:p2;lr>, <sip:p1;lr>"),
    ("Record-Route", "<sip:p0;lr>"),
    ("Timestamp", "54"),
    ("Content-Type", "application/SDP ; charset=utf-8"),
)


def invite(**changes: str) -> Request:
    return Request(
        "INVITE", "sip:100@acme", [(name, changes.get(name.lower().replace("-", "_"), value)) for name, value in INVITE]
    )  # fmt: skip


def test_typed_views_show_the_header_fields() -> None:
    request = invite()

    assert request.uri == Uri("sip", "100", "acme")
    assert request.via == Via("UDP", "proxy", None, {"branch": "z9hG4bK2"})
    assert request.from_ == NameAddress(Uri("sip", "alice", "example.org"), "Alice", {"tag": "a"})
    assert request.to == NameAddress(Uri("sip", "100", "acme"))
    assert request.cseq == CSeq(7, "INVITE")
    assert request.call_id == "call@phone"
    assert str(request.contact) == "<sip:alice@phone;x=1,2>;q=1"
    assert request.content_type == "application/sdp"
    assert repr(request) == "<INVITE sip:100@acme SIP/2.0>"


@pytest.mark.parametrize("name", ["via", "from_", "to", "cseq", "call_id"])
def test_a_missing_header_field_is_named(name: str) -> None:
    with pytest.raises(RemoteProtocolError, match=f"no {name.strip('_').replace('_', '-')} header field"):
        getattr(Request("OPTIONS", "sip:a", []), name)


@pytest.mark.parametrize("contact", ["*", None])
def test_no_contact_and_a_star_are_no_address(contact: str | None) -> None:
    assert Request("REGISTER", "sip:a", [("Contact", contact)] if contact else []).contact is None


def test_a_message_is_written_with_a_content_length_of_our_own() -> None:
    headers = [("Via", "v"), ("Content-Length", "99"), ("X-Long-Header-", "kept"), ("l", "98"), ("To", "Zoë")]

    assert bytes(Request("BYE", "sip:a@b", headers, b"\xff\r\n")) == (
        b"BYE sip:a@b SIP/2.0\r\nVia: v\r\nX-Long-Header-: kept\r\nTo: Zo\xc3\xab\r\nContent-Length: 3\r\n\r\n\xff\r\n"
    )
    assert bytes(Response(200, None, Headers([("l", "1")]))) == b"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"
    assert bytes(Response(407, "", [])) == b"SIP/2.0 407 \r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "value", ["a\r\nX-Forged: yes", "a\nX-Forged: yes", "a\rX-Forged: yes", "\r\n\r\nbody"]
)
def test_a_line_break_in_a_header_field_is_not_sent(value: str) -> None:
    with pytest.raises(LocalProtocolError, match="line break"):
        bytes(Request("BYE", "sip:a", [("X-Reason", value)]))
    with pytest.raises(LocalProtocolError, match="line break"):
        bytes(Response(480, value, []))


def test_the_top_via_is_replaced_and_those_below_it_keep_their_text() -> None:
    request = invite()

    request.via = Via("UDP", "proxy", None, {"branch": "z9hG4bK2", "received": "127.0.0.9"})

    assert request.headers.all("via") == [
        "SIP/2.0/UDP proxy;branch=z9hG4bK2;received=127.0.0.9, SIP/2.0/UDP phone;branch=z9hG4bK1",
        "SIP/2.0/TCP far",
    ]
    assert request.via.parameters["received"] == "127.0.0.9"


def test_a_via_that_is_not_there_cannot_be_replaced() -> None:
    with pytest.raises(RemoteProtocolError, match="no via"):
        Request("BYE", "sip:a", []).via = Via("UDP", "a")


def test_a_response_copies_what_it_must() -> None:
    response = respond(invite(), 180, tag="b", headers=[("Server", "s")], body=b"x")

    assert (response.status, response.reason, response.body) == (180, "Ringing", b"x")
    assert list(response.headers) == [
        ("Via", "SIP/2.0/UDP proxy;branch=z9hG4bK2, SIP/2.0/UDP phone;branch=z9hG4bK1"),
        ("Via", "SIP/2.0/TCP far"),
        ("Record-Route", "<sip:p2;lr>, <sip:p1;lr>"),
        ("Record-Route", "<sip:p0;lr>"),
        ("From", "Alice <sip:alice@example.org>;tag=a"),
        ("To", "<sip:100@acme>;tag=b"),
        ("Call-ID", "call@phone"),
        ("CSeq", "7 INVITE"),
        ("Server", "s"),
    ]


def test_a_100_has_no_tag_and_no_route_but_the_timestamp() -> None:
    response = respond(invite(), 100, tag="b")

    assert response.to.tag is None
    assert "record-route" not in response.headers
    assert response.headers.get("timestamp") == "54"


@pytest.mark.parametrize(
    ("status", "method", "copied"),
    [(183, "INVITE", True), (200, "INVITE", True), (407, "INVITE", False), (200, "BYE", False), (200, "SUBSCRIBE", True)],
)  # fmt: skip
def test_the_recorded_route_goes_back_where_a_dialog_can_begin(
    status: int, method: str, copied: bool
) -> None:
    request = Request(method, "sip:100@acme", INVITE)

    assert ("record-route" in respond(request, status, tag="b").headers) is copied


def test_a_recorded_route_of_the_callers_own_is_not_doubled() -> None:
    response = respond(invite(), 200, tag="b", headers=[("Record-Route", "<sip:mine;lr>")])

    assert response.headers.all("record-route") == ["<sip:mine;lr>"]


@pytest.mark.parametrize(
    ("to", "answered"),
    [
        ("<sip:100@acme>", "<sip:100@acme>;tag=b"),
        ("sip:100@acme", "sip:100@acme;tag=b"),
        ("<sip:100@acme>;tag=x", "<sip:100@acme>;tag=x"),
        ("<sip:100@acme>;TAG=x", "<sip:100@acme>;TAG=x"),
        ('"; tag=no" <sip:100@acme>', '"; tag=no" <sip:100@acme>;tag=b'),
        ("<<broken", "<<broken"),
    ],
)
def test_a_tag_is_added_only_where_there_is_none(to: str, answered: str) -> None:
    assert respond(invite(to=to), 486, tag="b").headers.get("to") == answered
