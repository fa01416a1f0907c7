"""What a webhook's answer may look like on the wire, and how the emulator logs in to it."""

from __future__ import annotations

import pytest

from sipdomain.entries import Alert, HttpAnswered
from sipdomain.media.outputs import StartPlayback
from sipdomain.media.prompts import AudioFile
from sipdomain.report.ladder.words import answered
from sipdomain.sip.digest import Challenge, Credentials, hash_a1, verify
from sipdomain.twilio.fidelity.profile import OBSERVED, Profile
from sipdomain.twilio.webhooks.http import HttpRequest, HttpResponse
from tests.parity.webhooks import VOICE, dialled
from tests.unit.twilio.bench import BOTH, LONG, SAY, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

LOGIN = "http://bob:p%20w%21@app.test/voice"


class Guard:
    """Stands for a web server that wants Digest credentials of bob.

    Attributes:
        nonces: The nonces that it gives, one after another; the last one stays.
        says_stale: Whether it says that a nonce alone was wrong.
        seen: The credentials that came, None for a request without.
    """

    def __init__(self, *nonces: str, password: str = "p w!", says_stale: bool = True) -> None:
        self.nonces = list(nonces)
        self.says_stale = says_stale
        self.seen: list[Credentials | None] = []
        self._ha1 = hash_a1("bob", "app", password)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        text = dict(request.headers).get("Authorization")
        came = Credentials.parse(text) if text else None
        self.seen.append(came)
        if came is not None and came.nonce == self.nonces[0] and verify(self._ha1, request.method, came):
            return page(
                "<Response><Redirect>/more?x=1</Redirect></Response>" if "/voice" in request.url else LONG
            )
        stale = came is not None and came.nonce != self.nonces[0] and self.says_stale
        asked = Challenge("app", self.nonces[0], "op", ("auth",), stale=stale)
        return page("", "text/plain", 401, ("WWW-Authenticate", f'Basic realm="app", {asked}'))


@pytest.mark.rule("webhook-login")
def test_a_digest_login_is_answered_and_kept_for_the_rest_of_the_call(make: Make) -> None:
    guard = Guard("n1")
    bench = dialled(make, LOGIN, voice=guard, more=guard)
    came = [(each.nc, each.uri, each.username) if each else None for each in guard.seen]
    assert came == [None, ("00000001", "/voice", "bob"), ("00000002", "/more?x=1", "bob")]
    assert bench.alerts == []


@pytest.mark.rule("webhook-login")
def test_a_stale_nonce_is_answered_once_more(make: Make) -> None:
    guard = Guard("n1")

    def more(request: HttpRequest) -> HttpResponse:
        guard.nonces = ["n2"]
        return guard(request)

    bench = dialled(make, LOGIN, voice=guard, more=more)
    assert [each.nonce if each else None for each in guard.seen] == [None, "n1", "n1", "n2"]
    assert bench.alerts == []


@pytest.mark.rule("webhook-login")
def test_a_digest_password_that_is_wrong_is_tried_once(make: Make) -> None:
    guard = Guard("n1", password="other")
    bench = dialled(make, LOGIN, voice=guard)
    assert [each is not None for each in guard.seen] == [False, True]
    assert bench.alerts == [11200]


DIGEST = 'Digest realm="app", nonce="n1", qop="auth"'


@pytest.mark.rule("webhook-login")
@pytest.mark.parametrize(
    ("asked", "scheme"),
    [
        ([f'{DIGEST}, Bearer realm="app"'], "Digest"),
        ([f"{DIGEST}, Negotiate"], "Digest"),
        ([f"Negotiate, {DIGEST}"], "Digest"),
        ([f'NTLM, Newauth realm="a", title="Log in to \\"b\\"", {DIGEST}'], "Digest"),
        (['Digest realm="my, basic site", nonce="n,1==", qop="auth"'], "Digest"),
        (['Digest realm = "app" , nonce = "n1"'], "Digest"),
        (['Digest realm="app", nonce="n1", algorithm=SHA-256', DIGEST], "Digest"),
        (['Basic realm="a, digest b"'], "Basic"),
        (["Bearer", "Basic"], "Basic"),
    ],
)
def test_the_challenge_that_can_be_answered_is_found_among_others(
    make: Make, asked: list[str], scheme: str
) -> None:
    def voice(request: HttpRequest) -> HttpResponse:
        if "Authorization" in dict(request.headers):
            return page(LONG)
        return page("", "text/plain", 401, *(("WWW-Authenticate", value) for value in asked))

    bench = dialled(make, LOGIN, voice=voice)
    sent = [(ask.header("Authorization") or "").partition(" ")[0] for ask in bench.asks[:2]]
    assert (sent, bench.alerts) == (["", scheme], [])


@pytest.mark.rule("webhook-login")
@pytest.mark.parametrize(
    ("url", "asked", "said"),
    [
        (LOGIN, ['Bearer realm="app"'], "the server asks for Bearer; a URL's login is Basic, or Digest with"),
        (LOGIN, ["Negotiate", "NTLM"], "the server asks for Negotiate, Ntlm; a URL's login is Basic"),
        (LOGIN, ['Digest realm="a", nonce="n", qop="auth-int"'], "the server asks for Digest; a URL's login"),
        (
            LOGIN,
            ['Digest realm="a", nonce="n", algorithm=SHA-256'],
            "the server asks for Digest; a URL's login",
        ),
        (LOGIN, ['realm="app"'], "the server asks for nothing known; a URL's login is Basic"),
        (LOGIN, ["Basic"], "the server refused the user name and password of the URL"),
        (LOGIN, [], "without WWW-Authenticate, so that no login is tried"),
        (VOICE, ["Basic"], "the server wants a login: write https://USER:PASSWORD@HOST/ into the URL"),
    ],
)
def test_a_401_that_is_not_answered_says_why(make: Make, url: str, asked: list[str], said: str) -> None:
    fields = [("WWW-Authenticate", value) for value in asked]
    bench = dialled(make, url, voice=page("", "text/plain", 401, *fields))
    assert bench.alerts == [11200]
    assert f"HTTP status 401; {said}" in bench.journal(Alert)[0].text


