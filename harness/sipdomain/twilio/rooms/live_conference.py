"""One conference that goes on: what happens in it is carried out on the media side, reported, and written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from sipdomain.media.melodies import conference_beep
from sipdomain.media.outputs import (
    CloseRoom,
    OpenRoom,
    Patch,
    PromptFailed,
    PromptReady,
    StartPlayback,
    Unpatch,
)
from sipdomain.twilio.calls.recorder import Recorder
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.voice import Conferences, Member, Voice
from sipdomain.twilio.rooms import conference
from sipdomain.twilio.rooms.announcement import Announcement, RoomVoice
from sipdomain.twilio.rooms.conference import Event, LeaveReason, RefusedError, Way, Wiring
from sipdomain.twilio.rooms.conference_callbacks import ConferenceCallbacks, Subscription
from sipdomain.twilio.rooms.orders import ConferenceOrder, ParticipantOrder
from sipdomain.twilio.store.conferences import ConferenceRecord, ParticipantRecord
from sipdomain.twilio.store.recordings import RecordingWish
from sipdomain.twilio.webhooks.exchange import CallIdentity
from sipdomain.twiml.meeting import Confer
from sipdomain.twiml.program import Crash, Outcome
from sipdomain.voice_entries import CompanyChanged

_MOVES: Final[dict[str, Literal["joined", "left"]]] = {
    "participant-join": "joined",
    "participant-leave": "left",
}


class _Seat(NamedTuple):
    """Who takes part: the call, its activity, and how it wants to."""

    voice: Voice
    member: Member
    want: Confer


@dataclass(frozen=True, slots=True)
class _RecordedRoom:
    """A room, as its recorder sees it: it begins when the room is open, and ends it before the room closes."""

    session: str
    identity: CallIdentity
    over: bool = False
    answered_at: float | None = 0.0


class LiveConference:
    """One conference from its first participant to its end."""

    __slots__ = (
        "_announcement", "_callbacks", "_engine", "_first", "_over", "_recorder", "_room", "_seats", "_wiring",
        "is_open", "record",
    )  # fmt: skip

    def __init__(
        self, engine: Engine, record: ConferenceRecord, first: Voice, want: Confer, conferences: Conferences,
        recorders: dict[str, Recorder], over: Callable[[LiveConference], None],
    ) -> None:  # fmt: skip
        """Begin with nobody.

        Args:
            engine: The engine.
            record: What is known of it.
            first: Who comes first, among whose requests those of the conference are.
            want: What that one wants; its callback is that of the conference.
            conferences: Where conferences are.
            recorders: What is recorded and not finished, by its SID.
            over: Called once, when it is over and before anybody goes on elsewhere.
        """
        self.record = record
        self.is_open = False
        self._engine = engine
        self._over = over
        self._first = want
        self._recorder = Recorder(engine, recorders, _RecordedRoom(record.sid, first.identity))
        self._seats: dict[str, _Seat] = {}
        self._wiring: Wiring = {}
        self._announcement: Announcement | None = None
        self._callbacks = ConferenceCallbacks(engine, record, first.identity, Subscription.of(want))
        self._room = RoomVoice(
            record.sid, first.identity,
            {"ConferenceSid": record.sid, "FriendlyName": record.friendly_name, "AccountSid": record.account_sid},
            conferences, first.queues, first.dialler, first.recorder, first.transcriber,
        )  # fmt: skip

    # --- who comes and goes ------------------------------------------------------------------------------

    def join(self, want: Confer, voice: Voice, member: Member, turn: Turn) -> None:
        """Let a call take part.

        Raises:
            RefusedError: It cannot.
        """
        now, call_sid = self._engine.wall(turn.now), voice.identity.call_sid
        comes = ParticipantRecord(
            conference_sid=self.record.sid,
            call_sid=call_sid, joined_at=now, label=want.label, muted=want.muted, coached=want.coached,
            start_on_enter=want.start_on_enter, end_on_exit=want.end_on_exit, beep_on_enter=want.beep_on_enter,
            beep_on_exit=want.beep_on_exit, updated_at=now,
        )  # fmt: skip
        events = conference.join(self.record, comes, want.most)
        self._seats[call_sid] = _Seat(voice, member, want)
        self._happened(events, turn)
        if conference.hears_waiting_music(self.record, comes):
            member.wait(want.wait_url, want.wait_method, turn, vital=True)

    def leave(self, call_sid: str, way: Way, reason: LeaveReason, turn: Turn) -> None:
        """Take a call out; one that goes by itself is not notified."""
        itself = call_sid if way == "left" else ""
        self._happened(conference.leave(self.record, call_sid, way, reason), turn, itself)

    # --- what the REST API asks --------------------------------------------------------------------------

    def change(self, order: ParticipantOrder, turn: Turn) -> None:
        """Change a participant, let it hear something, or take it out."""
        one, seat = self.record.participants.get(order.call_sid), self._seats.get(order.call_sid)
        if one is None or seat is None:
            return
        if order.leaves:
            self.leave(order.call_sid, "kicked", "participant_updated_via_api", turn)
            return
        try:
            events = conference.change(self.record, order.call_sid, order.change)
        except RefusedError:
            return  # Whom it was to coach has gone since it was asked.
        one.updated_at = self._engine.wall(turn.now)
        self._happened(events, turn)
        for event in events:
            if event.name == "participant-hold":
                seat.member.wait(order.wait_url, order.wait_method, turn, vital=False)
            elif event.name == "participant-unhold" and self.record.status == "init":
                seat.member.wait(seat.want.wait_url, seat.want.wait_method, turn, vital=True)
        if order.announce_url and order.call_sid in self._seats:
            seat.member.announce(order.announce_url, order.announce_method, turn)

    def carry_out(self, order: ConferenceOrder, turn: Turn) -> None:
        """Let all hear a document, or end."""
        if order.ends:
            self._happened(conference.end(self.record), turn)
        elif order.announce_url and self.is_open:
            self._announce(order.announce_url, order.announce_method, turn)

    def _announce(self, url: str, method: str, turn: Turn) -> None:
        self._stop_announcement(turn)

        def ended(outcome: Outcome, turn: Turn) -> None:
            self._announcement = None
            if isinstance(outcome, Crash):
                self._callbacks.announced("announcement-fail", url, outcome.failure.reason, turn)
            else:
                self._callbacks.announced("announcement-end", url, "", turn)

        self._announcement = Announcement(self._engine, self._room, url, method, ended, turn)

    def _stop_announcement(self, turn: Turn) -> None:
        announcement, self._announcement = self._announcement, None
        if announcement is not None:
            announcement.stop(turn)

    def played(self, playback: int, turn: Turn) -> None:
        """Take the end of a playback into the room."""
        if self._announcement is not None:
            self._announcement.played(playback, turn)

    # --- what comes of it --------------------------------------------------------------------------------

    def _happened(self, events: list[Event], turn: Turn, itself: str = "") -> None:
        """Carry events out; who was taken out goes on last, when all else is as it should be."""
        record = self.record
        if events:
            record.updated_at = self._engine.wall(turn.now)
        gone: list[_Seat] = []
        for event in events:
            self._report(event, turn)
            match event:
                case Event("conference-start"):
                    self.is_open = True
                    turn.out.append(OpenRoom(record.sid))
                    self._record(turn)
                case Event("participant-leave", ParticipantRecord() as one):
                    seat = self._seats.pop(one.call_sid)
                    if one.call_sid != itself:
                        gone.append(seat)
                case _:
                    pass
        self._rewire(turn)
        for event in events:
            self._follow(event, turn)
        for seat in gone:
            seat.member.left(record.sid, turn)

    def _follow(self, event: Event, turn: Turn) -> None:
        match event:
            case Event("conference-start"):
                for one in tuple(self.record.participants.values()):
                    if not one.hold:
                        self._seats[one.call_sid].member.stop_waiting(turn)
            case Event("participant-join", ParticipantRecord(beep_on_enter=True)):
                self._beep(turn, enters=True)
            case Event("participant-leave", ParticipantRecord(beep_on_exit=True)):
                self._beep(turn, enters=False)
            case Event("participant-unhold", ParticipantRecord() as one):
                self._seats[one.call_sid].member.stop_waiting(turn)
            case Event("conference-end"):
                self._close(turn)
            case _:
                pass

    def _record(self, turn: Turn) -> None:
        """Record from the start, if the first participant asked for that."""
        want, engine = self._first, self._engine
        recordings = engine.records.recordings
        if not want.record or recordings.is_full:
            return
        wish = RecordingWish(
            trim=want.trim, callback_url=want.recording_callback, callback_method=want.recording_callback_method,
            callback_events=want.recording_events,
        )  # fmt: skip
        record = wish.record(
            sid=engine.ids.new("RE"), account_sid=self.record.account_sid, call_sid=self._room.identity.call_sid,
            created_at=engine.wall(turn.now), source="Conference", conference_sid=self.record.sid,
        )  # fmt: skip
        self._recorder.start(recordings.add(record), turn)

    def _close(self, turn: Turn) -> None:
        self._stop_announcement(turn)
        if self.is_open:
            self._recorder.hung_up(turn)
            self.is_open = False
            turn.out.append(CloseRoom(self.record.sid))
        self._over(self)

    def _report(self, event: Event, turn: Turn) -> None:
        seat = self._seats.get(event.participant.call_sid) if event.participant is not None else None
        self._callbacks.happened(event, seat.voice.status if seat is not None else "", turn)
        if seat is not None and event.name in _MOVES:
            identity = seat.voice.identity
            turn.out.append(
                CompanyChanged(
                    at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, moved=_MOVES[event.name],
                    company="conference", text=self.record.friendly_name, sid=self.record.sid,
                    detail=event.reason or "",
                )
            )  # fmt: skip

    def _rewire(self, turn: Turn) -> None:
        """Patch what differs from how it was."""
        wanted = conference.wiring(self.record)
        for source, sink in self._wiring.keys() - wanted.keys():
            turn.out.append(Unpatch(source, sink))
        for (source, sink), edge in wanted.items():
            if self._wiring.get((source, sink)) != edge:
                turn.out.append(Patch(source, sink, edge))
        self._wiring = wanted

    def _beep(self, turn: Turn, *, enters: bool) -> None:
        if self.record.status != "in-progress":
            return
        beep = conference_beep(enters=enters)

        def ready(event: PromptReady | PromptFailed, turn: Turn) -> None:
            if self.is_open and isinstance(event, PromptReady):
                playback = self._engine.identifiers.new_token()
                turn.out.append(StartPlayback(self.record.sid, playback, beep))

        self._engine.prompts.prepare(beep, ready, turn)
