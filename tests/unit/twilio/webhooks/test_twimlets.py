"""The message twimlet."""

from __future__ import annotations

import pytest

from sipdomain.twilio.webhooks.twimlets import answer


@pytest.mark.parametrize(
    ("parameters", "verbs"),
    [
        ([], ""),
        (
            [("Message[0]", "Congratulations! You just made your first call with Twilio SIP.")],
            "<Say>Congratulations! You just made your first call with Twilio SIP.</Say>",
        ),
        (
            [("Message[10]", "c"), ("Message[2]", "b"), ("Message[0]", "a")],
            "<Say>a</Say><Say>b</Say><Say>c</Say>",
        ),
        ([("Message[0]", "http://h/a.mp3?x=1&y=2")], "<Play>http://h/a.mp3?x=1&amp;y=2</Play>"),
        ([("Message[0]", "</Say><Hangup/>")], "<Say>&lt;/Say&gt;&lt;Hangup/&gt;</Say>"),
        ([("message[0]", "x"), ("Message[]", "x"), ("Message[-1]", "x"), ("Message", "x")], ""),
    ],
)
def test_the_message_twimlet_says_or_plays_each_message_in_order(
    parameters: list[tuple[str, str]], verbs: str
) -> None:
    response = answer("/message", parameters)
    assert response.status == 200
    assert response.header("content-type") == "text/xml; charset=utf-8"
    expected = f'<?xml version="1.0" encoding="UTF-8"?>\n<Response>{verbs}</Response>'
    assert response.body.decode() == expected


def test_another_twimlet_is_not_found() -> None:
    assert answer("/voicemail", []).status == 404
