"""POST Participants: numbers, clients and phones are called into a conference."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sipdomain.media.outputs import OpenRoom, Patch
from sipdomain.twilio.rest import RestRequest
from sipdomain.twilio.webhooks.http import HttpResponse
from tests.parity.ordered_calls import TO, Phone
from tests.unit.twilio.bench import ACCOUNT, EPOCH, TOKEN, Bench
from tests.unit.twilio.caller import Make

BOB, CARL = "+15551230001", "+15551230002"
OURS = "+15551239999"


@pytest.fixture
def bench(make: Make) -> Bench:
    bench = make()
    bench.store.numbers.buy(ACCOUNT, phone_number=OURS, now=EPOCH)
    bench.pages["/told"] = HttpResponse(204)
    for number in (BOB, CARL):
        bench.store.subscribers.define(ACCOUNT, number, now=EPOCH, answers_after=2.0)
    return bench


def call_in(
    bench: Bench, to: str = BOB, room: str = "Room", status: int = 201, **more: str
) -> dict[str, Any]:
    return bench.post(f"/Conferences/{room}/Participants.json", status, **{"From": OURS, "To": to, **more})


def there(bench: Bench, room: str) -> list[tuple[str, str]]:
    """Return who takes part, or is called to."""
    found = bench.read(f"/Conferences/{room}/Participants.json")["participants"]
    return [(each["call_sid"], each["status"]) for each in found]


@pytest.mark.rule("conference-call", "number-simulated")
def test_two_numbers_are_called_into_a_conference_that_is_made_for_them(bench: Bench) -> None:
    bob = call_in(
        bench, Label="bob", Muted="true", EndConferenceOnExit="true", StartConferenceOnEnter="false"
    )
    room, sid = bob["conference_sid"], bob["call_sid"]
    assert bob == bob | {
        "account_sid": ACCOUNT, "label": "bob", "muted": True, "hold": False, "coaching": False,
        "call_sid_to_coach": None, "end_conference_on_exit": True, "start_conference_on_enter": False,
        "status": "queued", "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Conferences/{room}/Participants/{sid}.json",
    }  # fmt: skip
    conference = bench.read(f"/Conferences/{room}.json")
    assert (conference["friendly_name"], conference["status"]) == ("Room", "init")
    assert there(bench, room) == there(bench, "Room") == [(sid, "ringing")]
    bench.wait(2.0)
    assert there(bench, room) == [(sid, "connected")]
    carl = call_in(bench, CARL, room)
    assert carl["conference_sid"] == room
    bench.wait(2.0)
    assert there(bench, room) == [(sid, "connected"), (carl["call_sid"], "connected")]
    assert bench.read(f"/Conferences/{room}.json")["status"] == "in-progress"
    rooms = [each.room for each in bench.media if isinstance(each, OpenRoom)]
    assert len(rooms) == 1
    assert any(isinstance(each, Patch) and each.source == carl["call_sid"] for each in bench.media)
    call = bench.read(f"/Calls/{sid}.json")
    assert (call["direction"], call["to"], call["from"], call["status"]) == (
        "outbound-api",
        BOB,
        OURS,
        "in-progress",
    )
    bench.post(f"/Calls/{sid}.json", 200, Status="completed")
    ended = bench.read(f"/Conferences/{room}.json")
    assert (ended["status"], ended["reason_conference_ended"]) == (
        "completed", "participant-with-end-conference-on-exit-left",
    )  # fmt: skip
    assert there(bench, room) == []


@pytest.mark.rule("conference-call")
def test_a_phone_is_called_by_sip_with_what_it_asks_for(bench: Bench) -> None:
    one = call_in(
        bench, TO, From="reception", SipAuthUsername="cloud", SipAuthPassword="secret", TimeLimit="9"
    )
    bob = Phone(bench, bench.request("INVITE"))
    assert bob.invite.require("from").startswith("<sip:reception@sip.twilio.com>")
    bob.answer()
    assert there(bench, "Room") == [(one["call_sid"], "connected")]
    bench.wait(9.0)
    assert there(bench, one["conference_sid"]) == []


@pytest.mark.rule("conference-call", "conference-callback")
def test_the_call_and_the_conference_have_callbacks_of_their_own(bench: Bench) -> None:
    one = call_in(
        bench, Label="bob", StatusCallback="http://app.test/status", StatusCallbackEvent="initiated answered",
        ConferenceStatusCallback="http://app.test/told", ConferenceStatusCallbackEvent="join leave end",
    )  # fmt: skip
    bench.wait(2.0)
    bench.post(f"/Calls/{one['call_sid']}.json", 200, Status="completed")
    assert [each.parameters["CallStatus"] for each in bench.asked("status")] == ["initiated", "in-progress"]
    told = [each.parameters for each in bench.asked("conference")]
    assert [each["StatusCallbackEvent"] for each in told] == [
        "participant-join",
        "participant-leave",
        "conference-end",
    ]
    assert {each["ConferenceSid"] for each in told} == {one["conference_sid"]}
    assert told[0]["ParticipantLabel"] == "bob"


@pytest.mark.rule("conference-call", "outbound-record")
def test_a_participant_is_recorded_from_its_answer(bench: Bench) -> None:
    one = call_in(bench, Record="true", RecordingChannels="dual")
    bench.wait(2.0)
    (recording,) = bench.read("/Recordings.json")["recordings"]
    assert (recording["call_sid"], recording["channels"]) == (one["call_sid"], 2)


@pytest.mark.rule("conference-call-name", "number-not-answered")
@pytest.mark.parametrize("outcome", ["busy", "fails"])
def test_a_conference_to_which_nobody_comes_is_over(bench: Bench, outcome: str) -> None:
    bench.store.subscribers.define(ACCOUNT, BOB, now=EPOCH, outcome=outcome)
    one = call_in(bench)
    ended = bench.read(f"/Conferences/{one['conference_sid']}.json")
    assert (ended["status"], ended["reason_conference_ended"]) == ("completed", "last-participant-left")
    assert there(bench, one["conference_sid"]) == []
    again = call_in(bench, CARL)
    assert again["conference_sid"] != one["conference_sid"]


@pytest.mark.rule("conference-call-name")
def test_while_one_is_called_the_failure_of_another_does_not_matter(bench: Bench) -> None:
    bench.store.subscribers.define(ACCOUNT, CARL, now=EPOCH, outcome="busy")
    bob = call_in(bench)
    carl = call_in(bench, CARL)
    assert carl["conference_sid"] == bob["conference_sid"]
    assert there(bench, "Room") == [(bob["call_sid"], "ringing")]
    bench.wait(2.0)
    assert there(bench, "Room") == [(bob["call_sid"], "connected")]


@pytest.mark.rule("conference-call-name", "call-canceled")
def test_a_participant_who_is_only_called_can_be_taken_away_and_not_changed(bench: Bench) -> None:
    one = call_in(bench, Label="bob")
    room = one["conference_sid"]
    assert bench.post(f"/Conferences/{room}/Participants/bob.json", 404, Muted="true")["code"] == 20404
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Conferences/{room}/Participants/bob.json"
    login = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert bench.api.handle(RestRequest("DELETE", path, authorization=login), EPOCH).status == 204
    assert bench.read(f"/Calls/{one['call_sid']}.json")["status"] == "canceled"
    assert bench.read(f"/Conferences/{room}.json")["status"] == "completed"


@pytest.mark.rule("conference-call", "conference-refusals")
def test_a_label_that_is_in_use_keeps_a_called_participant_out(bench: Bench) -> None:
    call_in(bench, Label="bob")
    other = call_in(bench, CARL, Label="bob")
    bench.wait(2.0)
    assert [sid for sid, _ in there(bench, "Room")] != [other["call_sid"]]
    assert bench.alerts == [16025]
    assert bench.read(f"/Calls/{other['call_sid']}.json")["status"] == "completed"


@pytest.mark.rule("conference-call")
@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"To": ""}, 400, 21201),
        ({"From": ""}, 400, 21213),
        ({"From": "+15551238888"}, 400, 21210),
        ({"Timeout": "4"}, 400, 21208),
        ({"Label": "a/b"}, 400, 16023),
        ({"Label": "a" * 129}, 400, 16023),
        ({"Muted": "perhaps"}, 400, 20422),
        ({"Beep": "loud"}, 400, 20422),
        ({"MaxParticipants": "251"}, 400, 20422),
        ({"ConferenceStatusCallbackEvent": "join dance"}, 400, 20422),
        ({"ConferenceStatusCallback": "ftp://app.test/"}, 400, 21205),
        ({"WaitUrl": "ftp://app.test/"}, 400, 21205),
        ({"Coaching": "true"}, 400, 16028),
        ({"CallSidToCoach": "nobody"}, 400, 16028),
        ({"MachineDetection": "Enable"}, 501, 0),
        ({"CallerId": "reception"}, 400, 21212),
    ],
)
def test_what_cannot_be_is_refused_and_makes_nothing(
    bench: Bench, form: dict[str, str], status: int, code: int
) -> None:
    assert call_in(bench, status=status, **form)["code"] == code
    assert bench.read("/Conferences.json")["conferences"] == []
    assert bench.read("/Calls.json")["calls"] == []


@pytest.mark.rule("conference-call")
def test_a_sid_has_to_be_of_a_conference_that_goes_on(bench: Bench) -> None:
    assert call_in(bench, room="CF" + "0" * 32, status=404)["code"] == 20404
    bench.store.subscribers.define(ACCOUNT, BOB, now=EPOCH, outcome="busy")
    over = call_in(bench)["conference_sid"]
    assert call_in(bench, room=over, status=400)["code"] == 16022
