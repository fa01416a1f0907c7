"""Calls that a bot talks to over a ConversationRelay: in virtual time, or with a bench in place of the bot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_webhooks.sockets.bot import Send
from mock_webhooks.sockets.relay import RelayBot
from sipdomain.twilio.webhooks.socket import OpenSocket, SendText, SocketOpened, TextReceived
from sipdomain.voice_entries import Played
from tests.parity.documents import dialled
from tests.parity.streaming import Found, Step, callbacks, known, messages, of, streamed
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Make
from tests.unit.twilio.pages import page

LONG = (
    "These are all the terms and conditions that apply to you and your family. There are many more of them."
)
ACTION = 'action="/after"'
AFTER = {"/after": {"twiml": "<Response><Say>Over</Say></Response>"}}
"""What the action answers."""


class Script(RelayBot):
    """Sends `messages` after the setup: each with the seconds after which, and as it is when it is `raw`."""

    known = frozenset({"messages"})

    def begins(self) -> Iterator[Any]:
        for message in self.options["messages"]:
            fields = {key: value for key, value in message.items() if key != "after"}
            after = float(message.get("after", 0.0))
            yield Send(fields["raw"], after) if "raw" in fields else self.sends(fields, after)


def sending(*said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a bot that sends messages after the setup."""
    return {"kind": "script", "messages": [dict(each) for each in said]}


def saying(*said: str | dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a bot that says the first line at once, and the next when the caller says something."""
    return {"kind": "relay-lines", "lines": list(said), "first": True, **more}


def document(
    attributes: str = "", inside: str = "", connect: str = "", after: str = "<Say>After</Say>"
) -> str:
    """Return a document that connects to the bot at /bot."""
    noun = f'<ConversationRelay url="/bot" {attributes}>{inside}</ConversationRelay>'
    return f"<Response><Connect {connect}>{noun}</Connect>{after}</Response>"


def relayed(
    bot: Mapping[str, Any] | None = None, text: str = "", steps: Iterable[Step] = (3.0,),
    more: Mapping[str, Any] | None = None, seed: int = 0,
) -> Found:  # fmt: skip
    """Return how a call went that hears a document; the bot echoes when none is given."""
    with known("script", Script):
        return streamed(bot or {"kind": "relay-echo"}, text or document(), steps, more, seed)


def sent(found: Found, kind: str = "") -> list[dict[str, Any]]:
    """Return the messages to the bot, or those of a type."""
    return [each for each in messages(found) if kind in {"", each["type"]}]


def types(found: Found) -> list[str]:
    """Return the types of the messages to the bot."""
    return [each["type"] for each in sent(found)]


def asked(found: Found) -> dict[str, str]:
    """Return what the action was told."""
    (said,) = callbacks(found, "action")
    return said


def heard(found: Found) -> list[str]:
    """Return what was played to the caller to its end."""
    return [each.text for each in of(found, Played) if each.whole]


class RelayBench:
    """A call on a bench whose relay is open, with the test in place of the bot."""

    def __init__(self, make: Make, attributes: str = "", **settings: Any) -> None:
        def made(*given: Any) -> Bench:
            return make(*given, **settings)

        alice = dialled(made, page(document(attributes)), voice_url="https://app.test/voice")
        self.bench: Bench = alice.bench
        alice.ack(self.bench.response(200))
        (opened,) = (each for each in self.bench.sockets if isinstance(each, OpenSocket))
        self.socket = opened.socket
        self.bench.carry(self.bench.emulator.socket(SocketOpened(self.socket), self.bench.now))

    def send(self, **message: Any) -> None:
        """Let the server send a message."""
        event = TextReceived(self.socket, json.dumps(message))
        self.bench.carry(self.bench.emulator.socket(event, self.bench.now))

    @property
    def came(self) -> list[dict[str, Any]]:
        """What the server was sent."""
        return [json.loads(each.text) for each in self.bench.sockets if isinstance(each, SendText)]
