"""What a document makes of a call, and what happens when it cannot be had or carried out."""

from __future__ import annotations

import pytest

from sipdomain.entries import VerbStarted
from sipdomain.media.outputs import PreparePrompt, SendDtmf
from sipdomain.media.prompts import Speech
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from tests.parity.documents import dialled, heard
from tests.unit.twilio.bench import BOTH, SAY, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page


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
def test_who_rings_long_gets_180_every_minute(make: Make) -> None:
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


@pytest.mark.rule("no-words")
@BOTH
def test_plain_text_without_words_hangs_up_without_an_apology(make: Make, profile: Profile) -> None:
    alice = dialled(make, page("", "text/plain"), profile)
    alice.ack(alice.bench.response(200))
    alice.agree()
    assert heard(alice.bench) == []
    assert (alice.bench.alerts, alice.bench.record.status) == ([], "completed")


@pytest.mark.rule("content-types")
@pytest.mark.parametrize(
    ("content_type", "code"),
    [("application/json", 12300), ("image/png", 12300), ("video/mp4", 12300), (None, 11200), ("", 11200)],
)
def test_other_content_types_fail(make: Make, content_type: str | None, code: int) -> None:
    assert dialled(make, page(SAY, content_type)).bench.alerts == [code]


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
