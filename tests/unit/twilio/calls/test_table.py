"""The live calls: by dialog, by INVITE, by SID; and what each source has of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sipdomain.sip.address import NameAddress
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.table import LiveCalls
from sipdomain.twilio.webhooks.exchange import CallIdentity

TCP = Flow("tcp", Address("127.0.0.1", 5060), Address("127.0.0.10", 5070), 7)


def a_dialog(call_id: str = "one") -> Dialog:
    return Dialog(
        call_id, NameAddress.parse("<sip:us@127.0.0.1>;tag=us"), NameAddress.parse("<sip:alice@127.0.0.10>;tag=alice"),
        Uri.parse("sip:alice@127.0.0.10"),
    )  # fmt: skip


@dataclass
class Call:
    """A call, as far as the table cares."""

    session: str = "CA1"
    source: str = "127.0.0.10"
    places: int = 1
    flow: Flow = TCP
    dialog: Dialog = field(default_factory=a_dialog)
    identity: CallIdentity = field(
        default_factory=lambda: CallIdentity("CA1", "one", "token", lambda: "cnonce")
    )


def request(method: str, *, call_id: str = "one", tag: str = ";tag=us") -> Request:
    return Request(
        method, "sip:us@127.0.0.1",
        [
            ("From", "<sip:alice@127.0.0.10>;tag=alice"), ("To", f"<sip:us@127.0.0.1>{tag}"), ("Call-ID", call_id),
            ("CSeq", f"2 {method}"),
        ],
    )  # fmt: skip


def test_a_call_is_found_by_its_sid_while_it_lasts() -> None:
    calls, call = LiveCalls[Call](10), Call()
    calls.enter(call)
    assert (calls.find("CA1"), calls.find("CA2"), len(calls), calls.all()) == (call, None, 1, [call])
    calls.leave(call)
    assert (calls.find("CA1"), len(calls), calls.all()) == (None, 0, [])


def test_a_call_is_found_by_the_requests_of_its_dialog() -> None:
    calls, call = LiveCalls[Call](10), Call()
    calls.note_dialog(call)
    assert calls.of_request(request("INFO")) is call
    assert calls.of_request(request("INFO", call_id="two")) is None
    assert calls.of_request(request("INFO", tag="")) is None
    assert calls.dialogs == 1
    calls.forget_dialog(call)
    calls.forget_dialog(call)
    assert (calls.of_request(request("INFO")), calls.dialogs) == (None, 0)


def test_a_call_that_is_over_is_found_by_its_dialog_until_its_bye_is_answered() -> None:
    calls, call = LiveCalls[Call](10), Call()
    calls.enter(call)
    calls.note_dialog(call)
    calls.leave(call)
    assert calls.of_request(request("BYE")) is None
    calls.note_dialog(call)
    assert calls.of_request(request("BYE")) is call
    assert len(calls) == 0


def test_only_the_bye_of_a_known_dialog_is_taken_however_much_there_is_to_do() -> None:
    calls = LiveCalls[Call](10)
    calls.note_dialog(Call())
    assert calls.is_ended_by(request("BYE"))
    assert not calls.is_ended_by(request("INFO"))
    assert not calls.is_ended_by(request("BYE", call_id="two"))
    assert not calls.is_ended_by(request("BYE", tag=""))


def test_a_call_is_found_by_the_invite_that_began_it() -> None:
    calls, call = LiveCalls[Call](10), Call()
    calls.note_invite("key", call)
    assert (calls.of_invite("key"), calls.of_invite("other")) == (call, None)
    calls.forget_invite("key")
    calls.forget_invite("key")
    assert calls.of_invite("key") is None


def test_each_call_takes_its_places_in_the_share_of_its_source_and_gives_them_back_once() -> None:
    calls = LiveCalls[Call](3)
    assert calls.shares.capacity == 4
    large, small = Call("CA1", places=2), Call("CA2")
    calls.enter(large)
    calls.enter(small)
    assert (calls.shares.held, calls.shares.of("127.0.0.10")) == (3, 3)
    assert not calls.shares.allows("127.0.0.10")
    assert calls.shares.allows("127.0.0.11")
    calls.leave(large)
    calls.leave(large)
    assert (calls.shares.held, calls.shares.of("127.0.0.10")) == (1, 1)


def test_a_connection_is_needed_while_a_call_goes_by_it() -> None:
    calls, call = LiveCalls[Call](10), Call()
    calls.enter(call)
    assert calls.go_by(TCP)
    assert not calls.go_by(TCP._replace(connection=8))
    calls.leave(call)
    assert not calls.go_by(TCP)


def test_a_call_id_is_busy_while_a_call_of_it_lasts() -> None:
    calls, call = LiveCalls[Call](10), Call()
    calls.enter(call)
    assert (calls.is_busy("one"), calls.is_busy("two")) == (True, False)
    calls.leave(call)
    assert not calls.is_busy("one")
