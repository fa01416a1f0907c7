from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_webhooks import create_app
from mock_webhooks.delay import VIRTUAL_TIME
from mock_webhooks.replies import ReplyError

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
XML = "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    ("reply", "status", "content_type", "body"),
    [
        ({"say": "Fish & chips"}, 200, XML, f"{HEAD}<Response><Say>Fish &amp; chips</Say></Response>"),
        (
            {"say": ["One", "Two"], "pause": 3, "play": "/a.wav", "hangup": True},
            200,
            XML,
            (
                f'{HEAD}<Response><Say>One</Say><Say>Two</Say><Pause length="3" />'
                "<Play>/a.wav</Play><Hangup /></Response>"
            ),
        ),
        (
            {"pause": "", "redirect": "/b"},
            200,
            XML,
            f"{HEAD}<Response><Pause /><Redirect>/b</Redirect></Response>",
        ),
        ({"redirect": None}, 200, XML, f"{HEAD}<Response><Redirect /></Response>"),
        ({"reject": "busy"}, 200, XML, f'{HEAD}<Response><Reject reason="busy" /></Response>'),
        ({"reject": True}, 200, XML, f"{HEAD}<Response><Reject /></Response>"),
        ({"hangup": "", "status": "201"}, 201, XML, f"{HEAD}<Response><Hangup /></Response>"),
        ({"twiml": "<Response/>"}, 200, XML, "<Response/>"),
        ({"status": 500}, 500, "text/plain; charset=utf-8", ""),
        ({"body": "hello", "content_type": "text/plain"}, 200, "text/plain", "hello"),
        ({"body": b"hello", "content_type": ""}, 200, None, "hello"),
    ],
)
def test_a_reply_is_sent_as_written(
    reply: dict[str, Any], status: int, content_type: str | None, body: str
) -> None:
    response = create_app(replies={"/voice": reply}).test_client().post("/voice")
    assert (response.status_code, response.headers.get("Content-Type"), response.text) == (
        status,
        content_type,
        body,
    )


def test_a_list_answers_request_after_request_and_the_last_stays() -> None:
    client = create_app(replies={"/seq": [{"say": "One"}, {"status": 500}, {"say": "Three"}]}).test_client()
    assert [client.get("/seq").status_code for _ in range(4)] == [200, 500, 200, 200]
    assert "Three" in client.get("/seq").text


@pytest.mark.parametrize("headers", [{"X-A": "1"}, [["X-A", "1"], ["X-A", "2"]]])
def test_headers_are_a_mapping_or_pairs(headers: Any) -> None:
    client = create_app(replies={"/voice": {"say": "Hi", "headers": headers}}).test_client()
    assert client.get("/voice").headers.getlist("X-A") == [value for _, value in dict_items(headers)]


def dict_items(headers: Any) -> list[tuple[str, str]]:
    return list(headers.items()) if isinstance(headers, dict) else headers


def test_a_delay_is_asked_for() -> None:
    client = create_app(replies={"/voice": {"say": "Hi", "delay": "20"}}).test_client()
    response = client.get("/voice", environ_overrides={VIRTUAL_TIME: True})
    assert response.headers["X-Mock-Delay"] == "20"


def test_a_file_is_read_anew_and_may_go(tmp_path: Path) -> None:
    file = tmp_path / "greeting.xml"
    file.write_text("<Response/>")
    client = create_app(replies={"/voice": {"file": "greeting.xml"}}, twiml_folder=tmp_path).test_client()
    assert (client.get("/voice").text, client.get("/voice").headers["Content-Type"]) == (
        "<Response/>",
        "text/xml",
    )
    file.write_text("<Response><Hangup/></Response>")
    assert client.get("/voice").text == "<Response><Hangup/></Response>"
    file.unlink()
    assert client.get("/voice").status_code == 404


