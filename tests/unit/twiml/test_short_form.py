"""TwiML written as plain values."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.twiml.short_form import document


@pytest.mark.parametrize(
    ("verbs", "inside"),
    [
        ([], ""),
        ([{"say": "Fish & chips"}, {"hangup": None}], "<Say>Fish &amp; chips</Say><Hangup></Hangup>"),
        ([{"say": ["One", "Two"]}], "<Say>One</Say><Say>Two</Say>"),
        ([{"pause": {"length": 3}}], '<Pause length="3"></Pause>'),
        (
            [{"gather": {"numDigits": "1", "action": "/a?b=1&c", "say": {"text": "Hi", "voice": "alice"}}}],
            '<Gather numDigits="1" action="/a?b=1&amp;c"><Say voice="alice">Hi</Say></Gather>',
        ),
        (
            [{"connect": {"conversationrelay": {"url": "/b", "language": {"code": "sv-SE"}}}}],
            '<Connect><ConversationRelay url="/b"><Language code="sv-SE"></Language></ConversationRelay></Connect>',
        ),
        (
            [{"connect": {"conversationrelay": {"url": "/b", "language": "sv-SE"}}}],
            '<Connect><ConversationRelay url="/b" language="sv-SE"></ConversationRelay></Connect>',
        ),
        ([{"say": {"text": "So ", "emphasis": "very"}}], "<Say>So <emphasis>very</emphasis></Say>"),
    ],
)
def test_verbs_are_written_as_twiml(verbs: list[dict[str, Any]], inside: str) -> None:
    assert document(verbs) == f"<Response>{inside}</Response>"


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        (
            {"shout": "Hi"},
            "`shout` may not stand here; what may is connect, dial, echo, enqueue, gather, hangup, leave, pause, ",
        ),
        (
            {"emphasis": "Hi"},
            "`emphasis` may not stand here; what may is connect, dial, echo, enqueue, gather, ",
        ),
        ({"pause": {"size": 3}}, "<Pause> knows no `size`; it knows length, text"),
        ({"gather": {"hangup": None}}, "<Gather> knows no `hangup`; it knows action, "),
        ({"say": {"text": ["Hi"]}}, "<Say>: ['Hi'] is not text"),
        ({"say": True}, "<Say>: True is not text"),
    ],
)
def test_what_is_not_known_is_refused(verb: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        document([verb])
    assert str(caught.value).startswith(message)
