"""A call of ours, whatever it reaches: it is ordered, rings, is answered or not, and presses keys and is recorded then."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from sipdomain.media.outputs import MediaSilent
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.outputs import Flow
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.calls.family import note_began, parent_parameters
from sipdomain.twilio.calls.leg import Leg, Service
from sipdomain.twilio.calls.orders import CallOrder, CallUpdate
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.keypad import Keypad
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twiml.program import Continue, Outcome, Parameters


class OriginatedCall(Leg):
    """A call of ours, from its order to its end."""

    def __init__(
        self, service: Service, record: CallRecord, order: CallOrder, *, flow: Flow, dialog: Dialog,
        parameters: Mapping[str, str], secure: bool = False, behind_nat: bool = False, turn: Turn,
        owner: Owner | None = None,
    ) -> None:  # fmt: skip
        """Take an order up; `begin` carries it out. A leg of another call has an owner, who has it dialled."""
        super().__init__(
            service, record, flow=flow, dialog=dialog, webhooks=order.webhooks,
            parameters={**parameters, **parent_parameters(record)}, secure=secure, behind_nat=behind_nat,
        )  # fmt: skip
        self._order = order
        self._owner = owner
        self.source = ""
        if order.time_limit is not None:
            self._limit_to(order.time_limit, turn)
        self._no_answer: Alarm[Then] | None = None
        self._keypad = Keypad(self._engine, self.session)

    # --- until it is answered ----------------------------------------------------------------------------

    def begin(self, turn: Turn) -> None:
        """Call; end at once when there is nowhere to call, or too much to do."""
        calls = self._calls
        full = not calls.shares.allows(self.source)
        calls.enter(self)
        note_began(self.record, turn)
        if self._order.conference:
            self.conferences.expect(self.record.sid, self._order.conference)
        if self.webhooks.url and self.webhooks.twiml:
            self._alert(32019, "warning", "Twiml and Voice URL are both set. Using Voice URL.", turn)
        if not self._is_possible(turn):
            self._end("failed", turn)
            return
        if full:
            self._alert(10004, "error", "Call concurrency limit exceeded", turn)
            self._end("failed", turn)
            return
        self._call(turn)

    @abstractmethod
    def _is_possible(self, turn: Turn) -> bool:
        """Return whether there is anywhere to call; an alert says why there is not."""

    @abstractmethod
    def _call(self, turn: Turn) -> None:
        """Begin to call."""

    @abstractmethod
    def _stop_calling(self, turn: Turn) -> None:
        """Let nothing ring on that has not answered; harmless at any time."""

    def _initiated(self, turn: Turn) -> None:
        """Say that the call is on its way, and wait for its answer no longer than was ordered."""
        self.status = "initiated"
        self._note_status(turn)
        self.callbacks.notify("initiated", "initiated", turn)
        self._no_answer = self._engine.alarms.set(turn.now + self._order.timeout, self._not_answered)

    def rang(self, turn: Turn) -> None:
        """A phone rings; reported once."""
        if self._over or self.status != "initiated":
            return
        self.status = self.record.status = "ringing"
        self.record.updated_at = self._engine.wall(turn.now)
        self._note_status(turn)
        self.callbacks.notify("ringing", "ringing", turn)
        if self._owner is not None:
            self._owner.rang(turn)

    def _report_end(self, status: int) -> None:
        """Say by which response it ended (rule outbound-response-code)."""
        self.parameters["SipResponseCode"] = str(status)

    def _not_answered(self, turn: Turn) -> None:
        self._report_end(487)
        self._end("no-answer", turn)

    # --- the answer --------------------------------------------------------------------------------------

    def _talk(self, turn: Turn) -> None:
        """Go on with a call whose audio is connected: press keys, then carry its document out, or let its owner have it."""
        self._engine.alarms.cancel(self._no_answer)
        self._note_answered(turn)
        self._record(turn)
        if self._owner is not None:
            self._owner.answered(turn)
        self._keypad.press(self._order.send_digits, self._picked_up, turn)

    def _picked_up(self, turn: Turn) -> None:
        if self._owner is None:
            self.interpreter.start(turn)
        elif self.webhooks.url:
            self.interpreter.whisper(self._of_dial(), self._whispered, turn)
        else:
            self._ready(self._owner, turn)

    def _ready(self, owner: Owner, turn: Turn) -> None:
        self.interpreter.let_keys_go_across()
        owner.ready(turn)

    def _whispered(self, outcome: Outcome, turn: Turn) -> None:
        """Let the owner have a leg whose document is over; one that hung up, or failed, has declined."""
        if self._owner is not None and isinstance(outcome, Continue):
            self._ready(self._owner, turn)
        else:
            self.hang_up(turn)

    def _of_dial(self) -> Parameters:
        """Return what the request for that document says besides the leg's own parameters."""
        return ()

    def _record(self, turn: Turn) -> None:
        """Begin the recording that was ordered with the call."""
        wish, recordings = self._order.recording, self._engine.records.recordings
        if wish is None:
            return
        if recordings.is_full:
            self._alert(20429, "error", "Too many recordings at once", turn)
            return
        record = wish.record(
            sid=self._engine.ids.new("RE"), account_sid=self.record.account_sid, call_sid=self.record.sid,
            created_at=self._engine.wall(turn.now), source="OutboundAPI",
        )  # fmt: skip
        self.recorder.start(recordings.add(record), turn)

    # --- what any leg does -------------------------------------------------------------------------------

    def fell_silent(self, event: MediaSilent, turn: Turn) -> None:
        """End a call whose phone sends no audio; one that is not answered need not send any."""
        if self.answered_at is not None:
            super().fell_silent(event, turn)

    def early(self, then: Then, turn: Turn) -> None:
        """Go on: documents are asked for when the call is answered."""
        then(turn)

    def answer(self, then: Then, turn: Turn) -> None:
        """Go on: documents are asked for when the call is answered."""
        then(turn)

    def reject(self, reason: str, turn: Turn) -> None:
        """Hang up: what was answered cannot be refused any more."""
        del reason
        self.hang_up(turn)

    def update(self, change: CallUpdate, turn: Turn) -> None:
        """Take a change; a new document takes the place of keys not yet pressed, and of the first document."""
        owner = self._owner
        if (change.url or change.twiml) and change.status is None:
            self._keypad.stop()
            if owner is not None and self.answered_at is not None:
                self._owner = None
                owner.redirected(turn)
        super().update(change, turn)

    def transfer(self, to: str) -> Then | None:
        """Return what to do when the phone wants to be replaced: its owner has the caller moved, if it has one."""
        return super().transfer(to) if self._owner is None else self._owner.transfer(to)

    def go_on_with(self, url: str, method: str, parameters: Parameters, turn: Turn) -> None:
        """Leave its owner, and go on with a document of its own."""
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.redirected(turn)
        self.interpreter.redirect(url, method, "", turn, parameters)

    def release(self, status: CallStatus, turn: Turn) -> None:
        """End it, as its owner wants: what is answered is hung up, all else ends with this status."""
        if self.answered_at is not None:
            self.hang_up(turn)
        elif not self._over:
            self._end(status, turn)

    def cancelled(self, turn: Turn) -> None:
        """Take no notice: who was called does not cancel."""

    def _give_up(self, status: CallStatus, turn: Turn) -> None:
        self._end(status, turn)

    def _end(self, status: CallStatus, turn: Turn) -> None:
        """End a call that was never answered, and let no phone ring on."""
        self._stop_calling(turn)
        self._finish(status, turn)

    def _finish(self, status: CallStatus, turn: Turn) -> None:
        self._engine.alarms.cancel(self._no_answer)
        self._keypad.stop()
        if self.answered_at is not None:
            self.parameters.setdefault("SipResponseCode", "200")
        super()._finish(status, turn)
        if self._order.conference:
            self.conferences.leave(self.record.sid, "hung-up", turn)
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.ended(turn)
