"""Dialogs from both ends: identity, route sets, order, state."""

from __future__ import annotations

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.dialog import Dialog, DialogState
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.via import Via

VIA = Via("UDP", "127.0.0.1", 5060, {"branch": "z9hG4bKnew"})


def invite(*routes: str, contact: str = "<sip:alice@127.0.0.10:5070>", to: str = "<sip:100@acme>") -> Request:
    return Request(
        "INVITE",
        "sip:100@acme",
        [
            ("Via", "SIP/2.0/UDP 127.0.0.10;branch=z9hG4bK1"),
            *(("Record-Route", route) for route in routes),
            ("From", '"Alice" <sip:alice@example.org>;tag=caller'),
            ("To", to),
            ("Call-ID", "call"),
            ("CSeq", "41 INVITE"),
            ("Contact", contact),
        ],
    )


def answer(
    request: Request, status: int = 200, tag: str = "callee", contact: str = "<sip:100@127.0.0.1>"
) -> Response:
    return respond(request, status, tag=tag, headers=[("Contact", contact)])


def within(method: str, number: int) -> Request:
    return Request(
        method,
        "sip:100@127.0.0.1",
        [
            ("From", "<sip:alice@example.org>;tag=caller"),
            ("To", "<sip:100@acme>;tag=callee"),
            ("Call-ID", "call"),
            ("CSeq", f"{number} {method}"),
            ("Contact", "<sip:alice@127.0.0.99>"),
        ],
    )


def test_the_called_end_takes_its_dialog_from_the_request() -> None:
    dialog = Dialog.for_server(invite("<sip:p2;lr>, <sip:p1;lr>", "<sip:p0;lr>"), "callee")

    assert dialog.id == ("call", "callee", "caller")
    assert str(dialog.local) == "<sip:100@acme>;tag=callee"
    assert str(dialog.remote) == '"Alice" <sip:alice@example.org>;tag=caller'
    assert str(dialog.remote_target) == "sip:alice@127.0.0.10:5070"
    assert dialog.route_set == ("<sip:p2;lr>", "<sip:p1;lr>", "<sip:p0;lr>")
    assert (dialog.local_sequence, dialog.remote_sequence) == (-1, 41)
    assert dialog.state is DialogState.EARLY


def test_the_calling_end_takes_its_dialog_from_the_answer() -> None:
    request = invite("<sip:p2;lr>, <sip:p1;lr>", "<sip:p0;lr>")
    dialog = Dialog.for_client(request, answer(request))

    assert dialog.id == ("call", "caller", "callee")
    assert str(dialog.remote_target) == "sip:100@127.0.0.1"
    assert dialog.route_set == ("<sip:p0;lr>", "<sip:p1;lr>", "<sip:p2;lr>")
    assert (dialog.local_sequence, dialog.remote_sequence) == (41, -1)
    assert dialog.state is DialogState.CONFIRMED


def test_a_request_from_the_peer_names_the_dialog_of_the_end_it_reaches() -> None:
    dialog = Dialog.for_server(invite(), "callee")

    assert Dialog.id_of(within("BYE", 42)) == dialog.id


def test_a_tag_in_the_invite_is_ours_already() -> None:
    assert Dialog.for_server(invite(to="<sip:100@acme>;tag=old"), "new").id == ("call", "old", "caller")


@pytest.mark.parametrize("contact", ["*", "<<", "", "alice"])
def test_a_dialog_needs_a_usable_contact(contact: str) -> None:
    with pytest.raises(RemoteProtocolError):
        Dialog.for_server(invite(contact=contact), "callee")


def test_an_early_dialog_is_confirmed_with_the_route_of_its_2xx() -> None:
    request = invite("<sip:p2;lr>", "<sip:p1;lr>")
    early = answer(request, 180, contact="<sip:ringing@127.0.0.1>")
    dialog = Dialog.for_client(request, early)
    assert (dialog.state, dialog.route_set) == (DialogState.EARLY, ("<sip:p1;lr>", "<sip:p2;lr>"))

    final = answer(request, 200)
    final.headers.replace("Record-Route", "<sip:p2;lr>, <sip:p3;lr>")
    dialog.confirm(final)

    assert dialog.state is DialogState.CONFIRMED
    assert dialog.route_set == ("<sip:p3;lr>", "<sip:p2;lr>")
    assert str(dialog.remote_target) == "sip:100@127.0.0.1"


def test_a_confirmed_dialog_keeps_its_route_but_follows_the_contact() -> None:
    request = invite("<sip:p1;lr>")
    dialog = Dialog.for_client(request, answer(request))
    again = answer(request, contact="<sip:moved@127.0.0.2>")
    again.headers.replace("Record-Route", "<sip:other;lr>")

    dialog.confirm(again)

    assert dialog.route_set == ("<sip:p1;lr>",)
    assert str(dialog.remote_target) == "sip:moved@127.0.0.2"


