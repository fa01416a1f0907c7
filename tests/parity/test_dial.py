"""<Dial> to SIP phones: who rings, who wins, who hears whom, what the action is told, and that nothing stays."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision, VerbStarted
from sipdomain.media.outputs import DtmfReceived, MediaSilent, Patch, StartPlayback, StopPlayback, Unpatch
from sipdomain.media.prompts import AudioFile
from sipdomain.media.ring_tones import ring_tone
from sipdomain.sip.message import Request
from sipdomain.voice_entries import CompanyChanged, Played
from tests.parity.dialled import AFTER, BOB, CARL, DORA, Exchange, sip
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page


@pytest.fixture
def line(bench: Bench, alice: Caller) -> Exchange:
    return Exchange(bench, alice)


@pytest.mark.rule("dial-bridge")
@pytest.mark.rule("dial-action")
def test_two_hear_each_other_until_the_called_one_hangs_up(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    assert (line.wires(), line.statuses) == ([], ["initiated"])
    bob.respond(180)
    bob.answer(("X-Floor", "3"))
    parent, child = line.parent.sid, line.children[0].sid
    assert line.wires() == [Patch(parent, child), Patch(child, parent)]
    assert (line.parent.status, line.statuses) == ("in-progress", ["in-progress"])
    line.bench.wait(7.0)
    bob.bye()
    met = [(each.moved, each.call_sid, each.sid) for each in line.bench.journal(CompanyChanged)]
    assert met == [
        ("joined", parent, child), ("joined", child, parent), ("left", parent, child), ("left", child, parent),
    ]  # fmt: skip
    assert line.told == {
        "DialCallStatus": "completed", "DialCallSid": child, "DialCallDuration": "7", "DialBridged": "true",
        "DialSipCallId": bob.invite.call_id, "DialSipResponseCode": "200", "DialSipHeader_X-Floor": "3",
    }  # fmt: skip
    assert (line.heard(), line.parent.status, line.statuses) == ("Say", "in-progress", ["completed"])


@pytest.mark.rule("dial-bridge")
def test_without_an_action_the_next_verb_follows(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), attributes="", after=AFTER)
    bob.answer()
    bob.bye()
    assert (line.heard(), line.bench.asked("action"), line.parent.status) == ("Say", [], "in-progress")


@pytest.mark.rule("dial-caller-gone")
def test_a_caller_who_hangs_up_takes_the_called_one_along(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), after=AFTER)
    bob.answer()
    line.bench.wait(3.0)
    line.leave()
    assert line.statuses == ["completed"]
    assert (line.told["DialCallStatus"], line.told["DialCallDuration"]) == ("completed", "3")
    (asked,) = line.bench.asked("action")
    assert asked.parameters["CallStatus"] == "completed"
    assert line.heard() == "Dial"


@pytest.mark.rule("dial-caller-gone")
@pytest.mark.rule("dial-caller-gone-status")
def test_a_caller_who_hangs_up_while_it_rings_lets_no_phone_ring_on(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.respond(180)
    line.leave()
    assert [each.method for each in line.bench.take() if isinstance(each, Request)] == ["CANCEL"]
    assert line.statuses == ["no-answer"]
    assert line.told["DialCallStatus"] == "no-answer"
    assert "DialCallDuration" not in line.told
    bob.respond(487)


@pytest.mark.rule("dial-status-of-several")
@pytest.mark.rule("dial-duration")
@pytest.mark.parametrize(
    ("status", "end"), [(486, "busy"), (600, "busy"), (603, "no-answer"), (480, "failed"), (503, "failed")]
)
def test_a_refusal_is_reported_with_its_code_and_headers(line: Exchange, status: int, end: str) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.respond(180)
    bob.respond(status, ("X-Why", "lunch"))
    child = line.children[0]
    assert line.told == {
        "DialCallStatus": end, "DialCallSid": child.sid, "DialBridged": "false",
        "DialSipCallId": bob.invite.call_id, "DialSipResponseCode": str(status), "DialSipHeader_X-Why": "lunch",
    }  # fmt: skip
    assert (child.status, line.heard()) == (end, "Say")


@pytest.mark.rule("dial-timeout")
def test_it_rings_for_the_timeout_and_five_seconds_more(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), attributes='timeout="20" action="/after"')
    bob.respond(180)
    line.bench.wait(24.9)
    assert line.statuses == ["ringing"]
    line.bench.wait(0.2)
    assert (line.statuses, line.told["DialCallStatus"]) == (["no-answer"], "no-answer")
    bob.respond(487)


@pytest.mark.rule("dial-time-limit")
def test_the_time_limit_ends_the_called_leg_alone(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), attributes='timeLimit="60" action="/after"')
    line.bench.wait(10.0)
    bob.answer()
    line.wires()
    line.bench.wait(59.9)
    assert line.statuses == ["in-progress"]
    line.bench.wait(0.2)
    assert (line.statuses, line.told["DialCallStatus"], line.told["DialCallDuration"]) == (
        ["completed"], "completed", "60",
    )  # fmt: skip
    parent, child = line.parent.sid, line.children[0].sid
    assert line.wires() == [Unpatch(parent, child), Unpatch(child, parent)]
    assert (line.parent.status, line.heard()) == ("in-progress", "Say")
    assert line.bench.alerts == []


@pytest.mark.rule("dial-star")
def test_a_star_of_the_caller_ends_the_called_leg(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), attributes='hangupOnStar="true" action="/after"')
    bob.answer()
    line.bench.tell(DtmfReceived(line.children[0].sid, "*", 0.1))
    line.bench.tell(DtmfReceived(line.parent.sid, "5", 0.1))
    assert line.statuses == ["in-progress"]
    assert [each for each in line.bench.journal(Decision) if each.check == "keys"] == []
    line.bench.tell(DtmfReceived(line.parent.sid, "*", 0.1))
    assert (line.statuses, line.told["DialCallStatus"], line.heard()) == (["completed"], "completed", "Say")


@pytest.mark.rule("dial-star")
def test_a_star_while_it_rings_cancels(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), attributes='hangupOnStar="true" action="/after"')
    bob.respond(180)
    line.bench.tell(DtmfReceived(line.parent.sid, "*", 0.1))
    assert (line.statuses, line.told["DialCallStatus"]) == (["canceled"], "canceled")
    bob.respond(487)


@pytest.mark.rule("dial-ringing")
def test_the_caller_hears_ringing_from_the_first_180_until_the_answer(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), attributes='ringTone="uk"')
    parent = line.parent.sid

    def tones() -> list[StartPlayback]:
        return [each for each in line.bench.media if isinstance(each, StartPlayback)]

    assert tones() == []
    bob.respond(180)
    line.bench.wait(5.0)
    assert [(each.session, each.prompt) for each in tones()] == [(parent, ring_tone("uk"))] * len(tones())
    assert len(tones()) == 3
    assert isinstance(tones()[0].prompt, AudioFile)
    bob.answer()
    assert [each.session for each in line.bench.media if isinstance(each, StopPlayback)] == [parent]
    (rang,) = line.bench.journal(Played)
    assert (rang.what, rang.began_at, rang.at, rang.whole) == ("ringing", 0.0, 5.0, False)


@pytest.mark.rule("dial-caller-id")
@pytest.mark.parametrize(
    ("attributes", "sender", "alerts"),
    [("", "sip:alice@127.0.0.10", []), ('callerId="front_desk.1-2"', "sip:front_desk.1-2@sip.twilio.com", []),
     ('callerId="front desk"', "sip:alice@127.0.0.10", [13214])],
)  # fmt: skip
def test_the_called_one_sees_the_caller_or_the_caller_id(
    line: Exchange, attributes: str, sender: str, alerts: list[int]
) -> None:
    (bob,) = line.dial(sip(BOB), attributes=attributes)
    assert (str(bob.invite.from_.uri), line.bench.alerts) == (sender, alerts)
    bob.respond(486)


@pytest.mark.rule("dial-sip-uri")
def test_the_text_may_lack_its_scheme_and_have_blanks_around_it(line: Exchange) -> None:
    (bob,) = line.dial("<Sip>\n   bob@127.0.0.20:5080\n</Sip>")
    assert str(bob.invite.uri) == "sip:bob@127.0.0.20:5080"
    bob.respond(486)


@pytest.mark.rule("dial-sip-uri")
@pytest.mark.rule("dial-nobody")
@pytest.mark.parametrize(
    ("nouns", "alerts"),
    [("<Sip>sip:bob@[::1</Sip>", [13243]), ("bob", [13223]), ("<Number>+1555</Number>", [13223]),
     ("", [13223]), ("<Sip> </Sip>", [13243])],
)  # fmt: skip
def test_whoever_cannot_be_called_fails_at_once(line: Exchange, nouns: str, alerts: list[int]) -> None:
    assert line.dial(nouns) == []
    assert line.told == {"DialCallStatus": "failed", "DialBridged": "false"}
    assert (line.bench.alerts, line.heard(), line.children) == (alerts, "Say", [])


@pytest.mark.rule("dial-forking")
def test_of_three_the_first_who_answers_wins(line: Exchange) -> None:
    bob, carl, dora = line.dial(sip(BOB, CARL, DORA))
    bob.respond(180)
    dora.respond(180)
    carl.answer()
    assert line.statuses == ["canceled", "in-progress", "canceled"]
    bob.respond(487)
    dora.respond(487)
    child = line.children[1].sid
    assert line.wires() == [Patch(line.parent.sid, child), Patch(child, line.parent.sid)]
    carl.bye()
    assert (line.told["DialCallSid"], line.told["DialCallStatus"]) == (child, "completed")


@pytest.mark.rule("dial-forking")
@pytest.mark.rule("dial-status-of-several")
def test_while_one_of_three_rings_the_refusals_of_others_do_not_matter(line: Exchange) -> None:
    bob, carl, dora = line.dial(sip(BOB, CARL, DORA))
    bob.respond(486)
    carl.respond(603)
    assert (line.statuses, line.bench.asked("action")) == (["busy", "no-answer", "initiated"], [])
    dora.respond(503)
    assert (line.told["DialCallStatus"], line.told["DialCallSid"]) == ("failed", line.children[2].sid)


@pytest.mark.rule("dial-forking")
@pytest.mark.rule("dial-sequential-timeout")
def test_in_turn_each_rings_for_the_whole_timeout(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB, CARL, DORA), attributes='sequential="true" timeout="10" action="/after"')
    bob.respond(486)
    (carl,) = line.phones()
    carl.respond(180)
    line.bench.wait(15.1)
    assert line.statuses == ["busy", "no-answer", "initiated"]
    (dora,) = line.phones()
    carl.respond(487)
    dora.answer()
    dora.bye()
    assert line.told["DialCallSid"] == line.children[2].sid


@pytest.mark.rule("dial-too-many")
def test_of_more_than_ten_the_first_ten_are_called(line: Exchange) -> None:
    uris = [f"sip:p@127.0.0.{number}:5080" for number in range(20, 31)]
    phones = line.dial(sip(*uris))
    assert ([str(each.invite.uri) for each in phones], line.bench.alerts) == (uris[:10], [13250])
    for each in phones:
        each.respond(486)


@pytest.mark.rule("dial-redirected-leg")
def test_a_leg_with_a_document_of_its_own_leaves_the_caller(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.answer()
    line.wires()
    parent, child = line.parent.sid, line.children[0].sid
    line.bench.post(f"/Calls/{child}.json", Twiml='<Response><Pause length="600"/></Response>')
    assert line.wires() == [Unpatch(parent, child), Unpatch(child, parent)]
    assert line.told["DialCallStatus"] == "completed"
    assert (line.told["DialBridged"], "DialCallDuration" in line.told) == ("true", False)
    assert (line.parent.status, line.statuses) == ("in-progress", ["in-progress"])
    line.leave()
    assert line.statuses == ["in-progress"]
    bob.bye()


@pytest.mark.rule("dial-caller-gone-status")
def test_a_caller_who_gets_a_new_document_leaves_the_dial_behind(line: Exchange) -> None:
    bob, carl = line.dial(sip(BOB, CARL))
    line.bench.post(f"/Calls/{line.parent.sid}.json", Twiml=f"<Response>{AFTER}</Response>")
    assert (line.statuses, line.heard(), line.bench.asked("action")) == (["canceled", "canceled"], "Say", [])
    for each in (bob, carl):
        each.respond(100)
        each.respond(487)


@pytest.mark.rule("dial-sim")
@pytest.mark.rule("dial-not-emulated")
@pytest.mark.parametrize(("noun", "code"), [("Sim", 13258), ("Application", 13750), ("WhatsApp", 13750)])
def test_a_noun_that_is_not_supported_ends_the_document(line: Exchange, noun: str, code: int) -> None:
    line.bench.pages["/voice"] = page(f"<Response><Dial><{noun}>1</{noun}></Dial>{AFTER}</Response>")
    line.alice.dial()
    line.bench.wait(20.0)
    assert (line.bench.alerts, line.children) == ([code], [])
    assert [each.verb for each in line.bench.journal(VerbStarted)] == ["Dial"]


@pytest.mark.rule("dial-leg-update")
def test_the_rest_api_ends_a_leg_and_the_caller_goes_on(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.answer()
    line.bench.post(f"/Calls/{line.children[0].sid}.json", Status="completed")
    assert (line.statuses, line.told["DialCallStatus"], line.told["DialBridged"]) == (
        ["completed"],
        "completed",
        "true",
    )
    assert (line.parent.status, line.heard()) == ("in-progress", "Say")


@pytest.mark.rule("dial-leg-update")
@pytest.mark.rule("call-canceled")
@pytest.mark.parametrize("status", ["canceled", "completed"])
def test_a_leg_that_rings_is_canceled_by_the_rest_api(line: Exchange, status: str) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.respond(180)
    line.bench.post(f"/Calls/{line.children[0].sid}.json", Status=status)
    assert (line.statuses, line.told["DialCallStatus"], line.heard()) == (["canceled"], "canceled", "Say")
    bob.respond(487)


@pytest.mark.rule("dial-caller-gone")
def test_the_rest_api_ends_the_callers_call_and_with_it_the_legs(line: Exchange) -> None:
    bob, carl = line.dial(sip(BOB, CARL))
    bob.answer()
    carl.respond(487)
    line.bench.post(f"/Calls/{line.parent.sid}.json", Status="completed")
    assert (line.parent.status, line.statuses) == ("completed", ["completed", "canceled"])
    assert line.told["DialCallStatus"] == "completed"


@pytest.mark.rule("dial-leg-lost")
def test_a_called_phone_that_answers_no_refresh_is_given_up(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.answer(("Session-Expires", "90;refresher=uac"))
    line.bench.wait(100.0)
    assert (line.statuses, line.told["DialCallStatus"], line.parent.status) == (
        ["completed"],
        "completed",
        "in-progress",
    )


@pytest.mark.rule("dial-leg-lost")
def test_a_called_phone_that_sends_no_audio_is_given_up(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.answer()
    line.bench.tell(MediaSilent(line.children[0].sid, 60.0))
    assert (line.bench.alerts, line.statuses, line.told["DialCallStatus"]) == (
        [32014],
        ["completed"],
        "completed",
    )
    assert line.parent.status == "in-progress"
