"""What a document makes of a call, and what happens when it cannot be had or carried out."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.entries import Alert, VerbStarted
from sipdomain.media.outputs import PreparePrompt, SendDtmf, StartPlayback
from sipdomain.media.prompts import AudioFile, Beep, Keys, Speech
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.webhooks.http import HttpFailure, HttpRequest, HttpResponse
from tests.unit.twilio.bench import BOTH, LONG, REFUSED, SAY, Bench, Caller, Make, Page, flow, page

APOLOGY = "We're sorry, an application error has occurred. Goodbye."
FALLBACK = "http://app.test/fallback"


def dialled(
    make: Make, answer: Page, profile: Profile = DOCUMENTED, fallback: Page = None, **settings: Any
) -> Caller:
    """Dial a domain whose voice URL answers like that; return the caller."""
    bench = make(profile)
    if fallback is not None:
        settings["voice_fallback_url"] = FALLBACK
        bench.pages["/fallback"] = fallback
    bench.domain(**settings)
    bench.pages["/voice"] = answer
    alice = Caller(bench, flow())
    alice.dial()
    return alice


def heard(bench: Bench) -> list[str]:
    """Return what was played, in words."""
    words = []
    for output in bench.media:
        if isinstance(output, StartPlayback):
            match output.prompt:
                case Speech(text):
                    words.append(text)
                case AudioFile(data):
                    words.append(data.decode())
                case Keys(digits):
                    words.append(digits)
                case Beep():
                    words.append("beep")
    return words


@pytest.mark.rule("document-end")
@BOTH
def test_after_the_last_verb_the_call_is_hung_up(make: Make, profile: Profile) -> None:
    alice = dialled(make, page("<Response><Say>One</Say><Say>Two</Say></Response>"), profile)
    bench = alice.bench
    alice.ack(bench.response(200))
    bench.wait(3.9)
    assert bench.take() == []
    bench.wait(0.1)
    assert heard(bench) == ["One", "Two"]
    alice.agree()
    assert bench.record.status == "completed"
    assert bench.record.duration == 4
    assert [(each.verb, each.text, each.at) for each in bench.journal(VerbStarted)] == [
        ("Say", "One", 0.0),
        ("Say", "Two", 2.0),
    ]


@pytest.mark.rule("document-end")
def test_an_empty_document_answers_and_hangs_up(make: Make) -> None:
    alice = dialled(make, page("<Response/>"))
    alice.ack(alice.bench.response(200))
    alice.agree()


@pytest.mark.rule("bye-form", "server-names")
@BOTH
def test_the_bye_is_written_like_this(make: Make, profile: Profile) -> None:
    alice = dialled(make, page("<Response/>"), profile)
    answered = alice.bench.response(200)
    alice.ack(answered)
    bye = alice.bench.request("BYE")
    assert bye.target == "sip:alice@127.0.0.10:5070"
    assert [(name, value) for name, value in bye.headers if name not in {"Via", "Content-Length"}] == [
        ("Max-Forwards", "70"),
        ("From", f"<sip:100@acme.sip.twilio.com>;tag={alice.tag}"),
        ("To", "<sip:alice@127.0.0.10>;tag=a1"),
        ("Call-ID", "call-1"),
        ("CSeq", "1 BYE"),
        ("User-Agent", "Twilio Gateway"),
        ("Reason", 'Q.850;cause=16;text="Normal call clearing"'),
        ("X-Twilio-CallSid", answered.require("x-twilio-callsid")),
    ]
    assert bye.via.sent_by == "127.0.0.1:5060"
    assert bye.via.parameters.keys() == {"branch", "rport"}


@pytest.mark.rule("reject-603")
@pytest.mark.parametrize(
    ("verb", "status", "word"),
    [
        ("<Reject/>", 603, "no-answer"),
        ('<Reject reason="busy"/>', 486, "busy"),
        ('<Reject reason="x"/>', 603, "no-answer"),
    ],
)
def test_a_leading_reject_refuses_the_call(make: Make, verb: str, status: int, word: str) -> None:
    alice = dialled(make, page(f"<Response>{verb}<Say>never</Say></Response>"), DOCUMENTED)
    assert alice.bench.statuses() == [100, 180, status]
    assert alice.bench.record.status == word
    assert heard(alice.bench) == []


@pytest.mark.rule("reject-404")
@pytest.mark.parametrize(
    ("verb", "status", "reason", "word"),
    [("<Reject/>", 404, "Not Found", "no-answer"), ('<Reject reason="busy"/>', 486, "Busy Here", "busy")],
)
def test_the_live_service_rejects_with_404(
    make: Make, verb: str, status: int, reason: str, word: str
) -> None:
    alice = dialled(make, page(f"<Response>{verb}</Response>"), OBSERVED)
    assert alice.bench.response(status).reason == reason
    assert alice.bench.record.status == word


@pytest.mark.rule("redirect-keeps-ringing")
@BOTH
def test_a_leading_redirect_rings_on_and_the_next_document_decides(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages |= {
        "/voice": page("<Response><Redirect>next?a=1&amp;b=2</Redirect></Response>"),
        "/next": None,
    }
    alice = Caller(bench, flow())
    alice.dial()
    assert bench.statuses() == [100, 180]
    (ask,) = bench.waiting
    assert ask.request.url == "http://app.test/next?a=1&b=2"
    assert ask.parameters["CallStatus"] == "ringing"
    bench.answer(ask, page("<Response><Reject/></Response>"))
    assert bench.statuses() == [profile.reject_status]


@pytest.mark.rule("pause-first")
@BOTH
def test_a_leading_pause_lets_it_ring(make: Make, profile: Profile) -> None:
    alice = dialled(make, page('<Response><Pause length="10"/><Say>Hi</Say></Response>'), profile)
    bench = alice.bench
    assert bench.statuses() == [100, 180]
    bench.wait(9.9)
    assert bench.take() == []
    bench.wait(0.1)
    assert bench.statuses() == [200]


@pytest.mark.rule("pause-first")
def test_who_rings_long_is_told_every_minute_that_it_still_rings(make: Make) -> None:
    alice = dialled(make, page('<Response><Pause length="150"/><Reject/></Response>'))
    alice.bench.wait(149.0)
    assert alice.bench.statuses() == [100, 180, 180, 180]


@pytest.mark.rule("hangup-answers")
@BOTH
def test_a_leading_hangup_answers_and_ends_the_call(make: Make, profile: Profile) -> None:
    alice = dialled(make, page("<Response><Hangup/></Response>"), profile)
    alice.ack(alice.bench.response(200))
    alice.agree()
    assert alice.bench.record.status == "completed"


@pytest.mark.rule("content-types")
@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/xml", SAY, ["Welcome"]),
        ("application/xml; charset=utf-8", SAY, ["Welcome"]),
        ("TEXT/HTML", SAY, ["Welcome"]),
        ("text/plain", SAY, ["Welcome"]),
        ("text/plain", "Hello, it is ten o'clock", ["Hello, it is ten o'clock"]),
        ("audio/mpeg", "ID3", ["ID3"]),
        ("audio/x-wav", "RIFF", ["RIFF"]),
    ],
)
def test_the_content_type_says_what_a_reply_is(
    make: Make, content_type: str, body: str, expected: list[str]
) -> None:
    alice = dialled(make, page(body, content_type))
    assert heard(alice.bench) == expected
    assert alice.bench.alerts == []


@pytest.mark.rule("content-types")
@pytest.mark.parametrize(
    ("content_type", "code"),
    [("application/json", 12300), ("image/png", 12300), ("video/mp4", 12300), (None, 11200), ("", 11200)],
)
def test_other_content_types_fail(make: Make, content_type: str | None, code: int) -> None:
    assert dialled(make, page(SAY, content_type)).bench.alerts == [code]


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
def test_the_fallback_is_not_told_the_password_of_another_url(make: Make) -> None:
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


@pytest.mark.rule("content-types")
def test_a_prompt_is_rendered_once_for_each_time_it_is_heard(make: Make) -> None:
    alice = dialled(make, page('<Response><Say loop="2">Hi</Say></Response>'))
    alice.ack(alice.bench.response(200))
    alice.bench.wait(6.0)
    prepared = [each.prompt for each in alice.bench.media if isinstance(each, PreparePrompt)]
    assert prepared == [Speech("Hi"), Speech("Hi")]
    assert heard(alice.bench) == ["Hi", "Hi"]
    alice.agree()


@pytest.mark.rule("play-digits")
@BOTH
def test_digits_are_pressed_one_after_another_with_their_waits(make: Make, profile: Profile) -> None:
    alice = dialled(make, page('<Response><Play digits="1wW#" loop="2"/><Say>Hi</Say></Response>'), profile)
    bench = alice.bench
    alice.ack(bench.response(200))
    seen = []
    for _ in range(40):
        seen += [(round(bench.now, 1), each.keys) for each in bench.media if isinstance(each, SendDtmf)]
        bench.media = [each for each in bench.media if not isinstance(each, SendDtmf)]
        bench.wait(0.1)
    assert seen == [(0.0, "1"), (1.7, "#"), (1.9, "1"), (3.6, "#")]
    assert heard(bench) == ["Hi"]


@pytest.mark.rule("play-digits")
def test_no_digit_is_pressed_after_the_caller_hung_up(make: Make) -> None:
    alice = dialled(make, page('<Response><Play digits="1wwwwww2"/></Response>'))
    alice.ack(alice.bench.response(200))
    alice.bye()
    alice.bench.wait(10.0)
    assert [each.keys for each in alice.bench.media if isinstance(each, SendDtmf)] == ["1"]


@pytest.mark.rule("reject-late")
@BOTH
@pytest.mark.parametrize("reason", ["busy", "rejected"])
def test_a_rejection_after_the_answer_hangs_up(make: Make, profile: Profile, reason: str) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages |= {
        "/voice": page("<Response><Say>Hi</Say><Redirect>/late</Redirect></Response>"),
        "/late": page(f'<Response><Reject reason="{reason}"/></Response>'),
    }
    alice = Caller(bench, flow())
    alice.talk()
    bench.wait(2.0)
    alice.agree()
    assert bench.record.status == "completed"
