"""Calls in virtual time whose audio is streamed to a bot, and what the journal has of that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mock_webhooks.sockets import BOTS
from mock_webhooks.sockets.bot import Bot
from sipdomain.entries import Alert, CallChanged, Entry, HttpRequested, VerbStarted
from sipdomain.media.match import find
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.socket_entries import SocketEnded, SocketMessage, SocketRequested, StreamEnded
from sipdomain.twilio.configuration.model import parse
from sipdomain.voice_entries import Played

CONNECT = '<Response><Connect><Stream url="/bot"/></Connect><Say>After</Say></Response>'
Step = float | tuple[str, str] | Callable[[SimWorld], object]
"""Seconds to wait; a key to press or words to say; or anything else."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a call went.

    Attributes:
        entries: The journal.
        correlation: How well the words looked for were found in what the phone heard.
    """

    entries: Sequence[Entry]
    correlation: float = 0.0


@contextmanager
def known(kind: str, bot: type[Bot]) -> Iterator[None]:
    """Let a world that is made meanwhile have bots of another kind."""
    BOTS[kind] = bot
    try:
        yield
    finally:
        del BOTS[kind]


def world_of(
    bot: Mapping[str, Any], document: str, more: Mapping[str, Any] | None = None, seed: int = 0
) -> SimWorld:
    """Return a world with a bot at /bot, whose PBX hears a document when it calls sip:100@acme.sip.twilio.com."""
    given = {
        "access_lists": {"office": ["127.0.0.10"]},
        "domains": {"acme": {"calls": ["office"], "voice": "/voice"}},
    }
    return SimWorld(
        WorldSpec(
            configuration=parse(given), replies={"/voice": {"twiml": document}, **(more or {})}, bots={"/bot": bot},
            phones={"pbx": PhoneSpec("pbx", "", "127.0.0.10")}, seed=seed, speech=False,
        )
    )  # fmt: skip


def streamed(
    bot: Mapping[str, Any] | None = None, document: str = CONNECT, steps: Iterable[Step] = (3.0,),
    more: Mapping[str, Any] | None = None, seed: int = 0, words: str = "",
) -> Found:  # fmt: skip
    """Return how a call went that hears a document, with a bot at /bot; it is over after a minute at the latest."""
    world = world_of(bot or {"kind": "recorder"}, document, more, seed)
    call = world.phone("pbx").dial("sip:100@acme.sip.twilio.com")

    def script() -> Script[None]:
        yield Until(lambda: call.state == "answered", 10)
        for step in steps:
            match step:
                case float():
                    yield Until(lambda: False, step)
                case ("press", keys):
                    world.phone("pbx").press(call, keys)
                case ("hang up", _):
                    world.phone("pbx").hang_up(call)
                case ("say", said):
                    world.phone("pbx").say(call, said)
                case tuple():
                    raise ValueError(f"{step} is not a step")
                case _:
                    step(world)

    world.run(script())
    heard = find(world.heard(call), world.prompt_samples(words)).correlation if words else 0.0
    world.close()
    return Found(tuple(world.journal), heard)


def of(found: Found, kind: type[Any]) -> list[Any]:
    """Return the entries of a kind."""
    return [each for each in found.entries if isinstance(each, kind)]


def messages(found: Found, lane: str = "out") -> list[dict[str, Any]]:
    """Return the messages in one direction, media left out."""
    return [json.loads(each.text) for each in of(found, SocketMessage) if each.lane == lane]


def events(found: Found) -> list[str]:
    """Return the events of what was sent, media left out."""
    return [each["event"] for each in messages(found)]


def moments(found: Found, event: str, lane: str = "out") -> list[float]:
    """Return when messages of an event went."""
    return [
        each.at
        for each in of(found, SocketMessage)
        if each.lane == lane and json.loads(each.text)["event"] == event
    ]


def alerts(found: Found) -> list[int]:
    """Return the codes of the alerts."""
    return [each.code for each in of(found, Alert)]


def verbs(found: Found) -> list[str]:
    """Return the verbs that were carried out."""
    return [each.verb for each in of(found, VerbStarted)]


def ended(found: Found) -> StreamEnded:
    """Return the one stream that ended."""
    (one,) = of(found, StreamEnded)
    assert isinstance(one, StreamEnded)
    return one


def closed(found: Found) -> SocketEnded:
    """Return the end of the one socket."""
    (one,) = of(found, SocketEnded)
    assert isinstance(one, SocketEnded)
    return one


def requested(found: Found) -> SocketRequested:
    """Return the one handshake."""
    (one,) = of(found, SocketRequested)
    assert isinstance(one, SocketRequested)
    return one


def callbacks(found: Found, purpose: str = "stream") -> list[dict[str, str]]:
    """Return what callbacks said."""
    return [dict(each.parameters) for each in of(found, HttpRequested) if each.purpose == purpose]


def lines(entries: Iterable[Entry]) -> list[str]:
    """Return entries as text, to compare runs."""
    return [repr(each) for each in entries]


def spoken(found: Found) -> list[str]:
    """Return the words that `<Say>` said."""
    return [each.text for each in of(found, Played)]


def statuses(found: Found) -> list[str]:
    """Return the statuses of the call."""
    return [each.status for each in of(found, CallChanged)]