def test_a_target_refresh_moves_the_target_and_its_absence_does_not() -> None:
    dialog = Dialog.for_server(invite(), "callee")

    dialog.refresh_target(within("INVITE", 42))
    assert str(dialog.remote_target) == "sip:alice@127.0.0.99"
    dialog.refresh_target(Response(200, None, []))
    assert str(dialog.remote_target) == "sip:alice@127.0.0.99"


def test_requests_must_come_in_order_but_may_leave_gaps() -> None:
    dialog = Dialog.for_server(invite(), "callee")
    requests = [
        ("INFO", 41),
        ("INFO", 42),
        ("BYE", 40),
        ("INFO", 42),
        ("UPDATE", 50),
        ("BYE", 49),
        ("BYE", 51),
    ]

    assert [dialog.in_order(within(method, number)) for method, number in requests] == [
        False, True, False, False, True, False, True,
    ]  # fmt: skip


def test_ack_and_cancel_carry_the_number_of_their_invite_and_leave_the_order_alone() -> None:
    dialog = Dialog.for_server(invite(), "callee")

    assert dialog.in_order(within("ACK", 41))
    assert dialog.in_order(within("CANCEL", 41))
    assert dialog.in_order(within("ACK", 2**31 - 1))
    assert dialog.in_order(within("BYE", 42))


def test_a_request_without_routes_goes_to_the_target() -> None:
    dialog = Dialog.for_server(invite(), "callee")

    request = dialog.request("BYE", VIA, headers=[("Reason", "SIP;cause=200")], body=b"x")

    assert bytes(request) == (
        b"BYE sip:alice@127.0.0.10:5070 SIP/2.0\r\n"
        b"Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKnew\r\n"
        b"Max-Forwards: 70\r\n"
        b"From: <sip:100@acme>;tag=callee\r\n"
        b'To: "Alice" <sip:alice@example.org>;tag=caller\r\n'
        b"Call-ID: call\r\n"
        b"CSeq: 1 BYE\r\n"
        b"Reason: SIP;cause=200\r\n"
        b"Content-Length: 1\r\n"
        b"\r\n"
        b"x"
    )
    assert str(dialog.next_hop) == "sip:alice@127.0.0.10:5070"
    assert dialog.request("INFO", VIA).cseq.number == 2


def test_an_ack_takes_the_number_that_it_is_given() -> None:
    request = invite()
    dialog = Dialog.for_client(request, answer(request))

    assert str(dialog.request("ACK", VIA, sequence=41).cseq) == "41 ACK"
    assert str(dialog.request("BYE", VIA).cseq) == "42 BYE"


@pytest.mark.parametrize(
    ("routes", "target", "sent", "hop"),
    [
        (["<sip:p1;lr>", "<sip:p2;lr>"], "sip:alice@127.0.0.10:5070", ["<sip:p1;lr>", "<sip:p2;lr>"], "sip:p1;lr"),
        (
            ["<sip:127.0.0.13;r2=on;lr=on>,<sip:127.0.0.13;transport=tcp;r2=on;lr=on>"],
            "sip:alice@127.0.0.10:5070",
            ["<sip:127.0.0.13;r2=on;lr=on>", "<sip:127.0.0.13;transport=tcp;r2=on;lr=on>"],
            "sip:127.0.0.13;r2=on;lr=on",
        ),
        (["<sip:strict>", "<sip:p2;lr>"], "sip:strict", ["<sip:p2;lr>", "<sip:alice@127.0.0.10:5070>"], "sip:strict"),
        (["<sip:strict;method=INVITE?X=y>"], "sip:strict", ["<sip:alice@127.0.0.10:5070>"],
         "sip:strict;method=INVITE?X=y"),
    ],
)  # fmt: skip
def test_routes_are_followed_loosely_or_strictly(
    routes: list[str], target: str, sent: list[str], hop: str
) -> None:
    dialog = Dialog.for_server(invite(*routes), "callee")

    request = dialog.request("BYE", VIA)

    assert request.target == target
    assert request.headers.all("route") == sent
    assert str(dialog.next_hop) == hop


def test_a_contact_with_a_method_and_headers_makes_a_clean_request_line() -> None:
    dialog = Dialog.for_server(
        invite(contact="<sip:alice@127.0.0.10;transport=tcp;method=REFER?Subject=x>"), "callee"
    )

    assert dialog.request("BYE", VIA).target == "sip:alice@127.0.0.10;transport=tcp"


def test_a_peer_without_a_tag_has_an_empty_one() -> None:
    request = invite()
    request.headers.replace("From", "<sip:old@127.0.0.23>")

    assert Dialog.for_server(request, "callee").id == ("call", "callee", "")
