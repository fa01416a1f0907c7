"""Which transaction a message belongs to, where answers go, and what happens at the limits."""

from __future__ import annotations

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.transactions import RequestArrived, TransactionLayer, refuse
from tests.unit.sip.transactions.walk import LOCAL, PEER, TCP, UDP, Walk, build


def only_answer(walk: Walk) -> Response:
    message = parse(walk.sent[-1].data)
    assert isinstance(message, Response)
    return message


@pytest.mark.parametrize(
    ("other", "is_copy"),
    [
        (build(), True),
        (build(sent_by="127.0.0.10:5060", via=";rport"), True),
        (build(branch="z9hG4bK2", call="other"), False),
        (build(sent_by="127.0.0.10", call="other"), False),
        (build(sent_by="127.0.0.10:5061", call="other"), False),
        (build("OPTIONS"), False),
        (build(cseq="2"), True),
    ],
)
def test_a_request_is_matched_by_branch_sent_by_and_method(other: Request, is_copy: bool) -> None:
    walk = Walk()
    walk.receive(build())
    walk.receive(other)

    assert [text for _, text in walk.happened()] == ["request INVITE"] + (
        [] if is_copy else [f"request {other.method}"]
    )


def test_hosts_are_matched_in_any_case() -> None:
    walk = Walk()
    walk.receive(build(sent_by="PBX.example.org"))
    walk.receive(build(sent_by="pbx.EXAMPLE.org"))

    assert walk.happened() == [(0.0, "request INVITE")]


@pytest.mark.parametrize("branch", [None, "1", "z9hg4bk1"])
def test_a_peer_of_rfc_2543_is_matched_by_its_header_fields(branch: str | None) -> None:
    walk = Walk()
    for _ in range(2):
        walk.receive(build(branch=branch, from_tag=""))
    walk.answer(486)
    walk.receive(build(branch=branch, from_tag=""))
    walk.receive(build("ACK", branch=branch, from_tag="", to_tag=";tag=b"))
    walk.at(60.0)

    assert walk.happened() == [(0.0, "request INVITE"), (0.0, "send 486"), (0.0, "send 486")]
    assert walk.layer.idle


def test_two_requests_of_an_old_peer_differ_by_their_number() -> None:
    walk = Walk()
    walk.receive(build(branch=None))
    walk.receive(build(branch=None, cseq="2"))

    assert walk.happened() == [(0.0, "request INVITE"), (0.0, "request INVITE")]


def test_the_ack_of_an_old_peer_for_a_2xx_is_passed_up() -> None:
    walk = Walk()
    walk.receive(build(branch=None))
    walk.answer(200)
    walk.receive(build("ACK", branch=None, to_tag=";tag=b"))

    assert walk.happened() == [(0.0, "request INVITE"), (0.0, "send 200"), (0.0, "ack")]


@pytest.mark.parametrize("branch", ["z9hG4bK1", None])
@pytest.mark.parametrize("sent_by", ["127.0.0.10:5060", "pbx.example.org"])
def test_a_cancel_finds_its_invite(branch: str | None, sent_by: str) -> None:
    walk = Walk()
    walk.receive(build(branch=branch, sent_by=sent_by))
    invite = walk.transaction
    walk.receive(build("CANCEL", branch=branch, sent_by=sent_by))
    assert walk.transaction is not None
    cancel = walk.transaction.request
    assert cancel is not None

    assert invite is not None
    assert walk.layer.find_invite(cancel) is invite
    assert walk.happened() == [(0.0, "request INVITE"), (0.0, "request CANCEL")]
    walk.answer(200)
    walk.answer(487, invite)
    assert walk.happened() == [(0.0, "send 200"), (0.0, "send 487")]


@pytest.mark.parametrize(
    "cancel",
    [build("CANCEL", branch="z9hG4bK2"), build("CANCEL", sent_by="127.0.0.11"), build("CANCEL", branch=None)],
)
def test_a_cancel_without_its_invite_finds_nothing(cancel: Request) -> None:
    walk = Walk()
    walk.receive(build())

    assert walk.layer.find_invite(cancel) is None


def test_a_cancel_does_not_find_a_request_of_another_method() -> None:
    walk = Walk()
    walk.receive(build("REGISTER"))

    assert walk.layer.find_invite(build("CANCEL")) is None


def test_a_response_is_matched_by_branch_and_method() -> None:
    walk = Walk()
    walk.ask(build())
    walk.ask(build("CANCEL"))
    walk.happened()
    walk.respond(build("CANCEL"), 200)
    walk.respond(build("BYE"), 200)
    walk.respond(build(branch="z9hG4bK2"), 200)
    walk.respond(build(), 487)

    assert [text for _, text in walk.happened()] == ["response 200", "send ACK", "response 487"]


def test_a_response_with_several_vias_strayed_and_is_dropped() -> None:
    walk = Walk()
    walk.ask(build())
    walk.happened()
    two_lines = respond(build(), 200, tag="b")
    two_lines.headers.add("v", "SIP/2.0/UDP 127.0.0.99")
    one_line = respond(build(), 200, tag="b")
    one_line.headers.rewrite("via", f"{one_line.headers.get('via')}, SIP/2.0/UDP 127.0.0.99")

    for stray in (two_lines, one_line):
        walk.take(walk.layer.receive(stray, UDP, 0.0))

    assert walk.happened() == []


