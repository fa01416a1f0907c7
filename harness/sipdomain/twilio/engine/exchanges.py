"""The URLs that are being asked, each by the token of its HTTP request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.entries import Decision
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.webhooks.exchange import Exchange, FetchFailed, Finished
from sipdomain.twilio.webhooks.http import HttpResponse, HttpResult
from sipdomain.twilio.webhooks.signature_doctor import diagnose

REFUSED: Final = 403
"""The status by which applications refuse a request whose signature they do not accept."""

Answered = Callable[[Finished, Turn], None]
"""Takes the end of an exchange."""


class Exchanges:
    """Exchanges with a customer's URLs that are not over."""

    __slots__ = ("_open", "_settings")

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: dict[int, tuple[Exchange, Answered]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def concern(self, call_id: str) -> bool:
        """Return whether one of them is for a call of this SIP Call-ID."""
        return any(exchange.call_id == call_id for exchange, _ in self._open.values())

    def begin(self, exchange: Exchange, then: Answered, turn: Turn) -> None:
        """Begin an exchange with a URL; `then` takes its end."""
        begun = exchange.begin(turn.now)
        if isinstance(begun, FetchFailed):
            then(begun, turn)
            return
        self._open[exchange.token] = (exchange, then)
        turn.out.extend(begun)

    def fetched(self, token: int, result: HttpResult, turn: Turn) -> None:
        """Take the end of an HTTP request."""
        found = self._open.pop(token, None)
        if found is None:
            return
        exchange, then = found
        outputs, finished = exchange.result(result, turn.now)
        turn.out.extend(outputs)
        # Files to play come from stores that check no signature.
        signed = finished is not None and exchange.purpose != "media"
        if signed and isinstance(result, HttpResponse) and result.status == REFUSED:
            turn.out.append(self._examine(exchange, result, turn))
        if finished is None:
            self._open[exchange.token] = found
        else:
            then(finished, turn)

    def _examine(self, exchange: Exchange, response: HttpResponse, turn: Turn) -> Decision:
        """Say what an application that refuses a request may have hashed in place of what was signed."""
        signed = exchange.signed(self._settings.token_names, self._settings.servers)
        found = diagnose(signed, response.body)
        return Decision(
            at=turn.now, call_id=exchange.call_id, method=signed.method, check="signature", outcome="noted",
            reason="refused-by-the-application", rule="signature", got=found.signed, wanted=found.variants,
            mend=found.change,
        )  # fmt: skip
