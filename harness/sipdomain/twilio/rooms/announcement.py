"""A document that all participants of a conference hear: it is carried out on the room, as on a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.conferring import ALLOWED, MISPLACED
from sipdomain.twilio.interpreter.context import Context
from sipdomain.twilio.interpreter.documents import begin_inside
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twilio.interpreter.voice import Conferences, Dialler, Queues, Recorder, Transcriber
from sipdomain.twilio.store.call_records import CallStatus
from sipdomain.twilio.webhooks.exchange import CallIdentity
from sipdomain.twiml.program import Nested, Outcome


@dataclass(frozen=True, slots=True)
class _NoWebhooks:
    """The webhooks of a room: it has none."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"


_NONE: Final = _NoWebhooks()


@dataclass(frozen=True, slots=True)
class RoomVoice:
    """A room, as documents see it.

    Attributes:
        session: Its name.
        identity: What requests need to know of the first participant.
        parameters: What they say.
        conferences: Where conferences are.
        queues: Where queues are; no document in a room may wait in one.
        dialler: Calls others for the first participant; no document in a room does.
        recorder: Who records the first participant; no document in a room may.
        transcriber: Who transcribes the first participant; likewise.
        referrals: None: a room is not a phone.
        sip_headers: None.
        status: The provider's word for a call that is answered.
        answered_at: It always was.
        webhooks: None.
    """

    session: str
    identity: CallIdentity
    parameters: Mapping[str, str]
    conferences: Conferences
    queues: Queues
    dialler: Dialler
    recorder: Recorder
    transcriber: Transcriber
    referrals: None = None
    siprecs: None = None
    sip_headers: tuple[tuple[str, str], ...] = ()
    status: str = "in-progress"
    answered_at: float | None = 0.0
    webhooks: _NoWebhooks = _NONE

    def answer(self, then: Then, turn: Turn) -> None:
        """Go on."""
        then(turn)

    def early(self, then: Then, turn: Turn) -> None:
        """Go on."""
        then(turn)

    def reject(self, reason: str, turn: Turn) -> None:
        """Do nothing: no document that is heard in a room may refuse it."""

    def hang_up(self, turn: Turn, status: CallStatus = "completed") -> None:
        """Do nothing: none may end it."""


class Announcement:
    """One document that is heard in a room."""

    __slots__ = ("_context", "_documents")

    def __init__(
        self, engine: Engine, voice: RoomVoice, url: str, method: str, ended: Callable[[Outcome, Turn], None], turn: Turn,
    ) -> None:  # fmt: skip
        """Ask for it, and carry it out.

        Args:
            engine: The engine.
            voice: The room.
            url: Where it comes from.
            method: How it is asked.
            ended: Called with its end, unless it is stopped before.
            turn: Now, and where outputs go.
        """
        self._context = Context(engine, voice)
        want = Nested(url, method, allowed=ALLOWED, misplaced=MISPLACED)
        self._documents = Page(self._context, begin_inside).nest(want, ended, turn)

    def played(self, playback: int, turn: Turn) -> None:
        """Take the end of a playback."""
        wait = self._context.playbacks.get(playback)
        if wait is not None:
            wait(turn)

    def stop(self, turn: Turn) -> None:
        """Be heard no more."""
        self._documents.leave("stopped", turn)
