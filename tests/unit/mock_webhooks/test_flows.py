from __future__ import annotations

import io
import wave

import pytest
from werkzeug.test import TestResponse

from mock_webhooks import create_app
from mock_webhooks.flows import FLOWS

XML = "text/xml; charset=utf-8"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def get(url: str) -> TestResponse:
    return create_app(sleep=lambda _: None).test_client().get(url)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("/greeting", "<Say>Hello. Your call has reached the mock webhooks.</Say>"),
        (
            "/menu",
            '<Gather numDigits="1"><Say>Press a key.</Say></Gather><Say>You pressed nothing.</Say>',
        ),
        ("/menu?Digits=7", "<Say>You pressed 7.</Say>"),
        ("/pause-first", '<Pause length="3" /><Say>Thank you for waiting.</Say>'),
        ("/busy", '<Reject reason="busy" />'),
        ("/reject", "<Reject />"),
        ("/hangup", "<Hangup />"),
        ("/redirect", "<Redirect>greeting</Redirect>"),
        ("/redirect/absolute", "<Redirect>http://localhost/greeting</Redirect>"),
        ("/redirect-loop", "<Redirect>/redirect-loop</Redirect>"),
        ("/play", "<Play>/play/tone.wav</Play>"),
        ("/slow", "<Say>Sorry to have kept you waiting.</Say>"),
        ("/fallback", "<Say>Sorry, something went wrong.</Say>"),
        (
            "/fallback?ErrorCode=12100",
            "<Say>Sorry, something went wrong. The error code is 12100.</Say>",
        ),
        ("/echo-parameters?b=%3C1%3E&a=2&b=3", "<Say>b is &lt;1&gt;; a is 2; b is 3</Say>"),
        ("/echo-parameters", "<Say>There are no parameters</Say>"),
        ("/echo-parameters?a=%01", "<Say>a is \ufffd</Say>"),
        (
            "/message?Message[1]=HTTP://x.test/a.wav%3Fb=1%26c=2&Message[0]=Hi+there",
            "<Say>Hi there</Say><Play>HTTP://x.test/a.wav?b=1&amp;c=2</Play>",
        ),
        ("/message?Message=One&Message[5]=Three&Other=x", "<Say>One</Say><Say>Three</Say>"),
    ],
)
def test_a_flow_answers_with_twiml(url: str, body: str) -> None:
    response = get(url)
    assert response.text == f"{HEAD}<Response>{body}</Response>"
    assert (response.status_code, response.headers["Content-Type"]) == (200, XML)


@pytest.mark.parametrize(
    ("url", "status", "content_type", "body"),
    [
        ("/http-500", 500, "text/html; charset=utf-8", "<h1>Internal Server Error</h1>"),
        ("/http-404", 404, "text/html; charset=utf-8", "<h1>Not Found</h1>"),
        ("/invalid-xml", 200, XML, "<Response>\n  <Say>Hello\n</Response>\n"),
        ("/wrong-root", 200, XML, "<Answer><Say>Hello</Say></Answer>\n"),
        ("/wrong-type", 200, "application/json", f"{HEAD}<Response><Say>Hello</Say></Response>"),
        ("/no-content-type", 200, None, f"{HEAD}<Response><Say>Hello</Say></Response>"),
        ("/empty", 200, XML, ""),
        ("/plain-text", 200, "text/plain; charset=utf-8", "These are plain words."),
        ("/status", 204, None, ""),
        ("/message", 200, XML, f"{HEAD}<Response />"),
    ],
)
def test_a_flow_answers_badly_on_purpose(url: str, status: int, content_type: str | None, body: str) -> None:
    response = get(url)
    assert (response.status_code, response.headers.get("Content-Type"), response.text) == (
        status,
        content_type,
        body,
    )


def test_too_large_is_one_byte_too_large_and_otherwise_good() -> None:
    body = get("/too-large").data
    assert len(body) == 65_537
    assert body.rstrip() == f"{HEAD}<Response><Say>Hello</Say></Response>".encode()


def test_http_redirects_to_the_greeting() -> None:
    response = get("/redirect/http")
    assert (response.status_code, response.headers["Location"]) == (302, "/greeting")


def test_the_tone_is_one_second_of_telephone_audio() -> None:
    response = get("/play/tone.wav")
    with wave.open(io.BytesIO(response.data)) as tone:
        assert (tone.getnchannels(), tone.getsampwidth(), tone.getframerate(), tone.getnframes()) == (
            1,
            2,
            8000,
            8000,
        )
    assert response.headers["Content-Type"] == "audio/wav"


def test_parameters_may_come_as_a_form() -> None:
    client = create_app().test_client()
    response = client.post("/message?Message[1]=world", data={"Message[0]": "Hello"})
    assert "<Say>Hello</Say><Say>world</Say>" in response.text


def test_a_cookie_that_comes_back_is_noticed() -> None:
    client = create_app().test_client()
    assert "<Redirect>/cookies?again=yes</Redirect>" in client.post("/cookies").text
    assert "<Say>The cookie came back.</Say>" in client.post("/cookies?again=yes").text


def test_a_lost_cookie_is_noticed() -> None:
    client = create_app().test_client(use_cookies=False)
    assert "<Redirect>" in client.post("/cookies").text
    assert "<Say>The cookie was lost.</Say>" in client.post("/cookies?again=yes").text


@pytest.mark.parametrize(
    ("auth", "status"),
    [(None, 401), (("caller", "Open-Sesame-43"), 401), (("caller", "Open-Sesame-42"), 200)],
)
def test_basic_authentication_is_asked_for(auth: tuple[str, str] | None, status: int) -> None:
    response = create_app().test_client().post("/basic-auth", auth=auth)
    assert response.status_code == status
    assert (response.headers.get("WWW-Authenticate") == 'Basic realm="mock webhooks"') is (status == 401)


def test_every_path_of_every_flow_answers_get_and_post_and_is_on_the_index_page() -> None:
    client = create_app(sleep=lambda _: None).test_client()
    index = client.get("/").text
    paths = [path for flow in FLOWS for path in flow.routes]
    for path in paths:
        assert client.get(path).status_code == client.post(path).status_code != 405
        assert f'<a href="{path}">' in index
    assert len(set(paths)) == len(paths)
