"""REFER towards the cloud: a <Dial> with referUrl lets one of the two be moved, and each hears how that goes."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.media.outputs import Patch, Unpatch
from sipdomain.sip.message import Response
from sipdomain.twilio.webhooks.http import HttpFailure
from tests.parity.dialled import BOB, CARL, Called, Exchange, sip
from tests.parity.test_numbers import BOB as NUMBER, OURS, plan
from tests.unit.twilio.bench import ACCOUNT, EPOCH, SDP, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

DESK = ("Refer-To", "<sip:desk@pbx.example?X-Order=7>")
MOVED = 'referUrl="/moved" action="/after"'


@pytest.fixture
def line(bench: Bench, alice: Caller) -> Exchange:
    made = Exchange(bench, alice)
    bench.pages["/moved"] = page(f"<Response><Dial><Sip>{CARL}</Sip></Dial></Response>")
    return made


def talk(line: Exchange, attributes: str = MOVED) -> Called:
    """Let Alice talk to Bob."""
    (bob,) = line.dial(sip(BOB), attributes)
    bob.respond(180)
    bob.answer()
    line.wires()
    return bob


def asked(line: Exchange) -> list[dict[str, str]]:
    """Return what referUrl was told."""
    return [each.parameters for each in line.bench.asks if each.path == "/moved"]


def in_words(sent: list[Any]) -> list[str]:
    """Return what was sent, in short."""
    words = []
    for each in sent:
        if isinstance(each, Response):
            words.append(f"{each.status} {each.cseq.method}")
        else:
            state = (each.headers.get("subscription-state") or "").partition(";")[0]
            words.append(
                " ".join(filter(None, (each.method, each.body[:11].decode() if state else "", state)))
            )
    return words


@pytest.mark.rule("refer-in")
@pytest.mark.rule("refer-in-goes-on")
@pytest.mark.rule("refer-in-transferor")
def test_answer_on_bridge_does_not_keep_who_asks_and_the_document_is_warned_about(line: Exchange) -> None:
    (bob,) = line.ring(sip(BOB), f'{MOVED} answerOnBridge="true"')
    bob.respond(180)
    bob.respond(200, body=SDP)
    line.acknowledge(line.bench.take())
    assert line.bench.alerts == [12200]
    bob.ask("REFER", 1, DESK)
    assert in_words(line.bench.take())[:4] == [
        "202 REFER", "NOTIFY SIP/2.0 100 active", "NOTIFY SIP/2.0 200 terminated", "BYE",
    ]  # fmt: skip
    assert len(asked(line)) == 1


@pytest.mark.rule("refer-in-transferor")
@pytest.mark.rule("refer-in-news")
@pytest.mark.rule("refer-in-action")
def test_who_was_called_has_the_caller_moved_to_somebody_else(line: Exchange) -> None:
    bob = talk(line)
    parent, child = line.parent.sid, line.children[0].sid
    bob.ask("REFER", 1, DESK)
    sent = line.bench.take()
    assert in_words(sent) == [
        "202 REFER", "NOTIFY SIP/2.0 100 active", "NOTIFY SIP/2.0 200 terminated", "BYE", "INVITE",
    ]  # fmt: skip
    assert [each.require("event") for each in sent[1:3]] == ["refer;id=1"] * 2
    (told,) = asked(line)
    assert (told["ReferTransferTarget"], told["CallSid"]) == (DESK[1], parent)
    assert line.wires() == [Unpatch(parent, child), Unpatch(child, parent)]
    (carl,) = line.phones(sent)
    assert carl.invite.uri.user == "carl"
    carl.answer()
    other = next(each.sid for each in line.children if each.sid != child)
    assert line.wires() == [Patch(parent, other), Patch(other, parent)]
    assert [each.path for each in line.bench.asks if each.path == "/after"] == []


@pytest.mark.rule("refer-in-goes-on")
@pytest.mark.rule("refer-in-action")
def test_the_caller_has_who_was_called_moved_to_somebody_else(line: Exchange) -> None:
    talk(line)
    parent, child = line.parent.sid, line.children[0].sid
    line.alice.send(line.alice.build("REFER", DESK))
    sent = line.bench.take()
    assert in_words(sent) == [
        "202 REFER", "NOTIFY SIP/2.0 100 active", "NOTIFY SIP/2.0 200 terminated", "BYE", "INVITE",
    ]  # fmt: skip
    (told,) = asked(line)
    assert (told["ReferTransferTarget"], told["CallSid"], told["ParentCallSid"]) == (DESK[1], child, parent)
    assert (line.parent.status, line.told["DialCallStatus"]) == ("completed", "completed")
    (carl,) = line.phones(sent)
    carl.answer()
    grandchild = next(each.sid for each in line.children if each.parent_call_sid == child)
    assert line.wires() == [
        Unpatch(parent, child), Unpatch(child, parent), Patch(child, grandchild), Patch(grandchild, child),
    ]  # fmt: skip


@pytest.mark.rule("refer-in")
def test_a_number_is_moved_as_a_phone_is(line: Exchange) -> None:
    plan(line.bench)
    line.bench.store.numbers.buy(ACCOUNT, phone_number=OURS, now=EPOCH)
    line.dial(f"<Number>{NUMBER}</Number>", f'callerId="{OURS}" referUrl="/moved" referMethod="GET"')
    line.bench.wait(5.0)
    child = line.children[0].sid
    line.alice.send(line.alice.build("REFER", DESK))
    (told,) = asked(line)
    assert (told["CallSid"], told["ReferTransferTarget"]) == (child, DESK[1])
    assert next(each.request.method for each in line.bench.asks if each.path == "/moved") == "GET"
    (carl,) = line.phones()
    carl.answer()
    assert line.children[0].status == "in-progress"


@pytest.mark.rule("refer-in")
@pytest.mark.rule("refer-without-dial")
@pytest.mark.parametrize("attributes", ["", 'referUrl=""', 'referUrl="  "'])
def test_a_dial_without_a_refer_url_refuses_and_goes_on(line: Exchange, attributes: str) -> None:
    bob = talk(line, attributes)
    bob.ask("REFER", 1, DESK)
    line.alice.send(line.alice.build("REFER", DESK))
    assert in_words(line.bench.take()) == ["403 REFER", "403 REFER"]
    assert (line.bench.alerts, line.wires()) == ([13802, 13802], [])


@pytest.mark.rule("refer-in")
def test_nobody_is_moved_before_the_two_talk(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), MOVED)
    bob.respond(180)
    line.alice.send(line.alice.build("REFER", DESK))
    assert in_words(line.bench.take()) == ["403 REFER"]
    bob.answer()
    bob.bye()
    line.alice.send(line.alice.build("REFER", DESK))
    assert in_words(line.bench.take()) == ["403 REFER"]


@pytest.mark.rule("refer-in")
def test_a_refer_url_that_fails_is_an_error_of_the_caller(line: Exchange) -> None:
    line.bench.pages["/moved"] = HttpFailure("refused", "nobody")
    bob = talk(line)
    bob.ask("REFER", 1, DESK)
    assert in_words(line.bench.take())[:4] == [
        "202 REFER", "NOTIFY SIP/2.0 100 active", "NOTIFY SIP/2.0 200 terminated", "BYE",
    ]  # fmt: skip
    line.bench.wait(20.0)
    assert 11202 in line.bench.alerts
    assert line.parent.status == "completed"


@pytest.mark.rule("refer-in-length", "refer-in-length-status")
def test_a_refer_to_has_256_characters_at_most(line: Exchange) -> None:
    talk(line)
    long = ("Refer-To", f"<sip:desk@pbx?X-A={'a' * 256}>")
    line.alice.send(line.alice.build("REFER", long))
    assert in_words(line.bench.take()) == ["400 REFER"]
    assert asked(line) == []


@pytest.mark.rule("refer-in")
def test_a_refer_that_comes_twice_is_answered_once_and_the_second_one_finds_no_call(line: Exchange) -> None:
    bob = talk(line)
    bob.ask("REFER", 1, DESK)
    bob.ask("REFER", 1, DESK)
    bob.ask("REFER", 2, DESK)
    words = in_words(line.bench.take())
    assert (words.count("202 REFER"), words.count("BYE"), words[-1]) == (2, 1, "481 REFER")
    assert len(asked(line)) == 1
