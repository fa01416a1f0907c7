"""The form of each kind of request that an application gets."""

from __future__ import annotations

import re

import pytest

from sipdomain.twilio.fidelity.profile import OBSERVED, Profile
from tests.parity.ordered_calls import ordered
from tests.unit.twilio.bench import ACCOUNT, ACME, BOTH, LONG, REFUSED, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import Ask, page

USUAL = ["User-Agent", "Accept", "X-Twilio-Signature", "I-Twilio-Idempotency-Token"]


def names(ask: Ask) -> list[str]:
    return [name for name, _ in ask.request.headers]


@pytest.mark.rule("webhook-form", "webhook-fields")
@BOTH
def test_a_request_has_these_header_fields_and_no_others(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(voice_method="GET", voice_fallback_url="http://app.test/fallback")
    bench.pages |= {"/voice": REFUSED, "/fallback": page("<Response><Play>/song</Play></Response>")}
    bench.pages["/song"] = page(b"RIFF", "audio/wav")
    Caller(bench, flow()).dial()
    newer = ["Accept-Encoding", "X-Home-Region"] if profile is OBSERVED else []
    voice, _, fallback, song = bench.asks
    assert names(voice) == [*USUAL, *newer]
    assert names(fallback) == [*USUAL, *newer, "Content-Type"]
    assert names(song) == [*USUAL, *newer]
    assert [fallback.header(name) for name in ("User-Agent", "Accept", "Content-Type")] == [
        "TwilioProxy/1.1",
        "*/*",
        "application/x-www-form-urlencoded; charset=UTF-8",
    ]
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", fallback.header(USUAL[3]) or "")


@pytest.mark.rule("idempotency-token", "idempotency-token-kept")
@BOTH
def test_tries_of_one_request_have_one_token_and_another_request_another(
    make: Make, profile: Profile
) -> None:
    bench = make(profile)
    bench.domain(voice_url="http://app.test/voice#rc=2", voice_fallback_url="http://app.test/fallback")
    bench.pages |= {"/voice": REFUSED, "/fallback": page(LONG)}
    Caller(bench, flow()).dial()
    tokens = [ask.header("I-Twilio-Idempotency-Token") for ask in bench.asks]
    assert [ask.path for ask in bench.asks] == ["/voice", "/voice", "/voice", "/fallback"]
    assert tokens[0] == tokens[1] == tokens[2] != tokens[3]


@pytest.mark.rule("edge-sip-domain")
@BOTH
@pytest.mark.parametrize("edge", ["dublin", "us1", "tokyo-ix"])
def test_the_sip_domain_of_a_call_by_an_edge_has_no_edge(make: Make, profile: Profile, edge: str) -> None:
    bench = make(profile)
    domain = bench.domain()
    uri = f"sip:100@acme.sip.{edge}.twilio.com"
    Caller(bench, flow(), to=uri).dial()
    told = bench.asks[0].parameters
    assert (told["SipDomain"], told["SipDomainSid"]) == ("acme.sip.twilio.com", domain.sid)
    assert (told["To"], told["Called"]) == (uri, uri)


@pytest.mark.rule("call-status-of-requests")
@BOTH
def test_a_request_says_whether_the_call_was_answered(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages |= {
        "/voice": page("<Response><Redirect>/early</Redirect></Response>"),
        "/early": page("<Response><Say>Hi</Say><Redirect>/late</Redirect></Response>"),
        "/late": page(LONG),
    }
    Caller(bench, flow()).talk()
    bench.wait(2.0)
    assert [(ask.path, ask.parameters["CallStatus"]) for ask in bench.asks] == [
        ("/voice", "ringing"),
        ("/early", "ringing"),
        ("/late", "in-progress"),
    ]


@pytest.mark.rule("media-without-parameters")
@BOTH
def test_a_media_file_is_asked_for_by_get_without_parameters(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages |= {
        "/voice": page("<Response><Play>song?x=1</Play></Response>"),
        "/song": page(b"RIFF", "audio/wav"),
    }
    Caller(bench, flow()).dial(("X-Order", "7"))
    (ask,) = bench.asked("media")
    assert (ask.request.method, ask.request.url, ask.request.body) == ("GET", "http://app.test/song?x=1", b"")


@pytest.mark.rule("webhook-method")
@BOTH
def test_a_url_is_asked_by_post_unless_get_is_wanted(make: Make, profile: Profile) -> None:
    bench = make(profile)
    made = bench.post("/SIP/Domains.json", 201, DomainName=ACME, VoiceUrl="http://app.test/voice")
    domain = bench.store.domains.find(ACCOUNT, made["sid"])
    assert domain is not None
    bench.map_users(domain, "alice")
    bench.pages |= {
        "/voice": page("<Response><Redirect>/usual</Redirect></Response>"),
        "/usual": page('<Response><Redirect method="GET">/other?x=1</Redirect></Response>'),
        "/other": page(LONG),
    }
    Caller(bench, flow()).dial()
    assert [(ask.request.method, ask.path) for ask in bench.asks] == [
        ("POST", "/voice"),
        ("POST", "/usual"),
        ("GET", "/other"),
    ]
    assert bench.asks[2].request.url.startswith("http://app.test/other?x=1&AccountSid=AC")


@pytest.mark.rule("post-again")
def test_a_document_that_may_be_cached_is_asked_for_again_all_the_same(make: Make) -> None:
    bench = make()
    bench.domain()
    cacheable = (("Cache-Control", "max-age=3600"), ("ETag", '"1"'))
    bench.pages["/voice"] = page(LONG, "text/xml", 200, *cacheable)
    for number in ("call-1", "call-2"):
        Caller(bench, flow(), call_id=number).dial()
    assert [(ask.request.method, ask.header("If-None-Match")) for ask in bench.asks] == [("POST", None)] * 2


@pytest.mark.rule("relative-urls")
@BOTH
@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("next", "http://app.test/ivr/next"),
        ("/next?a=1&amp;b=2", "http://app.test/next?a=1&b=2"),
        ("../next", "http://app.test/next"),
        ("?x=1", "http://app.test/ivr/menu?x=1"),
        ("", "http://app.test/ivr/menu"),
        ("//other.test/next", "http://other.test/next"),
    ],
)
def test_a_url_may_be_relative_to_its_document(make: Make, profile: Profile, target: str, found: str) -> None:
    bench = make(profile)
    bench.domain(voice_url="http://app.test/ivr/menu")
    answers = iter([page(f"<Response><Redirect>{target}</Redirect></Response>"), page(LONG)])
    bench.pages |= dict.fromkeys(("/ivr/menu", "/ivr/next", "/next"), lambda _: next(answers))
    Caller(bench, flow()).dial()
    assert [ask.request.url for ask in bench.asks] == ["http://app.test/ivr/menu", found]


@pytest.mark.rule("relative-urls")
@BOTH
@pytest.mark.parametrize(
    ("target", "alerts"),
    [
        ("/next", [15004]),
        ("next?x=1", [15004]),
        ("", [15004]),
        ("mailto:x", [11100]),
        ("http://app.test/next", []),
    ],
)
def test_a_document_given_by_the_rest_api_has_no_url_to_be_relative_to(
    make: Make, profile: Profile, target: str, alerts: list[int]
) -> None:
    bench = make(profile)
    bench.pages["/next"] = page(LONG)
    _, bob = ordered(bench, Url="", Twiml=f"<Response><Redirect>{target}</Redirect></Response>")
    bob.answer()
    assert bench.alerts == alerts
    assert len(bench.asked("redirect")) == (1 if alerts == [] else 0)
