"""The real-time transcriptions of one call: begun, reported to their callback URLs, and stopped.

Source: https://www.twilio.com/docs/voice/twiml/transcription
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final, Literal

from sipdomain.media.hearing import HearingFailed, HearingInput, HearingOver, StartHearing, WordsHeard
from sipdomain.twilio.calls.audible import Audible
from sipdomain.twilio.engine.callback_queue import CallbackQueue
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.evidence import alert
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.store.transcriptions import TranscriptionRecord
from sipdomain.twilio.webhooks.exchange import ordered
from sipdomain.twiml.hearing import Transcribe
from sipdomain.twiml.profanity import filtered
from sipdomain.twiml.tracks import TRACKS

PAUSE: Final = 0.8
"""After how many seconds of silence what was said is final (assumed)."""
UNAVAILABLE: Final = 32655
Event = Literal[
    "transcription-started", "transcription-content", "transcription-stopped", "transcription-error"
]
_PUNCTUATION: Final = str.maketrans("", "", ".,;:!?")


class Transcriber:
    """Carries the transcriptions of a call out, and stops them with it."""

    __slots__ = ("_call", "_engine", "_running")

    def __init__(self, engine: Engine, call: Audible) -> None:
        self._engine = engine
        self._call = call
        self._running: dict[str, _Running] = {}

    def begin(self, wish: Transcribe, turn: Turn, *, ended: Then) -> str | None:
        """Begin a transcription and put it on record, as `twilio.interpreter.voice.Transcriber` describes."""
        engine, sid = self._engine, self._call.identity.call_sid
        transcriptions, call = engine.records.transcriptions, engine.records.find(sid)
        if call is None or not transcriptions.may_begin(sid):
            return None
        at = engine.wall(turn.now)
        record = transcriptions.add(
            TranscriptionRecord(
                sid=engine.ids.new("GT"), account_sid=call.account_sid, call_sid=sid, name=wish.name,
                created_at=at, updated_at=at,
            )
        )  # fmt: skip
        self.start(record, wish, turn, ended)
        return record.sid

    def start(
        self, record: TranscriptionRecord, wish: Transcribe, turn: Turn, ended: Then = lambda _: None
    ) -> None:
        """Begin a transcription that is on record; that of a call that is over is stopped."""
        if self._call.over or self._call.answered_at is None:
            self._engine.records.transcriptions.stop(record.sid, self._engine.wall(turn.now))
            ended(turn)
            return
        running = _Running(self._engine, self._call, record, wish, ended)
        self._running[record.sid] = running
        running.begin(turn)

    def end(self, transcription: str, turn: Turn) -> None:
        """Stop a transcription; harmless when it was stopped."""
        running = self._running.pop(transcription, None)
        if running is not None:
            running.end(turn)

    def hung_up(self, turn: Turn) -> None:
        """The call is over, and with it its transcriptions."""
        for sid in tuple(self._running):
            self.end(sid, turn)


class _Running:
    """A transcription that goes on; what was said until its end is still reported, and then that it is stopped."""

    __slots__ = (
        "_ended",
        "_engine",
        "_failed",
        "_hearings",
        "_identity",
        "_queue",
        "_record",
        "_sequence",
        "_session",
        "_wish",
    )

    def __init__(
        self, engine: Engine, call: Audible, record: TranscriptionRecord, wish: Transcribe, ended: Then
    ) -> None:  # fmt: skip
        self._engine = engine
        self._session = call.session
        self._identity = call.identity
        self._failed = False
        self._record = record
        self._wish = wish
        self._ended = ended
        self._queue = CallbackQueue(engine, call.identity, "transcription")
        self._hearings: dict[int, str] = {}
        self._sequence = 0

    def begin(self, turn: Turn) -> None:
        """Hear both sides, or one."""
        wish = self._wish
        configuration = {
            "profanityFilter": _flag(wish.profanity_filter), "speechModel": wish.model,
            "enableAutomaticPunctuation": _flag(wish.punctuation), "hints": wish.hints,
        }  # fmt: skip
        self._tell(
            "transcription-started", turn, Name=wish.name, Track=wish.track, InboundTrackLabel=wish.inbound_label,
            OutboundTrackLabel=wish.outbound_label, LanguageCode=wish.language, PartialResults=_flag(wish.partials),
            TranscriptionEngine=wish.engine, ProviderConfiguration=_json(configuration),
        )  # fmt: skip
        hints = tuple(each.strip() for each in wish.hints.split(",") if each.strip())
        for side in TRACKS[wish.track]:
            heard = StartHearing(
                self._session, 0, side, pause=PAUSE, partials=wish.partials, hints=hints, language=wish.language
            )  # fmt: skip
            number = self._engine.hearings.begin(heard, "transcription", self._identity, self._heard, turn)
            self._hearings[number] = f"{side}_track"

    def end(self, turn: Turn) -> None:
        """Hear no more."""
        self._engine.records.transcriptions.stop(self._record.sid, self._engine.wall(turn.now))
        for number in tuple(self._hearings):
            self._engine.hearings.end(number, turn)
        self._ended(turn)

    def _heard(self, event: HearingInput, turn: Turn) -> None:
        match event:
            case WordsHeard(text=text) if text:
                self._tell_words(event, turn)
            case HearingFailed(reason=reason):
                self._fail(reason, turn)
            case HearingOver(hearing=number):
                self._hearings.pop(number, None)
                if not self._hearings:
                    self._tell("transcription-stopped", turn)
            case _:
                pass

    def _fail(self, reason: str, turn: Turn) -> None:
        """Say so, once (rule transcription-error)."""
        if not self._failed:
            self._failed = True
            alert(self._identity, UNAVAILABLE, "error", f"the call is not transcribed: {reason}", turn)
            self._tell(
                "transcription-error", turn, TranscriptionErrorCode=str(UNAVAILABLE),
                TranscriptionError="Provider Unavailable",
            )  # fmt: skip

    def _tell_words(self, event: WordsHeard, turn: Turn) -> None:
        wish = self._wish
        text = filtered(event.text) if wish.profanity_filter else event.text
        data: dict[str, object] = {"transcript": text if wish.punctuation else text.translate(_PUNCTUATION)}
        extra = {} if event.final else {"Stability": f"{event.stability:g}"}
        if event.final:
            data["confidence"] = round(event.confidence, 8)
        self._tell(
            "transcription-content", turn, LanguageCode=wish.language, Track=self._hearings[event.hearing],
            Final=_flag(event.final), TranscriptionData=_json(data), **extra,
        )  # fmt: skip

    def _tell(self, event: Event, turn: Turn, **further: str) -> None:
        """Queue the callback for an event (rule transcription-callback)."""
        self._sequence += 1
        record, wish = self._record, self._wish
        if not wish.callback_url:
            return
        at = datetime.fromtimestamp(self._engine.wall(turn.now), UTC)
        parameters = {
            "AccountSid": record.account_sid, "CallSid": record.call_sid, "TranscriptionSid": record.sid,
            "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "SequenceId": str(self._sequence),
            "TranscriptionEvent": event, **further,
        }  # fmt: skip
        self._queue.put(wish.callback_method, wish.callback_url, ordered(parameters), turn)


def _flag(value: bool) -> str:  # noqa: FBT001 - it is the value
    return "true" if value else "false"


def _json(value: dict[str, object] | dict[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