def test_a_response_does_not_reach_a_server_transaction() -> None:
    walk = Walk()
    walk.receive(build())
    walk.respond(build(), 200)

    assert walk.happened() == [(0.0, "request INVITE")]


@pytest.mark.parametrize(
    ("sent_by", "via", "flow", "written", "goes_to"),
    [
        ("127.0.0.10:5060", "", UDP, "127.0.0.10:5060;branch=z9hG4bK1", PEER),
        ("127.0.0.10", "", UDP, "127.0.0.10;branch=z9hG4bK1", PEER),
        ("127.0.0.10:5070", "", UDP, "127.0.0.10:5070;branch=z9hG4bK1", Address("127.0.0.10", 5070)),
        (
            "192.168.0.5:5070", "", UDP, "192.168.0.5:5070;branch=z9hG4bK1;received=127.0.0.10",
            Address("127.0.0.10", 5070),
        ),
        ("pbx", "", UDP, "pbx;branch=z9hG4bK1;received=127.0.0.10", PEER),
        (
            "192.168.0.5:5070", ";rport", UDP,
            "192.168.0.5:5070;rport=5060;branch=z9hG4bK1;received=127.0.0.10", PEER,
        ),
        (
            "127.0.0.10:5060", ";rport", UDP, "127.0.0.10:5060;rport=5060;branch=z9hG4bK1;received=127.0.0.10", PEER,
        ),
        (
            "127.0.0.10:5060", ";received=9.9.9.9;rport=1", UDP,
            "127.0.0.10:5060;received=127.0.0.10;rport=5060;branch=z9hG4bK1", PEER,
        ),
        ("pbx:9", ";maddr=9.9.9.9", TCP, "pbx:9;maddr=9.9.9.9;branch=z9hG4bK1;received=127.0.0.10", PEER),
    ],
)  # fmt: skip
def test_the_source_is_written_into_the_via_and_answers_go_there(
    sent_by: str, via: str, flow: Flow, written: str, goes_to: Address
) -> None:
    walk = Walk(flow)
    walk.receive(build(sent_by=sent_by, via=via))
    walk.answer(100)

    assert only_answer(walk).headers.get("via") == f"SIP/2.0/UDP {written}"
    assert walk.sent[-1].flow == Flow(flow.transport, LOCAL, goes_to, flow.connection)


def test_the_source_is_written_into_the_top_via_only() -> None:
    request = build(sent_by="proxy, SIP/2.0/UDP phone", via=";rport")
    request.headers.add("Via", "SIP/2.0/UDP third")
    walk = Walk()
    walk.receive(request)
    walk.answer(100)

    assert only_answer(walk).headers.all("via") == [
        "SIP/2.0/UDP proxy;received=127.0.0.10, SIP/2.0/UDP phone;rport;branch=z9hG4bK1",
        "SIP/2.0/UDP third",
    ]


def test_a_copy_by_another_way_is_answered_where_the_first_came_from() -> None:
    walk = Walk()
    walk.receive(build(via=";rport"))
    walk.answer(100)
    walk.receive(build(via=";rport"), UDP._replace(remote=Address("127.0.0.10", 6666)))

    assert [send.flow for send in walk.sent] == [UDP, UDP]


def test_the_same_request_by_two_ways_is_merged() -> None:
    walk = Walk()
    walk.receive(build())
    walk.receive(build(branch="z9hG4bK2"))
    walk.receive(build(branch="z9hG4bK2"))
    walk.receive(build("ACK", branch="z9hG4bK2"))
    assert [text for _, text in walk.happened()] == ["request INVITE", "send 482", "send 482"]

    walk.at(1.0).answer(200)
    walk.receive(build(branch="z9hG4bK3"))
    assert [text for _, text in walk.happened()] == ["send 200", "send 482"]
    walk.at(100.0)
    assert walk.layer.idle


@pytest.mark.parametrize(
    "other",
    [
        build(branch="z9hG4bK2", cseq="2"), build(branch="z9hG4bK2", call="other"), build("CANCEL", branch="z9hG4bK2"),
        build(branch="z9hG4bK2", from_tag=";tag=b"), build(branch="z9hG4bK2", to_tag=";tag=b"),
        build("OPTIONS", branch="z9hG4bK2"),
    ],
)  # fmt: skip
def test_what_differs_or_has_a_to_tag_is_not_merged(other: Request) -> None:
    walk = Walk()
    walk.receive(build())
    walk.receive(other)

    assert [text for _, text in walk.happened()] == ["request INVITE", f"request {other.method}"]


def test_after_a_refusal_the_same_number_may_come_again() -> None:
    """Some clients answer a challenge without counting CSeq up."""
    walk = Walk()
    walk.receive(build())
    walk.answer(407)
    walk.receive(build("ACK", to_tag=";tag=b"))
    walk.receive(build(branch="z9hG4bK2"))

    assert [text for _, text in walk.happened()] == ["request INVITE", "send 407", "request INVITE"]


