"""Lets a server talk to the caller in text, until the server or the caller ends that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.context import Context
from sipdomain.twilio.interpreter.keypad import Keypad
from sipdomain.twilio.interpreter.page import Page, exchange
from sipdomain.twilio.interpreter.streaming import socket_url
from sipdomain.twilio.relay.relay import Relay
from sipdomain.twilio.webhooks.exchange import CallIdentity, Finished
from sipdomain.twiml.program import Failed, Reason
from sipdomain.twiml.relay import LastRelay, OpenRelay, Relayed

MOST_DIGITS: Final = 1_000
"""How many keys wait to be pressed; more are left out."""


class RelayLine:
    """The call that a relay talks to."""

    def __init__(self, context: Context) -> None:
        self.playbacks = context.playbacks
        self.stops = context.stops
        self._context = context
        self._keypad = Keypad(context.engine, context.voice.session)
        self._digits = ""
        self._presses = False

    @property
    def session(self) -> str:
        """The name of the media session."""
        return self._context.voice.session

    @property
    def identity(self) -> CallIdentity:
        """What webhooks need to know."""
        return self._context.voice.identity

    def fetch(self, url: str, then: Callable[[Finished, Turn], None], turn: Turn) -> None:
        """Ask for an audio file."""
        self._context.engine.exchanges.begin(exchange(self._context, "media", "GET", url, None), then, turn)

    def press(self, digits: str, turn: Turn) -> None:
        """Press keys after those that wait."""
        self._digits = (self._digits + digits)[:MOST_DIGITS]
        if not self._presses:
            self._next(turn)

    def stop(self) -> None:
        """Press no more."""
        self._keypad.stop()

    def _next(self, turn: Turn) -> None:
        digits, self._digits = self._digits, ""
        self._presses = bool(digits)
        if digits:
            self._keypad.press(digits, self._next, turn)


class Relaying(Activity[OpenRelay]):
    """Relays."""

    __slots__ = ("_line",)

    def __init__(self, page: Page, want: OpenRelay) -> None:
        super().__init__(page, want)
        self._line = RelayLine(page.context)

    def _begin(self, turn: Turn) -> None:
        page, context = self._page, self._page.context
        wish = replace(self._want, url=socket_url(page, self._want.url))
        context.relay = relay = Relay(context.engine, wish, self._line, _setup(context), self._ended)
        relay.begin(turn)

    def _ended(self, relayed: Relayed, turn: Turn) -> None:
        self._line.stop()
        context = self._page.context
        context.relay, context.relayed = None, relayed
        self._end(relayed, turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        relay = self._page.context.relay
        if relay is not None:
            relay.stop("completed" if reason == "hung-up" else "ended", turn)


class RecallingRelay(Activity[LastRelay]):
    """Says how the last relay was."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        self._end(self._page.context.relayed or Failed(12400, "nothing was relayed"), turn)


def _setup(context: Context) -> dict[str, str]:
    """Return what the first message says of the call (rules relay-setup, relay-call)."""
    voice = context.voice
    said = voice.parameters
    is_first = context.documents <= 1 and said.get("Direction") == "inbound"
    return {
        "accountSid": said["AccountSid"], "parentCallSid": said.get("ParentCallSid", ""),
        "callSid": voice.identity.call_sid, "from": said["From"], "to": said["To"],
        "forwardedFrom": said.get("ForwardedFrom", ""), "callType": "SIP", "callerName": said.get("CallerName", ""),
        "direction": said["Direction"], "callStatus": "RINGING" if is_first else voice.status.upper(),
    }  # fmt: skip
