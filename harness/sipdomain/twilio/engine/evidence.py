"""What a call writes into the journal of itself: its status, and alerts."""

from __future__ import annotations

from typing import Protocol

from sipdomain.entries import Alert, CallChanged
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.store.model import Domain
from sipdomain.twilio.webhooks.exchange import CallIdentity


class Noted(Protocol):
    """The call, as the journal sees it."""

    @property
    def identity(self) -> CallIdentity:
        """Its SID and its SIP Call-ID."""

    @property
    def status(self) -> str:
        """The provider's CallStatus."""

    @property
    def domain(self) -> Domain | None:
        """The domain that was called; None for a call of ours."""


def note_status(call: Noted, turn: Turn) -> None:
    """Write down the status of a call."""
    identity, domain = call.identity, call.domain
    turn.out.append(
        CallChanged(
            at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, status=call.status,
            domain=domain.domain_name if domain is not None else "",
        )
    )  # fmt: skip


def alert(identity: CallIdentity, code: int, level: str, text: str, turn: Turn, *, token: int = 0) -> None:
    """Raise an alert about a call, or about the request with this token; its level is "error", else a warning."""
    turn.out.append(
        Alert(
            at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, code=code,
            level="error" if level == "error" else "warning", text=text, token=token,
        )
    )  # fmt: skip