def test_a_scripted_path_goes_before_a_flow_and_the_index() -> None:
    client = create_app(replies={"/greeting": {"say": "Mine"}, "/": {"say": "Root"}}).test_client()
    assert "Mine" in client.get("/greeting").text
    assert "Root" in client.get("/").text


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        ({"voice": {"say": "Hi"}}, "replies: 'voice' is not a path that can be scripted; write it as /voice"),
        (
            {"/v?a=1": {"say": "Hi"}},
            "replies: '/v?a=1' is not a path that can be scripted; write it as /voice",
        ),
        ({"/v": "Hi"}, "replies, /v: 'Hi' is not a mapping such as {'say': 'Hello'}, nor a list of them"),
        ({"/v": []}, "replies, /v: [] is not a mapping such as {'say': 'Hello'}, nor a list of them"),
        ({"/v": [{"say": "Hi"}, 5]}, "replies, /v, reply 2: 5 is not a mapping such as {'say': 'Hello'}"),
        (
            {"/v": {"sing": "Hi"}},
            (
                "replies, /v: sing is unknown; known are say, play, pause, hangup, redirect, reject, "
                "twiml, body, file, status, content_type, headers, delay, when"
            ),
        ),
        ({"/v": {}}, "replies, /v: says nothing; give a verb, twiml, body, file or status"),
        ({"/v": {"delay": 3}}, "replies, /v: says nothing; give a verb, twiml, body, file or status"),
        ({"/v": {"say": "Hi", "twiml": "<a/>"}}, "replies, /v: twiml cannot stand beside say"),
        ({"/v": {"body": "Hi", "twiml": "<a/>"}}, "replies, /v: body cannot stand beside twiml"),
        ({"/v": {"say": {"text": "Hi"}}}, "replies, /v: say must be text, not {'text': 'Hi'}"),
        ({"/v": {"hangup": "now"}}, "replies, /v: hangup takes no value, not 'now'"),
        ({"/v": {"hangup": "yes"}}, "replies, /v: hangup takes no value, not 'yes'"),
        ({"/v": {"pause": "x"}}, "replies, /v: pause is a time in whole seconds, not 'x'"),
        ({"/v": {"pause": 1.5}}, "replies, /v: pause is a time in whole seconds, not 1.5"),
        ({"/v": {"reject": "yes"}}, "replies, /v: reject is `rejected` or `busy`, not 'yes'"),
        ({"/v": {"play": ""}}, "replies, /v: play is a URL or a path, not ''"),
        ({"/v": {"say": "Hi", "content_type": ""}}, "replies, /v: content_type cannot stand beside say"),
        (
            {"/v": {"status": 204, "content_type": "a/b"}},
            "replies, /v: content_type cannot stand beside status alone",
        ),
        ({"/v": {"hangup": False}}, "replies, /v: hangup must be text, not False"),
        ({"/v": {"twiml": 5}}, "replies, /v: twiml must be text, not 5"),
        ({"/v": {"status": 99}}, "replies, /v: status must be a number from 200 to 599, not 99"),
        ({"/v": {"status": "2xx"}}, "replies, /v: status must be a number from 200 to 599, not '2xx'"),
        ({"/v": {"status": 200.5}}, "replies, /v: status must be a number from 200 to 599, not 200.5"),
        ({"/v": {"say": "Hi", "delay": 61}}, "replies, /v: delay must be a number from 0 to 60, not 61"),
        ({"/v": {"say": "Hi", "delay": True}}, "replies, /v: delay must be a number from 0 to 60, not True"),
        ({"/v": {"file": "a.xml"}}, "replies, /v: file needs a TwiML folder, and none was given"),
        ({"/v": {"say": "Hi", "headers": "X"}}, "replies, /v: headers must be a mapping or a list of pairs"),
        (
            {"/v": {"say": "Hi", "headers": {"X": "a\r\nY: b"}}},
            "replies, /v: headers has ('X', 'a\\r\\nY: b'), which is not a name and a text",
        ),
        (
            {"/v": {"say": "Hi", "headers": {"Content-Type": "a/b"}}},
            "replies, /v: headers cannot set Content-Type; content_type does",
        ),
        ({"/v": {"body": "Hi", "content_type": 5}}, 'replies, /v: content_type must be text; "" sends none'),
    ],
)
def test_a_reply_that_is_written_wrongly_is_named(replies: dict[str, Any], message: str) -> None:
    with pytest.raises(ReplyError) as caught:
        create_app(replies=replies)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["absent.xml", "../outside.xml", 5])
def test_a_reply_file_must_be_in_the_folder(tmp_path: Path, name: object) -> None:
    (tmp_path / "outside.xml").write_text("<Response/>")
    folder = tmp_path / "inside"
    folder.mkdir()
    with pytest.raises(ReplyError, match=r"/v: file .* is not in "):
        create_app(replies={"/v": {"file": name}}, twiml_folder=folder)