@pytest.mark.rule("webhook-login", "webhook-login-origin")
@pytest.mark.parametrize(
    "target", ["https://app.test/more", "http://app.test:8080/more", "http://other.test/more"]
)
def test_a_login_never_follows_a_redirect_to_another_origin(make: Make, target: str) -> None:
    guard = Guard("n1")

    def voice(request: HttpRequest) -> HttpResponse:
        answer = guard(request)
        return answer if answer.status == 401 else HttpResponse(302, (("Location", target),))

    bench = dialled(make, LOGIN, voice=voice, more=page("", "text/plain", 401, ("WWW-Authenticate", "Basic")))
    assert [(ask.request.url, ask.header("Authorization") is not None) for ask in bench.asks[-2:]] == [
        (LOGIN, True),
        (f"{target}?{bench.asks[-1].request.url.partition('?')[2]}", False),
    ]
    assert bench.alerts == [11200]


@pytest.mark.rule("caller-name")
@BOTH
@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ('"Alice \\"A\\" B" <sip:alice@pbx.example>;tag=a1', 'Alice "A" B'),
        ("<sip:alice@pbx.example>;tag=a1", None),
    ],
)
def test_the_display_name_is_the_caller_name(
    make: Make, profile: Profile, sender: str, name: str | None
) -> None:
    bench = make(profile)
    bench.domain(voice_url=VOICE)
    alice = Caller(bench, flow())
    alice.sender = sender
    alice.dial()
    assert bench.asks[0].parameters.get("CallerName") == (name if profile is OBSERVED else None)


@pytest.mark.rule("webhook-fields")
@BOTH
def test_the_live_service_sends_newer_header_fields(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(voice_url=VOICE)
    Caller(bench, flow()).dial()
    found = [bench.asks[0].header(name) for name in ("Accept-Encoding", "X-Home-Region")]
    assert found == (["gzip", "us1"] if profile is OBSERVED else [None, None])


@pytest.mark.rule("empty-chunks")
@pytest.mark.parametrize(
    ("answer", "alerts"),
    [
        (page("", "text/xml", 200, ("Transfer-Encoding", "chunked")), [11770]),
        (page(SAY, "text/xml", 200, ("Transfer-Encoding", "chunked")), []),
        (page("", "text/xml", 200, ("Content-Length", "0")), [12100]),
    ],
)
def test_a_chunked_answer_without_a_body_is_11770(
    make: Make, answer: HttpResponse, alerts: list[int]
) -> None:
    assert dialled(make, voice=answer).alerts == alerts


@pytest.mark.rule("failure-codes")
@pytest.mark.parametrize(
    ("method", "allow", "hint"),
    [
        (
            "POST",
            "GET, HEAD",
            "HTTP status 405 to POST; set the method of this URL to GET, or let the application take POST",
        ),
        (
            "GET",
            "POST",
            "HTTP status 405 to GET; set the method of this URL to POST, or let the application take GET",
        ),
        ("POST", "PUT", "HTTP status 405 to POST; the server allows PUT"),
    ],
)
def test_a_405_says_which_method_would_do(make: Make, method: str, allow: str, hint: str) -> None:
    bench = dialled(make, method=method, voice=page("", "text/plain", 405, ("Allow", allow)))
    assert bench.alerts == [11200]
    assert hint in bench.journal(Alert)[0].text


CREME = "<Response><Say>Café Crème, s\u2019il vous plaît</Say></Response>".encode()


@pytest.mark.rule("failure-codes")
@pytest.mark.parametrize(
    ("body", "excess", "said"),
    [
        (CREME[:59], 6, "6 bytes more than the Content-Length of 59; a length in characters?"),
        (CREME[:59], 0, "it ends in the middle: is its Content-Length of 59 a length in characters?"),
    ],
    ids=["the rest came with it", "the rest came later"],
)
def test_a_length_in_characters_is_reported(make: Make, body: bytes, excess: int, said: str) -> None:
    answer = HttpResponse(200, (("Content-Type", "text/xml"), ("Content-Length", "59")), body, excess)
    bench = dialled(make, voice=answer)
    assert bench.alerts == [12100]
    assert bench.journal(Alert)[0].text.endswith(f"; {said}")


@pytest.mark.rule("audio-reply", "audio-reply-once")
@pytest.mark.parametrize("size", [4, 200_000])
def test_an_audio_reply_is_played_from_the_reply_and_not_fetched_again(make: Make, size: int) -> None:
    bench = dialled(make, voice=page(bytes(size), "audio/wav"))
    assert [ask.path for ask in bench.asks if ask.path == "/voice"] == ["/voice"]
    assert [each.prompt for each in bench.media if isinstance(each, StartPlayback)] == [
        AudioFile(bytes(size), "audio/wav")
    ]
    (told,) = (each for each in bench.journal(HttpAnswered) if each.purpose == "voice")
    assert (told.size, len(told.body)) == (size, min(size, 65_536))
    assert answered(told) == (f"200 audio/wav, {size} bytes", False)
    assert bench.alerts == []
