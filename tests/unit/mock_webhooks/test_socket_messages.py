"""What the bots that come with us send on a media stream has the form that the provider documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from mock_webhooks.sockets.bot import Send
from mock_webhooks.sockets.talking import Talking

SCHEMAS = Path(__file__).parents[3] / "fixtures" / "streams"
START = json.dumps({"event": "start", "streamSid": f"MZ{'1' * 32}"})
KEY = json.dumps({"event": "dtmf", "streamSid": f"MZ{'1' * 32}", "dtmf": {"digit": "5"}})


def faults(file: str, message: dict[str, object]) -> list[str]:
    validator = Draft202012Validator(json.loads((SCHEMAS / file).read_text("utf-8")))
    return [each.message for each in validator.iter_errors(message)]


@pytest.fixture
def sent() -> dict[str, dict[str, object]]:
    """Return the messages of a bot that talks and falls silent at a key, by their event."""
    bot = Talking(lambda text: text.encode(), {"lines": ["Hello"], "clear_on_key": True})
    actions = [*bot.received(START, 0.0), *bot.received(KEY, 1.0)]
    messages = [json.loads(each.text) for each in actions if isinstance(each, Send)]
    return {each["event"]: each for each in messages}


@pytest.mark.parametrize(
    ("event", "file"),
    [("media", "server-media.json"), ("mark", "server-mark.json"), ("clear", "server-clear.json")],
)
def test_a_message_of_a_bot_has_the_documented_form(
    sent: dict[str, dict[str, object]], event: str, file: str
) -> None:
    assert faults(file, sent[event]) == []
    assert faults(file, sent[event] | {"streamSid": 5}) != []
    assert faults(file, sent[event] | {"more": "is said"}) != []
