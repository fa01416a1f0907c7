"""Documents that cannot be had, read or carried out: the fallback, the apology, and the end of loops."""

from __future__ import annotations

import pytest

from sipdomain.entries import Alert
from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.webhooks.http import HttpFailure, HttpRequest, HttpResponse
from tests.parity.documents import APOLOGY, FALLBACK, dialled, heard
from tests.unit.twilio.bench import BOTH, LONG, REFUSED, SAY, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import Page, page

FAILURES: dict[str, tuple[Page, int]] = {
    "refused": (REFUSED, 11202),
    "timeout": (HttpFailure("timeout", "no answer in time"), 11205),
    "not-found": (page(SAY, status=404), 11200),
    "broken": (page(SAY, status=500), 11200),
    "invalid-xml": (page("<Response><Say>"), 12100),
    "leading-blank": (page(' <?xml version="1.0"?><Response/>'), 12100),
    "wrong-root": (page("<Twiml/>"), 12102),
    "wrong-version": (page('<Response version="1999-01-01"/>'), 12101),
    "empty": (page(""), 12100),
    "wrong-type": (page(SAY, "application/json"), 12300),
    "no-type": (page(SAY, None), 11200),
    "too-large": (HttpFailure("too-large", "too large"), 11750),
    "too-large-body": (page("x" * 65_537), 11750),
    "a-loop": (HttpResponse(302, (("Location", "/voice"),)), 11215),
    "not-emulated": (page("<Response><Pay/></Response>"), 13750),
}


@pytest.mark.rule("fallback", "document-errors")
@BOTH
@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES)
def test_when_the_document_cannot_be_had_or_read_the_fallback_is_asked(
    make: Make, profile: Profile, answer: Page, code: int
) -> None:
    alice = dialled(make, answer, profile, fallback=page("<Response><Say>Call later</Say></Response>"))
    bench = alice.bench
    (ask,) = bench.asked("fallback")
    assert (ask.parameters["ErrorCode"], ask.parameters["ErrorUrl"]) == (str(code), "http://app.test/voice")
    assert ask.parameters["CallStatus"] == "ringing"
    first = bench.asks[0].parameters
    assert {name: ask.parameters[name] for name in first} == first
    assert bench.alerts == [code]
    assert bench.journal(Alert)[0].level == "error"
    assert heard(bench) == ["Call later"]


@pytest.mark.rule("fallback")
def test_the_fallback_does_not_get_the_password_of_another_url(make: Make) -> None:
    alice = dialled(
        make, HttpResponse(500), fallback=page("<Response/>"), voice_url="http://bob:hidden@app.test/voice"
    )
    (ask,) = alice.bench.asked("fallback")
    assert ask.parameters["ErrorUrl"] == "http://app.test/voice"


@pytest.mark.rule("fallback")
def test_a_verb_that_fails_in_the_call_goes_to_the_fallback_too(make: Make) -> None:
    answer = page("<Response><Say>One</Say><Play>/missing.mp3</Play><Say>never</Say></Response>")
    alice = dialled(make, answer, fallback=page("<Response><Say>Call later</Say></Response>"))
    bench = alice.bench
    alice.ack(bench.response(200))
    bench.wait(2.0)
    (ask,) = bench.asked("fallback")
    assert ask.parameters["ErrorCode"] == "11202"
    assert ask.parameters["ErrorUrl"] == "http://app.test/missing.mp3"
    assert ask.parameters["CallStatus"] == "in-progress"
    assert heard(bench) == ["One", "Call later"]


@pytest.mark.rule("fallback")
@pytest.mark.parametrize(
    ("answer", "code"),
    [(page("words", "text/plain"), 13420), (page("", "audio/mpeg", 404), 11200), (page("x", None), 13420)],
)
def test_a_file_that_is_no_audio_fails(make: Make, answer: HttpResponse, code: int) -> None:
    bench = make()
    bench.domain(voice_fallback_url=FALLBACK)
    bench.pages |= {"/voice": page("<Response><Play>song</Play></Response>"), "/song": answer}
    bench.pages["/fallback"] = page(LONG)
    Caller(bench, flow()).dial()
    (ask,) = bench.asked("fallback")
    assert ask.parameters["ErrorCode"] == str(code)
    assert bench.asked("media")[0].request.body == b""


