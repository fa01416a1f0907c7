"""A call that is over is freed by reference counting alone: nothing of it waits for the collector of cycles."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest

from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address
from sipdomain.twilio.calls.leg import Leg
from sipdomain.twilio.webhooks.http import HttpFailure
from sipdomain.twilio.webhooks.socket import OpenSocket, SocketOpened, TextReceived
from tests.parity.dialled import BOB, CARL, Called
from tests.parity.ordered_calls import ordered
from tests.unit.twilio.bench import LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

Play = Callable[[Bench, Caller], None]


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    # What there was before is not looked through again and again.
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def left_by(play: Play, bench: Bench) -> tuple[list[Leg], int]:
    """Play a call, and another one like it, wait for all timers, and return what there is of calls, and the garbage.

    The first one fills the caches, and makes what parts are made once.
    """
    legs: list[Leg] = []
    garbage = 0
    for number in range(2):
        gc.collect()
        play(bench, Caller(bench, flow(), call_id=f"call-{number}"))
        bench.wait(200.0)
        assert bench.emulator.census == (0, 0, 0, 0, 0, 0, 0)
        # What the test itself has of it: a request is answered by who made it.
        bench.entries.clear()
        bench.asks.clear()
        bench.media.clear()
        legs = [each for each in gc.get_objects() if isinstance(each, Leg)]
        garbage = gc.collect()
    return legs, garbage


def agree(bench: Bench, caller: Caller) -> None:
    """Answer a BYE of the cloud if it comes."""
    for message in bench.take():
        if isinstance(message, Request) and message.method == "BYE":
            caller.send(bytes(respond(message, 200)))


def hang_up(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    caller.talk()
    bench.wait(5.0)
    caller.bye()


def be_hung_up_on(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page("<Response><Say>Welcome</Say></Response>")
    caller.talk()
    bench.wait(5.0)
    agree(bench, caller)


def be_refused(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page("<Response><Reject/></Response>")
    caller.dial()
    (refusal,) = (each for each in bench.take() if isinstance(each, Response) and each.status >= 400)
    caller.ack(refusal)


def cancel(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = None
    invite = caller.dial()
    bench.wait(1.0)
    caller.cancel(invite)
    caller.ack(bench.response(487))
    bench.answer(bench.waiting[0], HttpFailure("disconnected", "too late"))


def never_acknowledge(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    caller.dial()
    bench.wait(40.0)
    agree(bench, caller)


def leave_a_gather(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page(
        '<Response><Gather action="/more"><Say>A</Say><Play digits="w1"/></Gather></Response>'
    )
    caller.talk()
    bench.wait(1.0)
    caller.bye()


def wait_in_vain_for_a_key(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page(
        '<Response><Gather numDigits="1" timeout="1"/><Redirect>/more</Redirect></Response>'
    )
    bench.pages["/more"] = page("<Response><Hangup/></Response>")
    caller.talk()
    bench.wait(5.0)
    agree(bench, caller)


def fail(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page("<Response")
    caller.talk()
    bench.wait(5.0)
    agree(bench, caller)


def be_redirected_and_recorded(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    caller.talk()
    (sid,) = (each["sid"] for each in bench.read("/Calls.json?Status=in-progress")["calls"])
    bench.post(f"/Calls/{sid}.json", Url="http://app.test/voice")
    bench.post(f"/Calls/{sid}/Recordings.json", 201)
    bench.wait(5.0)
    bench.post(f"/Calls/{sid}.json", Status="completed")
    agree(bench, caller)


def refresh(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    caller.talk(("Supported", "timer"), ("Session-Expires", "120;refresher=uac"))
    bench.wait(300.0)
    agree(bench, caller)


def answer_a_call_of_ours(bench: Bench, caller: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    _, phone = ordered(bench, Record="true", SendDigits="w1")
    phone.answer()
    bench.wait(5.0)
    phone.bye()
    caller.bench.take()


def be_busy(bench: Bench, caller: Caller) -> None:
    _, phone = ordered(bench)
    phone.respond(180)
    phone.respond(486)
    caller.bench.take()


def let_it_ring(bench: Bench, caller: Caller) -> None:
    _, phone = ordered(bench, Timeout="5")
    phone.respond(180)
    bench.wait(20.0)
    phone.respond(487)
    caller.bench.take()


def dialled(bench: Bench, caller: Caller, attributes: str = "") -> list[Called]:
    """Let a caller dial Bob and Carl; return their phones."""
    nouns = f"<Sip>{BOB}</Sip><Sip>{CARL}</Sip>"
    bench.pages["/voice"] = page(f'<Response><Dial {attributes} action="/more">{nouns}</Dial></Response>')
    bench.pages["/more"] = page("<Response><Hangup/></Response>")
    caller.dial()
    sent = bench.take()
    for each in sent:
        if isinstance(each, Response) and each.status == 200:
            caller.ack(each)
    invites = [each for each in sent if isinstance(each, Request) and each.method == "INVITE"]
    return [Called(bench, each, Address(each.uri.host, 5080), each.uri.host[-2:]) for each in invites]


def dial_two_and_talk_to_one(bench: Bench, caller: Caller) -> None:
    bob, carl = dialled(bench, caller, 'record="record-from-ringing"')
    bob.respond(180)
    carl.answer()
    bob.respond(487)
    bench.wait(5.0)
    carl.hang_up()
    bench.wait(1.0)
    agree(bench, caller)


def dial_two_who_are_busy(bench: Bench, caller: Caller) -> None:
    for phone in dialled(bench, caller, 'answerOnBridge="true"'):
        phone.respond(183, body=SDP)
        phone.respond(486)
    for message in bench.take():
        if isinstance(message, Response) and message.status == 200:
            caller.ack(message)
    bench.wait(1.0)
    agree(bench, caller)


def leave_a_dial(bench: Bench, caller: Caller) -> None:
    bob, carl = dialled(bench, caller)
    bob.respond(180)
    caller.send(caller.build("BYE"))
    bench.take()
    for each in (bob, carl):
        each.respond(180)
        each.respond(487)
    bench.take()


def talk_to_a_relay(bench: Bench, caller: Caller) -> None:
    relay = '<ConversationRelay url="wss://bot.example/relay" welcomeGreeting="Welcome to Acme"/>'
    bench.pages["/voice"] = page(f"<Response><Connect>{relay}</Connect></Response>")
    caller.talk()
    (opened,) = (each for each in bench.sockets if isinstance(each, OpenSocket))
    for event in (
        SocketOpened(opened.socket),
        TextReceived(opened.socket, '{"type":"text","token":"One. Two. Three","last":true}'),
        TextReceived(opened.socket, '{"type":"sendDigits","digits":"1w2"}'),
    ):
        bench.carry(bench.emulator.socket(event, bench.now))
    bench.wait(3.0)
    bench.sockets.clear()
    caller.bye()


@pytest.mark.parametrize(
    "play",
    [
        answer_a_call_of_ours, be_busy, be_hung_up_on, be_redirected_and_recorded, be_refused, cancel, fail, hang_up,
        dial_two_and_talk_to_one, dial_two_who_are_busy, leave_a_dial, leave_a_gather, let_it_ring, never_acknowledge,
        refresh, wait_in_vain_for_a_key, talk_to_a_relay,
    ],
)  # fmt: skip
def test_a_call_that_is_over_is_freed_without_the_collector(play: Play, bench: Bench) -> None:
    assert left_by(play, bench) == ([], 0)