def test_past_capacity_requests_get_503_without_a_transaction() -> None:
    walk = Walk(capacity=2)
    for number in (1, 2, 3, 3):
        walk.receive(build(branch=f"z9hG4bK{number}", call=f"call-{number}", via=";rport"))
    walk.receive(build("ACK", branch="z9hG4bK3", call="call-3"))

    assert [text for _, text in walk.happened()] == [
        "request INVITE",
        "request INVITE",
        "send 503",
        "send 503",
        "ack",
    ]
    assert len(walk.layer) == 2
    assert walk.sent[0] == walk.sent[1]
    busy = only_answer(walk)
    assert busy.headers.get("retry-after") == "5"
    assert busy.to.tag is not None
    assert busy.via.parameters["received"] == "127.0.0.10"


def test_past_capacity_our_own_requests_are_refused() -> None:
    walk = Walk(capacity=1)
    walk.ask(build())

    with pytest.raises(LocalProtocolError, match="more than 1"):
        walk.ask(build("BYE", branch="z9hG4bK2"))


@pytest.mark.parametrize("request_", [build("ACK"), build(branch=None), build()])
def test_a_request_of_ours_needs_a_branch_of_its_own(request_: Request) -> None:
    walk = Walk()
    walk.ask(build())

    with pytest.raises(LocalProtocolError):
        walk.ask(request_)
    assert len(walk.layer) == 1


def test_a_message_that_cannot_be_sent_changes_nothing() -> None:
    walk = Walk()
    walk.receive(build())
    assert walk.transaction is not None
    with pytest.raises(LocalProtocolError):
        walk.layer.respond(walk.transaction, Response(200, None, [("X", "a\r\nb")]), 0.0)
    forged = Request(
        "BYE", "sip:a", [("Via", "SIP/2.0/UDP a;branch=z9hG4bK9"), ("CSeq", "1 BYE"), ("X", "a\nb")]
    )
    with pytest.raises(LocalProtocolError):
        walk.layer.request(forged, UDP, 0.0)

    walk.answer(486)
    walk.at(32.0)

    assert [text for _, text in walk.happened()][-1] == "timed out"
    assert walk.layer.idle


def test_an_ack_without_a_transaction_is_passed_up_and_leaves_nothing() -> None:
    walk = Walk()
    walk.receive(build("ACK"))

    assert walk.happened() == [(0.0, "ack")]
    assert walk.layer.idle


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_on_a_reliable_transport_everything_is_gone_at_the_same_moment(transport: str) -> None:
    layer = TransactionLayer()
    flow = Flow(transport, LOCAL, PEER, 1)
    arrived = layer.receive(build("REGISTER"), flow, 5.0)[0]
    assert isinstance(arrived, RequestArrived)
    layer.respond(arrived.transaction, respond(arrived.request, 200, tag="b"), 5.0)
    assert layer.deadline == 5.0

    assert layer.tick(5.0) == []
    assert layer.idle
    assert layer.deadline is None


def test_a_broken_request_is_refused_without_a_transaction() -> None:
    broken = parse(
        b"INVITE sip:100@acme SIP/2.0\r\nVia: SIP/2.0/UDP pbx;rport;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
        b"To: <<<\r\nCSeq: 1 INVITE\r\n\r\n"
    )
    assert isinstance(broken, Request)

    assert refuse(broken, UDP, 400, "Bad To", headers=[("Server", "s")]) == [
        Send(
            UDP,
            b"SIP/2.0 400 Bad To\r\nVia: SIP/2.0/UDP pbx;rport=5060;branch=z9hG4bK1;received=127.0.0.10\r\n"
            b"From: <sip:a@b>;tag=1\r\nTo: <<<\r\nCSeq: 1 INVITE\r\nServer: s\r\nContent-Length: 0\r\n\r\n",
        )
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"ACK sip:a SIP/2.0\r\nVia: SIP/2.0/UDP pbx\r\n\r\n",
        b"BYE sip:a SIP/2.0\r\nX: y\r\n\r\n",
    ],
)
def test_an_ack_and_a_request_without_a_via_are_refused_in_silence(data: bytes) -> None:
    message = parse(data)
    assert isinstance(message, Request)

    assert refuse(message, UDP, 400) == []


def test_a_stateless_refusal_is_the_same_each_time_and_differs_by_call() -> None:
    first, again, other = (refuse(build(call=call), UDP, 403)[0].data for call in ("a", "a", "b"))

    assert first == again
    assert b";tag=" in first.split(b"To: ")[1]
    assert first.split(b"To: ")[1].split(b"\r\n")[0] != other.split(b"To: ")[1].split(b"\r\n")[0]


def test_a_transaction_shows_what_it_is() -> None:
    walk = Walk()
    walk.receive(build())

    assert repr(walk.transaction) == "<INVITE server transaction PROCEEDING z9hG4bK1>"
    assert walk.transaction is not None
    assert not walk.transaction.answered
    walk.answer(200)
    assert walk.transaction.answered
