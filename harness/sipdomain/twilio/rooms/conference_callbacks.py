"""Callbacks of a conference: what they say, and which of them are wanted.

Source: https://www.twilio.com/docs/voice/twiml/conference#statuscallback
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.twilio.engine.callback_queue import CallbackQueue, timestamp
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.rooms.conference import Event, EventName
from sipdomain.twilio.store.conferences import ConferenceRecord
from sipdomain.twilio.webhooks.exchange import CallIdentity, ordered
from sipdomain.twiml.meeting import Confer

FAILED: Final = 16011
"""The warning about a callback that fails."""
Announced = Literal["announcement-end", "announcement-fail"]
_WANTED: Final[dict[EventName | Announced, str]] = {
    "conference-start": "start", "conference-end": "end", "participant-join": "join", "participant-leave": "leave",
    "participant-mute": "mute", "participant-unmute": "mute", "participant-hold": "hold",
    "participant-unhold": "hold", "participant-modify": "modify", "announcement-end": "announcement",
    "announcement-fail": "announcement",
}  # fmt: skip
"""By the name of an event, by which word `statusCallbackEvent` asks for it."""
_REASONS: Final = {
    "conference-ended-via-api": "Conference ended via API",
    "participant-with-end-conference-on-exit-left": "Participant with endConferenceOnExit=true left",
    "participant-with-end-conference-on-exit-kicked": "Participant with endConferenceOnExit=true was kicked",
    "last-participant-left": "Last participant left",
    "last-participant-kicked": "Last participant was kicked",
}
"""Each reason in words (assumed: the wording is not published)."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is notified of a conference, and of what: as its first participant says.

    Attributes:
        url: Asked, or "".
        method: How.
        events: The words of `statusCallbackEvent`.
    """

    url: str
    method: str
    events: frozenset[str]

    @classmethod
    def of(cls, want: Confer) -> Subscription:
        """Return what a participant asks for."""
        return cls(want.callback, want.callback_method, frozenset(want.events))


class ConferenceCallbacks:
    """Notifies the callback URL of one conference, in order, never in the way of anybody."""

    __slots__ = ("_engine", "_queue", "_record", "_sequence", "_subscription")

    def __init__(
        self, engine: Engine, record: ConferenceRecord, identity: CallIdentity, subscription: Subscription
    ) -> None:
        """Begin with nothing to report.

        Args:
            engine: Where URLs are asked.
            record: The conference.
            identity: What requests need to know of the first participant, among whose they are.
            subscription: What is wanted.
        """
        self._engine = engine
        self._record = record
        self._queue = CallbackQueue(engine, identity, "conference", FAILED)
        self._subscription = subscription
        self._sequence = 1

    def happened(self, event: Event, call_status: str, turn: Turn) -> None:
        """Notify of an event.

        Args:
            event: What happened.
            call_status: The CallStatus of a participant who leaves.
            turn: Now, and where outputs go.
        """
        record, one = self._record, event.participant
        more: dict[str, str] = {}
        if one is not None:
            more = {
                "CallSid": one.call_sid, "Muted": _word(one.muted), "Hold": _word(one.hold),
                "Coaching": _word(bool(one.coached)), "EndConferenceOnExit": _word(one.end_on_exit),
                "StartConferenceOnEnter": _word(one.start_on_enter),
            }  # fmt: skip
            if one.label:
                more["ParticipantLabel"] = one.label
            if one.coached:
                more["CallSidToCoach"] = one.coached
        if event.reason is not None:
            more |= {"ReasonParticipantLeft": event.reason, "ParticipantCallStatus": call_status}
        if event.name == "conference-end" and record.end_reason is not None:
            more |= {"ReasonConferenceEnded": record.end_reason, "Reason": _REASONS[record.end_reason]}
            if record.ended_by:
                more["CallSidEndingConference"] = record.ended_by
            if record.ended_by_label:
                more["ParticipantLabelEndingConference"] = record.ended_by_label
        self._notify(event.name, more, turn)

    def announced(self, name: Announced, url: str, reason: str, turn: Turn) -> None:
        """Notify of the end of an announcement to all."""
        more = {"AnnounceUrl": url}
        if reason:
            more["ReasonAnnouncementFailed"] = reason
        self._notify(name, more, turn)

    def _notify(self, name: EventName | Announced, more: dict[str, str], turn: Turn) -> None:
        wanted, record = self._subscription, self._record
        if not wanted.url or _WANTED[name] not in wanted.events:
            return
        parameters = {
            "ConferenceSid": record.sid, "FriendlyName": record.friendly_name, "AccountSid": record.account_sid,
            "SequenceNumber": str(self._sequence), "StatusCallbackEvent": name,
            "Timestamp": timestamp(int(self._engine.wall(turn.now))), **more,
        }  # fmt: skip
        self._sequence += 1
        self._queue.put(wanted.method, wanted.url, ordered(parameters), turn)


def _word(flag: bool) -> str:  # noqa: FBT001 - one value in, one word out
    return "true" if flag else "false"
