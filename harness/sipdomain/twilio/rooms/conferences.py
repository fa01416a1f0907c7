"""All conferences that go on, by SID, by the call that is in them, and by account and name."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.calls.recorder import Recorder
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.voice import Member, Voice
from sipdomain.twilio.rooms.conference import LeaveReason, RefusedError
from sipdomain.twilio.rooms.live_conference import LiveConference
from sipdomain.twilio.rooms.orders import ConferenceOrder, ParticipantOrder
from sipdomain.twilio.store.conferences import ConferenceRecord
from sipdomain.twiml.meeting import Confer
from sipdomain.twiml.program import Failed, Reason

MOST: Final = 1_000
"""How many conferences there may be at once, as many as the media side has rooms; one more is refused with 16021."""


class Conferences:
    """The conferences of one emulator."""

    __slots__ = ("_engine", "_expected", "_live", "_named", "_of_call", "_recorders")

    def __init__(self, engine: Engine, recorders: dict[str, Recorder]) -> None:
        """Begin with none; what is recorded of them and not finished stands in `recorders`, by its SID."""
        self._engine = engine
        self._recorders = recorders
        self._live: dict[str, LiveConference] = {}
        self._named: dict[tuple[str, str], LiveConference] = {}
        self._of_call: dict[str, LiveConference] = {}
        self._expected: dict[str, ConferenceRecord] = {}

    def __len__(self) -> int:
        awaited = {each.sid for each in self._expected.values()}
        return len(self._live.keys() | awaited | {each.record.sid for each in self._of_call.values()})

    # --- calls -------------------------------------------------------------------------------------------

    def join(self, want: Confer, voice: Voice, member: Member, turn: Turn) -> Failed | None:
        """Let a call take part in the conference of its account that has this name; the first one makes it."""
        account_sid, call_sid = voice.parameters["AccountSid"], voice.identity.call_sid
        found = self._named.get((account_sid, want.name))
        if found is None:
            if want.coached:
                return Failed(13240, f"{want.coached[:40]!r}, who is to be coached, is not in the conference")
            if len(self._live) >= MOST:
                return Failed(16021, f"there are {MOST} conferences already")
            found = self._begin(account_sid, want, voice, turn)
        self._of_call[call_sid] = found
        try:
            found.join(want, voice, member, turn)
        except RefusedError as error:
            del self._of_call[call_sid]
            return Failed(error.code, str(error))
        self._arrived(call_sid)
        return None

    def expect(self, call_sid: str, conference_sid: str) -> None:
        """Expect a call that is made for a conference, which may have nobody in it yet."""
        record = self._engine.records.conferences.find(conference_sid)
        if record is not None:
            self._expected[call_sid] = record

    def _arrived(self, call_sid: str) -> ConferenceRecord | None:
        """Expect a call no more; return the conference that it was made for, if any."""
        record = self._expected.pop(call_sid, None)
        if record is not None:
            record.called.pop(call_sid, None)
        return record

    def _begin(self, account_sid: str, want: Confer, voice: Voice, turn: Turn) -> LiveConference:
        engine, now = self._engine, self._engine.wall(turn.now)
        # A call that was made for it may have given it its SID before.
        record = engine.records.conferences.named(account_sid, want.name) or engine.records.conferences.add(
            ConferenceRecord(
                sid=engine.ids.new("CF"), account_sid=account_sid, friendly_name=want.name, created_at=now,
                updated_at=now,
            )
        )  # fmt: skip
        made = LiveConference(engine, record, voice, want, self, self._recorders, self._over)
        self._live[record.sid] = self._named[account_sid, want.name] = made
        return made

    def leave(self, call_sid: str, reason: Reason, turn: Turn) -> None:
        """Take a call out that goes by itself; a conference that nobody comes to any more is over."""
        record = self._arrived(call_sid)
        if (
            record is not None
            and record.sid not in self._live
            and not record.called
            and record.status == "init"
        ):
            record.status, record.end_reason = "completed", "last-participant-left"
            record.updated_at = self._engine.wall(turn.now)
            self._engine.records.conferences.finish(record.sid)
        found = self._of_call.pop(call_sid, None)
        if found is not None:
            why: LeaveReason = (
                "participant_updated_via_api" if reason == "redirected" else "participant_hung_up"
            )
            found.leave(call_sid, "left", why, turn)

    def _over(self, conference: LiveConference) -> None:
        record = conference.record
        del self._live[record.sid]
        del self._named[record.account_sid, record.friendly_name]
        for call_sid in [sid for sid, each in self._of_call.items() if each is conference]:
            del self._of_call[call_sid]
        self._engine.records.conferences.finish(record.sid)

    # --- the REST API and the media side -----------------------------------------------------------------

    def change(self, order: ConferenceOrder, turn: Turn) -> None:
        """Change a conference; nothing when it is over."""
        found = self._live.get(order.sid)
        if found is not None:
            found.carry_out(order, turn)

    def change_participant(self, order: ParticipantOrder, turn: Turn) -> None:
        """Change a participant; nothing when it is gone."""
        found = self._live.get(order.sid)
        if found is not None:
            if order.leaves and self._of_call.get(order.call_sid) is found:
                del self._of_call[order.call_sid]
            found.change(order, turn)

    def played(self, room: str, playback: int, turn: Turn) -> None:
        """Take the end of a playback into a room."""
        found = self._live.get(room)
        if found is not None:
            found.played(playback, turn)
