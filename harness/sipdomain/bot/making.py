"""Calls to a bot: the world that they are made in, all of a round at the same time, and what was seen of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from sipdomain.bot.conversation import Conversation
from sipdomain.bot.seen import CallSeen, Seen
from sipdomain.bot.verdict import Limits
from sipdomain.entries import Alert, Entry
from sipdomain.errors import LocalProtocolError, SetupError
from sipdomain.scenario.course import together
from sipdomain.scenario.given import Given
from sipdomain.scenario.keywords import given_in_words
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.turns import Turn
from sipdomain.scenario.world import Script, Substrate, World
from sipdomain.scenario.worlds import make_world, spec_of
from sipdomain.socket_entries import SocketEnded, SocketMessage, SocketOpen, SocketRequested, StreamEnded
from sipdomain.twilio.configuration.model import ConfigurationError
from sipdomain.voice_entries import Played

MOST_CALLS: Final = 100
"""How many calls there are at a time."""
MOST_OF_ALL: Final = 1000
"""How many calls there are in all."""
VOICE: Final = "/sipdomain-bot"
"""The path of the document that connects a call with a socket."""
_DOMAIN: Final = "bot"
_SCHEMES: Final = ("http", "https", "ws", "wss")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for.

    Attributes:
        url: The bot: a webhook (http:, https:, or a path of `given`), or a socket (ws:, wss:).
        verb: By which verb a socket is connected: "Stream" or "ConversationRelay".
        parameters: Custom parameters of a socket.
        turns: The table.
        calls: How many calls at a time.
        rounds: How often.
        limits: What the bot is held to.
        account: `sid` and `auth_token` of the account that signs; those of development where there are none.
        hosts: Public host names, and the base URL that answers for each.
        speech: Whether words have a voice (live only).
        given: More of what stands below `given:` of a scenario, such as `app` and `bots`.
    """

    url: str
    turns: Sequence[Turn]
    verb: Literal["Stream", "ConversationRelay"] = "Stream"
    parameters: Sequence[tuple[str, str]] = ()
    calls: int = 1
    rounds: int = 1
    limits: Limits = field(default_factory=Limits)
    account: Mapping[str, str] | None = None
    hosts: Mapping[str, str] | None = None
    speech: bool = True
    given: Mapping[str, Any] | None = None

    @property
    def is_socket(self) -> bool:
        """Whether the URL is that of a socket."""
        return urlsplit(self.url).scheme.lower() in {"ws", "wss"}


def document(wishes: Wishes) -> str:
    """Return the TwiML that connects a call with the socket of a bot."""
    inner = "".join(
        f"<Parameter name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in wishes.parameters
    )
    verb, keys = wishes.verb, ' dtmfDetection="true"' if wishes.verb == "ConversationRelay" else ""
    return (
        f"<Response><Connect><{verb} url={quoteattr(wishes.url)}{keys}>{inner}</{verb}></Connect></Response>"
    )


def make(wishes: Wishes, substrate: Substrate = "live") -> World:
    """Return a world that is ready, with a phone for each call of a round.

    Raises:
        SetupError: The URL or a value is refused, or an address cannot be bound.
    """
    try:
        spec = spec_of(
            given_in_words(_given(wishes), Path.cwd()), profile="documented", seed=0, speech=wishes.speech
        )
        return make_world(substrate, replace(spec, hosts=wishes.hosts or {}))
    except (ConfigurationError, ValueError) as error:
        raise SetupError(f"{wishes.url} cannot be called: {error}") from None


def _given(wishes: Wishes) -> dict[str, Any]:
    given: dict[str, Any] = {
        "access_lists": {"here": ["127.0.0.1"]},
        "domains": {_DOMAIN: {"calls": ["here"], "voice": VOICE if wishes.is_socket else wishes.url}},
        "phones": {_phone(number): {"user": _phone(number)} for number in range(wishes.calls)},
        **(wishes.given or {}),
    }
    if wishes.is_socket:
        given["app"] = {**given.get("app", {}), VOICE: {"twiml": document(wishes)}}
    if wishes.account:
        given["account"] = dict(wishes.account)
    return given


def check_url(url: str) -> str:
    """Return the URL of a bot when it can be called.

    Raises:
        SetupError: It cannot.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SetupError(f"{url!r} is not a URL: {error}") from None
    if parts.scheme.lower() not in _SCHEMES or not host:
        raise SetupError(f"{url!r} is not the URL of a bot: it begins with http:, https:, ws: or wss:")
    return url


def _phone(number: int) -> str:
    return f"caller{number + 1}"


def called(
    world: World,
    wishes: Wishes,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Seen:
    """Call the bot, and return what was seen; its sockets are not probed.

    Args:
        world: As `make` returns it.
        wishes: What is asked for.
        stop: Whether to hang up now.
    """
    calls: list[CallSeen] = []
    given = given_in_words(_given(wishes), Path.cwd())
    for _ in range(wishes.rounds):
        if stop():
            break
        calls += _round(world, wishes, given, len(calls), stop)
    return Seen(tuple(calls), tuple(wishes.turns))


def _round(
    world: World, wishes: Wishes, given: Given, before: int, stop: Callable[[], bool]
) -> list[CallSeen]:
    after = world.journal.last_number
    talks = []
    with ExitStack() as kept:
        stage = kept.enter_context(closing(Stage(world, given)))
        for number in range(wishes.calls):
            phone = world.phone(_phone(number))
            try:
                call = phone.dial(f"sip:100@{_DOMAIN}.sip.twilio.com")
            except LocalProtocolError as error:
                raise SetupError(str(error)) from None
            stage.add_call(f"call {number}", call, phone)
            talk = Conversation(
                stage, phone, call, wishes.turns, before + number + 1,
                dead_air=wishes.limits.silence_at_most, stop=stop,
            )  # fmt: skip
            talks.append(kept.enter_context(closing(talk)))

        def script() -> Script[None]:
            yield from together([each.carry_on() for each in talks], world.now)

        world.run(script())
    found = [each.seen for each in talks]
    by_id = {each.call.call_id: each for each in found}
    for _, entry in world.journal.numbered(after):
        seen = by_id.get(getattr(entry, "call_id", ""))
        if seen is not None:
            _take(seen, entry)
    return found


def _take(seen: CallSeen, entry: Entry) -> None:
    match entry:
        case SocketRequested():
            seen.requested.append(entry)
        case SocketOpen():
            seen.opened.add(entry.socket)
        case SocketMessage():
            seen.messages.append(entry)
        case SocketEnded():
            seen.ended.append(entry)
        case StreamEnded():
            seen.streams.append(entry)
        case Played():
            seen.played.append(entry)
        case Alert():
            seen.alerts.append(entry)
        case _:
            pass
