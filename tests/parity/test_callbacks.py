"""What the status callback URL is told, in which order, and that it is never in the way."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.entries import Alert, HttpRequested
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.webhooks.http import HttpFailure, HttpRequest, HttpResponse
from tests.unit.twilio.bench import BOTH, LONG, REFUSED, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import Page, page

STATUS = "http://app.test/status"


def calling(make: Make, profile: Profile = DOCUMENTED, answer: Page = None, **settings: Any) -> Caller:
    """Return a caller of a domain with a status URL."""
    bench = make(profile)
    bench.domain(**{"voice_status_callback_url": STATUS, **settings})
    bench.pages["/voice"] = page(LONG)
    if answer is not None:
        bench.pages["/status"] = answer
    return Caller(bench, flow())


def told(bench: Bench) -> list[str]:
    """Return the statuses that the URL was told of."""
    return [ask.parameters["CallStatus"] for ask in bench.asked("status")]


@pytest.mark.rule("callbacks-four", "callback-answered-status", "call-statuses")
def test_the_url_is_notified_of_four_events_in_order(make: Make) -> None:
    alice = calling(make)
    bench = alice.bench
    bench.pages["/voice"] = None
    alice.dial()
    assert told(bench) == ["initiated", "ringing"]
    bench.answer(bench.waiting[0], page(LONG))
    assert told(bench) == ["initiated", "ringing", "in-progress"]
    alice.ack(bench.response(200))
    alice.bye()
    assert told(bench) == ["initiated", "ringing", "in-progress", "completed"]


@pytest.mark.rule("callback-one")
def test_the_live_service_notifies_of_the_end_alone(make: Make) -> None:
    alice = calling(make, OBSERVED)
    alice.talk()
    assert alice.bench.asked("status") == []
    alice.bye()
    assert told(alice.bench) == ["completed"]


@pytest.mark.rule("callback-parameters", "inbound-callback-code")
@BOTH
@pytest.mark.parametrize(
    ("length", "seconds", "minutes"),
    [
        (0.0, "0", "0"),
        (0.2, "1", "1"),
        (4.0, "4", "1"),
        (60.0, "60", "1"),
        (60.5, "61", "2"),
        (3600.0, "3600", "60"),
    ],
)
def test_the_last_callback_carries_the_length_of_the_call(
    make: Make, profile: Profile, length: float, seconds: str, minutes: str
) -> None:
    alice = calling(make, profile)
    bench = alice.bench
    bench.wait(1000.0)
    alice.talk(("X-Order", "7"))
    bench.wait(length)
    alice.bye()
    asks = bench.asked("status")
    last = asks[-1].parameters
    voice = bench.asked("voice")[0].parameters
    assert {name: value for name, value in last.items() if voice.get(name) != value} == {
        "CallStatus": "completed",
        "CallDuration": seconds,
        "Duration": minutes,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(len(asks) - 1),
        "Timestamp": {
            0.0: "Thu, 01 Jan 2026 00:16:40 +0000", 0.2: "Thu, 01 Jan 2026 00:16:40 +0000",
            4.0: "Thu, 01 Jan 2026 00:16:44 +0000", 60.0: "Thu, 01 Jan 2026 00:17:40 +0000",
            60.5: "Thu, 01 Jan 2026 00:17:40 +0000", 3600.0: "Thu, 01 Jan 2026 01:16:40 +0000",
        }[length],
    }  # fmt: skip
    assert voice.keys() <= last.keys()
    assert [ask.parameters["SequenceNumber"] for ask in asks] == [str(number) for number in range(len(asks))]
    assert ["CallDuration" in ask.parameters for ask in asks] == [False] * (len(asks) - 1) + [True]


@pytest.mark.rule("callback-parameters", "callback-never-answered")
def test_a_call_that_was_never_answered_lasted_no_time(make: Make) -> None:
    alice = calling(make)
    alice.bench.pages["/voice"] = page('<Response><Reject reason="busy"/></Response>')
    alice.dial()
    last = alice.bench.asked("status")[-1].parameters
    assert (last["CallStatus"], last["CallDuration"], last["Duration"]) == ("busy", "0", "0")
    assert told(alice.bench) == ["initiated", "ringing", "busy"]


@pytest.mark.rule("callback-parameters")
def test_a_callback_may_be_a_get(make: Make) -> None:
    alice = calling(
        make, OBSERVED, voice_status_callback_method="GET", voice_status_callback_url=STATUS + "?x=1"
    )
    alice.talk()
    alice.bye()
    (ask,) = alice.bench.asked("status")
    assert ask.request.url.startswith("http://app.test/status?x=1&AccountSid=AC")
    assert ask.request.body == b""


FAILURES = {
    "refused": REFUSED,
    "not-found": page("", status=404),
    "broken": page("", status=500),
    "too-large": HttpFailure("too-large", ""),
    "redirected-nowhere": HttpResponse(302),
}


@pytest.mark.rule("callback-failures")
@BOTH
@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES)
def test_a_callback_that_fails_is_a_warning_and_the_next_goes_out(
    make: Make, profile: Profile, answer: HttpFailure | HttpResponse
) -> None:
    alice = calling(make, profile, answer, voice_fallback_url="http://app.test/fallback")
    alice.talk()
    assert alice.bye().status == 200
    count = len(profile.callback_events)
    assert [(each.code, each.level) for each in alice.bench.journal(Alert)] == [(15003, "warning")] * count
    assert alice.bench.asked("fallback") == []
    assert alice.bench.record.status == "completed"


@pytest.mark.rule("callback-failures")
def test_a_slow_callback_delays_neither_the_call_nor_the_order(make: Make) -> None:
    alice = calling(make, answer=lambda _: None)
    bench = alice.bench
    alice.talk()
    alice.bye()
    assert bench.record.status == "completed"
    assert told(bench) == ["initiated"]
    for status in ("ringing", "in-progress", "completed"):
        bench.wait(15.0)
        bench.answer(bench.waiting[0], HttpFailure("timeout", "no answer in time"))
        assert told(bench)[-1] == status
    bench.answer(bench.waiting[0], HttpResponse(204))
    assert bench.alerts == [15003, 15003, 15003]


@pytest.mark.rule("callback-failures")
@pytest.mark.parametrize("body", ["<Response><Hangup/></Response>", "not TwiML", ""])
def test_what_a_callback_answers_is_not_carried_out(make: Make, body: str) -> None:
    alice = calling(make, answer=page(body))
    alice.talk()
    assert alice.bench.emulator.open_calls == 1
    assert alice.bench.alerts == []


@pytest.mark.rule("callback-failures")
def test_a_callback_that_redirects_is_followed(make: Make) -> None:
    def elsewhere(request: HttpRequest) -> HttpResponse:
        return HttpResponse(307, (("Location", "/moved"),))

    alice = calling(make, OBSERVED, elsewhere)
    alice.bench.pages["/moved"] = HttpResponse(204)
    alice.talk()
    alice.bye()
    assert [ask.path for ask in alice.bench.asked("status")] == ["/status", "/moved"]
    assert alice.bench.alerts == []


@pytest.mark.rule("callbacks-four", "callback-one")
@BOTH
def test_a_refused_call_notifies_nobody_and_no_url_gets_nothing(make: Make, profile: Profile) -> None:
    alice = calling(make, profile)
    alice.invite(alice.prove(alice.challenge(), password="wrong"))
    alice.bench.response(403)
    assert alice.bench.asks == []
    quiet = calling(make, profile, voice_status_callback_url=None)
    quiet.talk()
    quiet.bye()
    assert {each.purpose for each in quiet.bench.journal(HttpRequested)} == {"voice"}