@pytest.mark.rule("fallback")
def test_a_prompt_that_cannot_be_rendered_fails(make: Make) -> None:
    bench = make()
    bench.domain(voice_fallback_url=FALLBACK)
    bench.speech = None
    bench.pages["/fallback"] = page("<Response><Hangup/></Response>")
    alice = Caller(bench, flow())
    alice.dial()
    assert bench.asked("fallback")[0].parameters["ErrorCode"] == "13420"
    alice.ack(bench.response(200))
    alice.agree()


@pytest.mark.rule("fallback")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_fallback_has_a_method_of_its_own(make: Make, method: str) -> None:
    alice = dialled(make, REFUSED, fallback=page(LONG), voice_fallback_method=method)
    (ask,) = alice.bench.asked("fallback")
    assert ask.request.method == method
    assert ask.parameters["ErrorCode"] == "11202"


@pytest.mark.rule("fallback")
def test_after_a_redirect_of_the_fallback_a_later_failure_asks_it_again(make: Make) -> None:
    redirect = page("<Response><Redirect>/gone</Redirect></Response>")
    answers = iter([redirect, page(LONG)])
    alice = dialled(make, REFUSED, fallback=lambda _: next(answers))
    fallback = alice.bench.asked("fallback")
    assert [ask.parameters["ErrorUrl"] for ask in fallback] == [
        "http://app.test/voice",
        "http://app.test/gone",
    ]
    assert alice.bench.statuses() == [100, 180, 200]


@pytest.mark.rule("error-announcement", "error-announcement-in-sip")
@BOTH
@pytest.mark.parametrize("fallback", [None, REFUSED, page("<Twiml/>"), page(SAY, status=500)])
def test_without_a_working_fallback_the_caller_hears_an_apology(
    make: Make, profile: Profile, fallback: Page
) -> None:
    alice = dialled(make, REFUSED, profile, fallback=fallback)
    bench = alice.bench
    alice.ack(bench.response(200))
    assert heard(bench) == [APOLOGY]
    assert len(bench.asked("fallback")) == (0 if fallback is None else 2 if fallback is REFUSED else 1)
    bench.wait(2.0)
    alice.agree()
    assert bench.record.status == "completed"


@pytest.mark.rule("error-announcement")
def test_an_apology_that_cannot_be_spoken_ends_the_call_all_the_same(make: Make) -> None:
    bench = make()
    bench.domain()
    bench.pages["/voice"] = REFUSED
    bench.speech = None
    alice = Caller(bench, flow())
    alice.dial()
    alice.ack(bench.response(200))
    alice.agree()


@pytest.mark.rule("document-limit")
def test_a_loop_of_redirects_ends_after_a_thousand_documents(make: Make) -> None:
    alice = dialled(make, page("<Response><Redirect/></Response>"), fallback=page(LONG))
    bench = alice.bench
    assert len(bench.asks) == 1000
    assert bench.alerts == [12400]
    alice.ack(bench.response(200))
    assert heard(bench) == [APOLOGY]
    bench.wait(2.0)
    alice.agree()


@pytest.mark.rule("document-limit", "fallback")
def test_a_loop_of_failures_and_fallbacks_ends_too(make: Make) -> None:
    def fallback(request: HttpRequest) -> HttpResponse:
        return page("<Response><Redirect>/voice</Redirect></Response>")

    alice = dialled(make, page("<Twiml/>"), fallback=fallback)
    assert alice.bench.alerts[-1] == 12400
    assert len(alice.bench.asks) == 1000
    assert heard(alice.bench) == [APOLOGY]
