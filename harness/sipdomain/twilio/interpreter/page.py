"""One document as it runs: where it came from, how its URLs are asked, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urljoin

from sipdomain.twilio.engine.evidence import alert
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.context import Context
from sipdomain.twilio.webhooks.exchange import Exchange, Fetched, Purpose, ordered
from sipdomain.twiml.program import Nested, Outcome, Parameters, Reason


class Documents(Protocol):
    """Documents that run inside another one, and can be left."""

    def leave(self, reason: Reason, turn: Turn) -> None:
        """Interrupt them for good."""


class Nest(Protocol):
    """Begins documents inside of one; `ended` is called with how the last of them ended."""

    def __call__(
        self, page: Page, want: Nested, ended: Callable[[Outcome, Turn], None], turn: Turn
    ) -> Documents:
        """Begin."""


class Page:
    """One document as it runs.

    Attributes:
        context: What all documents of the call share.
        url: Where it came from, or "" for one that was brought.
        asked: The exchange that brought it, if any.
        reply: What it came as when that was audio, which need not be asked for again.
        sound: The last exchange for an audio file.
    """

    __slots__ = ("_nest", "asked", "context", "reply", "sound", "url")

    def __init__(self, context: Context, nest: Nest, url: str = "", asked: Exchange | None = None) -> None:
        self.context = context
        self._nest = nest
        self.url = url
        self.asked = asked
        self.reply: Fetched | None = None
        self.sound: Exchange | None = None

    def nest(self, want: Nested, ended: Callable[[Outcome, Turn], None], turn: Turn) -> Documents:
        """Begin documents inside this one; `ended` is called with how the last of them ended, unless they are left."""
        return self._nest(self, want, ended, turn)

    def absolute(self, url: str) -> str:
        """Return a URL of the document; one that cannot be read stays as it is, and fails when it is asked."""
        try:
            return urljoin(self.url, url)
        except ValueError:
            return url

    def absolute_or_none(self, url: str) -> str:
        """Return a URL of the document that may be left out: "" stays "", and does not name the document itself."""
        return self.absolute(url) if url else ""

    def warn(self, code: int, level: str, text: str, turn: Turn, about: Exchange | None = None) -> None:
        """Raise an alert about an exchange, by default that of the document."""
        identity, about = self.context.voice.identity, about or self.asked
        alert(identity, code, level, text, turn, token=about.token if about is not None else 0)


def exchange(
    context: Context, purpose: Purpose, method: str, url: str, parameters: Parameters | None
) -> Exchange:
    """Return an exchange that says the call's parameters, and more; without any when they are None."""
    voice, identifiers = context.voice, context.engine.identifiers
    said: Parameters = ()
    if parameters is not None:
        mine = {**voice.parameters, "CallStatus": voice.status}
        if parameters:
            mine.update(parameters)
        said = ordered(mine, voice.sip_headers)
    return Exchange(
        voice.identity,
        purpose,
        method,
        url,
        said,
        new_token=identifiers.new_token,
        idempotency=identifiers.new_uuid(),
    )
