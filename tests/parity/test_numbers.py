"""Phone numbers and clients that the REST API calls: what the numbering plan says of them happens."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.entries import Alert, PhoneEvent
from sipdomain.media.outputs import CloseMedia, ConnectMedia, DtmfReceived, OpenMedia, SendDtmf, StartPlayback
from sipdomain.media.prompts import AudioFile, Speech
from sipdomain.sip.message import Request
from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.store.subscribers import Act
from sipdomain.twilio.webhooks.http import HttpResponse
from tests.parity.ordered_calls import STATUS, VOICE, told
from tests.unit.twilio.bench import ACCOUNT, BOTH, EPOCH, LONG, Bench
from tests.unit.twilio.caller import Make
from tests.unit.twilio.pages import page

BOB = "+15551230001"
OURS = "+15551239999"


@pytest.fixture
def bench(make: Make) -> Bench:
    bench = make()
    bench.pages["/voice"] = page(LONG)
    return bench


def plan(bench: Bench, address: str = BOB, **settings: Any) -> None:
    bench.store.subscribers.define(ACCOUNT, address, now=EPOCH, **settings)


def ordered(bench: Bench, to: str = BOB, **more: str) -> dict[str, Any]:
    if bench.store.numbers.owned(ACCOUNT, OURS) is None:
        bench.store.numbers.buy(ACCOUNT, phone_number=OURS, now=EPOCH)
    events = "initiated ringing answered completed"
    form = {"From": OURS, "Url": VOICE, "StatusCallback": STATUS, "StatusCallbackEvent": events, **more}
    record = bench.post("/Calls.json", 201, To=to, **form)
    bench.wait(0.0)
    return record


def status(bench: Bench) -> str:
    return bench.record.status


def codes(bench: Bench) -> list[str]:
    return [ask.parameters.get("SipResponseCode", "") for ask in bench.asked("status")]


@pytest.mark.rule("number-simulated", "outbound-progress")
@BOTH
def test_a_number_answers_speaks_and_hangs_up(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.pages["/voice"] = page(LONG)
    plan(bench, answers_after=3.0, acts=(Act("say", "This is Bob"), Act("pause", "1")), hangs_up_after=2.0)
    record = ordered(bench)
    assert (record["to"], record["from"], record["status"], record["direction"]) == (
        BOB,
        OURS,
        "queued",
        "outbound-api",
    )
    assert told(bench) == ["initiated", "ringing"]
    bench.wait(2.9)
    assert status(bench) == "ringing"
    bench.wait(0.2)
    (ask,) = bench.asked("voice")
    assert ask.parameters == {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": record["sid"], "CallStatus": "in-progress",
        "Called": BOB, "Caller": OURS, "Direction": "outbound-api", "From": OURS, "To": BOB,
    }  # fmt: skip
    far = record["sid"] + "-far"
    played = [(each.session, each.prompt) for each in bench.media if isinstance(each, StartPlayback)]
    assert (far, Speech("This is Bob")) in played
    # Three seconds until the answer, two of words, one of silence, two until the end.
    bench.wait(4.8)
    assert status(bench) == "in-progress"
    bench.wait(0.2)
    assert told(bench) == ["initiated", "ringing", "in-progress", "completed"]
    assert codes(bench)[-1] == "200"
    assert (status(bench), bench.record.duration) == ("completed", 5)
    assert bench.take() == []


@pytest.mark.rule("number-record")
def test_the_record_shows_numbers_as_people_write_them_and_which_one_was_shown(bench: Bench) -> None:
    plan(bench)
    record = ordered(bench)
    (ours,) = bench.read("/IncomingPhoneNumbers.json")["incoming_phone_numbers"]
    shown = ("to_formatted", "from_formatted", "phone_number_sid")
    assert [record[name] for name in shown] == ["(555) 123-0001", "(555) 123-9999", ours["sid"]]


@pytest.mark.rule("number-simulated")
def test_both_ends_of_the_audio_are_joined_and_closed(bench: Bench) -> None:
    plan(bench, hangs_up_after=1.0)
    sid = ordered(bench)["sid"]
    ends = {sid, sid + "-far"}
    assert {each.session for each in bench.media if isinstance(each, OpenMedia)} == ends
    joined = [each for each in bench.media if isinstance(each, ConnectMedia)]
    assert {each.session for each in joined} == ends
    assert {each.agreement.codec for each in joined} == {"PCMU"}
    assert {each.agreement.dtmf_payload_type for each in joined} == {101}
    bench.wait(1.0)
    assert {each.session for each in bench.media if isinstance(each, CloseMedia)} == ends


@pytest.mark.rule("number-simulated")
def test_keys_are_pressed_one_after_another_and_reach_the_document(bench: Bench) -> None:
    bench.pages["/voice"] = page('<Response><Gather numDigits="2" action="/menu"/></Response>')
    bench.pages["/menu"] = page(LONG)
    plan(bench, acts=(Act("press", "1w2"),))
    far = ordered(bench)["sid"] + "-far"
    bench.wait(1.0)
    keys = [(each.session, each.keys) for each in bench.media if isinstance(each, SendDtmf)]
    assert keys == [(far, "1"), (far, "2")]
    # What the far end sends, the call's own session hears.
    for key in "12":
        bench.tell(DtmfReceived(far.removesuffix("-far"), key, 0.1))
    assert bench.asked("action")[-1].parameters["Digits"] == "12"


@pytest.mark.rule("number-simulated")
def test_a_number_plays_a_file(bench: Bench) -> None:
    bench.pages["/hello.wav"] = HttpResponse(200, (("Content-Type", "audio/wav"),), b"RIFF")
    plan(bench, acts=(Act("play", "http://app.test/hello.wav"),), hangs_up_after=0.0)
    far = ordered(bench)["sid"] + "-far"
    played = [(each.session, each.prompt) for each in bench.media if isinstance(each, StartPlayback)]
    assert (far, AudioFile(b"RIFF", "audio/wav")) in played
    bench.wait(2.0)
    assert status(bench) == "completed"


@pytest.mark.rule("number-simulated")
def test_what_cannot_be_played_is_noted_and_left_out(bench: Bench) -> None:
    plan(bench, acts=(Act("play", "http://app.test/none.wav"), Act("say", "Hello")), hangs_up_after=0.0)
    ordered(bench)
    events = [(each.phone, each.event) for each in bench.journal(PhoneEvent)]
    assert events == [(BOB, "ringing"), (BOB, "answered"), (BOB, "not said"), (BOB, "says")]
    bench.wait(2.0)
    assert status(bench) == "completed"


@pytest.mark.rule("number-simulated")
def test_a_number_is_still_there_when_the_media_side_reports_nothing(bench: Bench) -> None:
    bench.reports_ends = False
    plan(bench, acts=(Act("say", "Hello"),), hangs_up_after=0.0)
    ordered(bench)
    bench.wait(11.9)
    assert status(bench) == "in-progress"
    bench.wait(0.2)
    assert status(bench) == "completed"


@pytest.mark.rule("number-not-answered", "call-statuses")
@BOTH
@pytest.mark.parametrize(
    ("settings", "ends_as", "code", "statuses"),
    [
        ({"outcome": "busy"}, "busy", "486", ["initiated", "busy"]),
        ({"outcome": "busy", "sip_code": 600}, "busy", "600", ["initiated", "busy"]),
        ({"outcome": "fails"}, "failed", "503", ["initiated", "failed"]),
        ({"outcome": "unallocated"}, "failed", "404", ["initiated", "failed"]),
        ({"outcome": "unallocated", "sip_code": 484}, "failed", "484", ["initiated", "failed"]),
    ],
)
def test_a_number_that_does_not_answer_ends_its_call(
    make: Make, profile: Profile, settings: dict[str, Any], ends_as: str, code: str, statuses: list[str]
) -> None:
    bench = make(profile)
    plan(bench, **settings)
    ordered(bench)
    assert bench.record.status == ends_as
    assert (told(bench), codes(bench)[-1]) == (statuses, code)
    assert bench.asked("voice") == []
    assert bench.media == []


@pytest.mark.rule("number-simulated", "outbound-timeout")
def test_nobody_answers_until_the_caller_gives_up(bench: Bench) -> None:
    plan(bench, outcome="no-answer")
    ordered(bench, Timeout="20")
    bench.wait(19.9)
    assert status(bench) == "ringing"
    bench.wait(0.2)
    assert told(bench) == ["initiated", "ringing", "no-answer"]
    assert codes(bench)[-1] == "487"


@pytest.mark.rule("number-simulated", "outbound-timeout")
def test_who_answers_too_late_is_not_spoken_to(bench: Bench) -> None:
    plan(bench, answers_after=30.0)
    ordered(bench, Timeout="20")
    bench.wait(60.0)
    assert told(bench)[-1] == "no-answer"
    assert bench.media == []


@pytest.mark.rule("number-unknown")
@BOTH
@pytest.mark.parametrize(("to", "code", "response"), [(BOB, 21214, "404"), ("client:bob", 32009, "480")])
def test_who_is_not_in_the_plan_cannot_be_reached(
    make: Make, profile: Profile, to: str, code: int, response: str
) -> None:
    bench = make(profile)
    ordered(bench, to)
    assert (status(bench), told(bench), codes(bench)) == ("failed", ["failed"], [response])
    (alert,) = bench.journal(Alert)
    assert (alert.code, alert.level, alert.text) == (code, "warning", f"{to} is not in the numbering plan")
    assert (bench.refusal.reason, bench.refusal.rule, bench.refusal.got) == (
        "not-in-the-plan",
        "number-unknown",
        to,
    )
    assert bench.refusal.mend.startswith("say under `")


@pytest.mark.rule("number-simulated")
def test_a_plan_is_one_accounts(bench: Bench) -> None:
    other = bench.store.accounts.create(owner_sid=ACCOUNT, now=EPOCH)
    bench.store.subscribers.define(other.sid, BOB, now=EPOCH)
    ordered(bench)
    assert status(bench) == "failed"


@pytest.mark.rule("number-simulated", "outbound-caller")
def test_a_client_is_called_by_a_client(bench: Bench) -> None:
    plan(bench, "client:bob")
    record = ordered(bench, "client:bob?order=7", From="client:alice")
    assert (record["to"], record["from"]) == ("client:bob", "client:alice")
    (ask,) = bench.asked("voice")
    assert (ask.parameters["To"], ask.parameters["From"]) == ("client:bob", "client:alice")


@pytest.mark.rule("outbound-caller")
@pytest.mark.parametrize("to", [BOB, "client:bob"])
def test_only_numbers_of_the_account_are_shown(bench: Bench, to: str) -> None:
    plan(bench, to)
    form = {"To": to, "From": "+15551238888", "Url": VOICE}
    assert bench.post("/Calls.json", 400, **form)["code"] == 21210
    bench.store.caller_ids.create(ACCOUNT, "+15551238888", now=EPOCH)
    assert bench.post("/Calls.json", 201, **form)["status"] == "queued"


@pytest.mark.rule("number-phone")
def test_a_number_that_is_a_phone_is_called_by_sip(bench: Bench) -> None:
    plan(bench, phone="sip:bob@127.0.0.20:5080")
    record = ordered(bench)
    invite = bench.request("INVITE")
    assert (invite.target, record["to"]) == ("sip:bob@127.0.0.20:5080", BOB)
    assert invite.require("from").startswith(f"<sip:{OURS}@sip.twilio.com>;tag=")


@pytest.mark.rule("call-update", "number-simulated")
def test_the_rest_api_ends_a_call_to_a_number_while_it_speaks(bench: Bench) -> None:
    plan(bench, acts=(Act("say", "Hello"), Act("say", "Are you there?")))
    record = ordered(bench)
    bench.wait(1.0)
    bench.post(f"/Calls/{record['sid']}.json", 200, Status="completed")
    assert told(bench)[-1] == "completed"
    said = [each.detail for each in bench.journal(PhoneEvent) if each.event == "says"]
    bench.wait(60.0)
    assert said == ["Hello"] == [each.detail for each in bench.journal(PhoneEvent) if each.event == "says"]


@pytest.mark.rule("call-canceled", "number-simulated")
def test_a_call_to_a_number_that_rings_can_be_canceled(bench: Bench) -> None:
    plan(bench, answers_after=30.0)
    record = ordered(bench)
    bench.wait(1.0)
    bench.post(f"/Calls/{record['sid']}.json", 200, Status="canceled")
    bench.wait(60.0)
    assert told(bench) == ["initiated", "ringing", "canceled"]


@pytest.mark.rule("number-simulated")
@pytest.mark.parametrize("open_port", [False, None])
def test_a_call_without_a_port_does_not_hang(bench: Bench, open_port: bool | None) -> None:
    bench.open_port = open_port
    plan(bench)
    record = ordered(bench)
    if open_port is None:
        bench.post(f"/Calls/{record['sid']}.json", 200, Status="canceled")
        assert told(bench)[-1] == "canceled"
    else:
        assert (told(bench)[-1], bench.alerts) == ("failed", [12400])
    assert not [each for each in bench.take() if isinstance(each, Request)]


@pytest.mark.rule("send-digits", "outbound-record")
def test_keys_are_pressed_and_a_recording_begins_with_the_answer(bench: Bench) -> None:
    plan(bench, hangs_up_after=5.0)
    record = ordered(bench, SendDigits="12", Record="true")
    keys = [(each.session, each.keys) for each in bench.media if isinstance(each, SendDtmf)]
    assert keys == [(record["sid"], "1")]
    assert bench.asked("voice") == []
    bench.wait(1.0)
    assert len(bench.asked("voice")) == 1
    bench.wait(5.0)
    assert bench.read("/Recordings.json")["recordings"][0]["call_sid"] == record["sid"]
