"""A call that the REST API asks for: INVITEs to one place, or to all where a user is registered; the first 2xx wins.

What the service sends: https://www.twilio.com/docs/voice/twiml/sip, and traces of INVITEs from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import quote

from sipdomain.errors import LocalProtocolError, MediaError, RemoteProtocolError
from sipdomain.media.outputs import MediaFailed, MediaOpened, OpenMedia
from sipdomain.media.sdes import SUITES
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.address import NameAddress
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.session_timer import read as read_session_expires
from sipdomain.sip.timers import Alarm
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.branch import Branch
from sipdomain.twilio.calls.family import note_began, parent_parameters
from sipdomain.twilio.calls.leg import Leg, Service
from sipdomain.twilio.calls.orders import CallOrder, CallUpdate
from sipdomain.twilio.calls.our_description import agreed
from sipdomain.twilio.calls.targets import Target, Unreachable, find_targets
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.keypad import Keypad
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twilio.webhooks.exchange import sip_parameters

_BUSY: Final = frozenset({486, 600})
_UNANSWERED: Final = frozenset({408, 487, 603})
_NOWHERE: Final = Flow("udp", Address("127.0.0.1", 0), Address("127.0.0.1", 0))


class OutboundCall(Leg):
    """A call of ours, from its order to its end."""

    def __init__(self, service: Service, record: CallRecord, order: CallOrder, turn: Turn) -> None:
        """Take an order up: find out where to call. What cannot be called ends in `begin`."""
        engine, agent = service.engine, service.agent
        self._order = order
        self._why = ""
        self._why_code = 0
        try:
            self._targets = find_targets(engine, agent.route, record.account_sid, order.to)
        except Unreachable as error:
            self._targets, self._why, self._why_code = [], str(error), error.code
        first = self._targets[0] if self._targets else Target(order.to, _NOWHERE)
        local = NameAddress(_caller(order, first)).with_tag(engine.identifiers.new_tag())
        record.sip_call_id = engine.identifiers.new_call_id()
        called = NameAddress(replace(order.to, headers=None, parameters={}))
        super().__init__(
            service, record, flow=first.flow,
            dialog=Dialog(record.sip_call_id, local, called, first.uri, local_sequence=0),
            handling=order.handling, parameters={"SipCallId": record.sip_call_id, **parent_parameters(record)},
            secure=first.secure, behind_nat=first.behind_nat,
        )  # fmt: skip
        self.source = ""
        if order.time_limit is not None:
            self._limit_to(order.time_limit, turn)
        self._offer: SessionDescription | None = None
        self._branches: list[Branch] = []
        self._no_answer: Alarm[Then] | None = None
        self._keypad = Keypad(engine, self.session)
        self._waiting_for_media = False
        self._worst = 0

    # --- the INVITEs -------------------------------------------------------------------------------------

    def begin(self, turn: Turn) -> None:
        """Open the media port, then send the INVITEs; end at once when there is nowhere to send them."""
        calls = self._calls
        full = not calls.shares.allows(self.source)
        calls.enter(self)
        note_began(self.record, turn)
        if self.handling.url and self.handling.twiml:
            self._alert(32019, "warning", "Twiml and Voice URL are both set. Using Voice URL.", turn)
        if not self._targets:
            self._alert(self._why_code, "error", self._why, turn)
            self._end("failed", turn)
            return
        if full:
            self._alert(10004, "error", "Call concurrency limit exceeded", turn)
            self._end("failed", turn)
            return
        self._waiting_for_media = True
        settings = self._engine.settings
        host = self._agent.host_towards(self._flow, settings.media_host)
        turn.out.append(OpenMedia(self.session, host, self.secure, settings.audio_timeout))

    def media_opened(self, event: MediaOpened | MediaFailed, turn: Turn) -> None:
        """Take the end of opening the port: make the offer, and send the INVITEs."""
        if self._over or not self._waiting_for_media:
            return
        if isinstance(event, MediaFailed):
            self._waiting_for_media = False
            self._alert(12400, "error", f"no media port: {event.reason}", turn)
            self._end("failed", turn)
            return
        engine, agent = self._engine, self._agent
        host = agent.host_towards(self._flow, engine.settings.advertise)
        self.described.address = Address(host, event.address.port)
        self._waiting_for_media = False
        self._offer = self.described.offer(SUITES[:1])
        self.status = "initiated"
        self._note_status(turn)
        self.callbacks.tell("initiated", "initiated", turn)
        self._no_answer = engine.alarms.set(turn.now + self._order.timeout, self._not_answered)
        for target in self._targets:
            branch = Branch(engine, agent, self, target, self._order, bytes(self._offer))
            self._branches.append(branch)
        for branch in self._branches:
            try:
                branch.invite(turn)
            except LocalProtocolError as error:
                self._alert(12400, "error", f"no INVITE: {error}", turn)
                self.failed(branch, 503, turn)

    def rang(self, turn: Turn) -> None:
        """A phone rings; told once."""
        if self._over or self.status != "initiated":
            return
        self.status = self.record.status = "ringing"
        self.record.updated_at = self._engine.wall(turn.now)
        self._note_status(turn)
        self.callbacks.tell("ringing", "ringing", turn)

    def accepted(self, branch: Branch, dialog: Dialog, response: Response, turn: Turn) -> bool:
        """A phone answered; False when another one was faster, or nobody waits any more: then it is hung up on."""
        if self._over or self.answered_at is not None:
            return False
        self.dialog, self._flow, self._behind_nat = dialog, branch.flow, branch.target.behind_nat
        self._calls.note_dialog(self)
        for other in self._branches:
            if other is not branch:
                other.cancel(turn)
        self._engine.alarms.cancel(self._no_answer)
        self.sip_headers = tuple(sip_parameters(response.headers))
        self.described.proposed = None
        try:
            assert self._offer is not None  # noqa: S101 - an INVITE carried it
            agreement = agreed(self._offer, response)
        except MediaError as error:
            self._alert(32102, "error", f"the answer cannot be agreed to: {error}", turn)
            self._tell_end(response.status)
            self._finish("failed", turn)
            self._send_bye(turn)
            return True
        self._connect(agreement, turn)
        self._take_timer(response, turn)
        self._note_answered(turn)
        self._record(turn)
        self._keypad.press(self._order.send_digits, self.interpreter.start, turn)
        return True

    def _take_timer(self, response: Response, turn: Turn) -> None:
        """Take up the session timer that the phone grants; one that cannot be read is none (rule session-timer)."""
        try:
            granted = read_session_expires(response)
        except RemoteProtocolError:
            return
        ours = granted is not None and granted.refresher != "uas"
        self.session_timer.start(granted, ours=ours, turn=turn)

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

    def failed(self, branch: Branch, status: int, turn: Turn) -> None:
        """A phone refused, or cannot be reached (408, 503); the call is over when no other is left."""
        if branch in self._branches:
            self._branches.remove(branch)
        # RFC 3261 section 16.7 step 6: of several refusals 6xx counts before the lowest class.
        if not self._worst or status >= 600 or (self._worst < 600 and status // 100 < self._worst // 100):
            self._worst = status
        if self._over or self.answered_at is not None or (self._branches and status < 600):
            return
        status = self._worst
        if status < 400:
            self._alert(32219, "error", f"Redirect failed: {status} is not followed", turn)
        elif status == 408 or 500 <= status < 600:
            text = f"Error communicating with your SIP communications infrastructure: {status}"
            self._alert(32011, "warning", text, turn)
        ended: CallStatus = "failed"
        if status in _BUSY:
            ended = "busy"
        elif status in _UNANSWERED:
            ended = "no-answer"
        self._tell_end(status)
        self._end(ended, turn)

    def _tell_end(self, status: int) -> None:
        self.parameters["SipResponseCode"] = str(status)

    def _not_answered(self, turn: Turn) -> None:
        self._tell_end(487)
        self._end("no-answer", turn)

    # --- what any leg does -------------------------------------------------------------------------------

    def answer(self, then: Then, turn: Turn) -> None:
        """Go on: documents are asked for when the call is answered."""
        then(turn)

    def reject(self, reason: str, turn: Turn) -> None:
        """Hang up: what was answered cannot be refused any more."""
        del reason
        self.hang_up(turn)

    def update(self, change: CallUpdate, turn: Turn) -> None:
        """Take a change; a new document takes the place of keys not yet pressed, and of the first document."""
        if change.url or change.twiml:
            self._keypad.stop()
        super().update(change, turn)

    def cancelled(self, turn: Turn) -> None:
        """Take no notice: who was called does not cancel."""

    def _give_up(self, status: CallStatus, turn: Turn) -> None:
        self._end(status, turn)

    def _end(self, status: CallStatus, turn: Turn) -> None:
        """End a call that was never answered, and let no phone ring on."""
        for branch in self._branches:
            branch.cancel(turn)
        self._finish(status, turn)

    def _finish(self, status: CallStatus, turn: Turn) -> None:
        self._engine.alarms.cancel(self._no_answer)
        self._keypad.stop()
        if self.answered_at is not None:
            self.parameters.setdefault("SipResponseCode", "200")
        super()._finish(status, turn)

    @property
    def _media_is_open(self) -> bool:
        return super()._media_is_open or self._waiting_for_media


def _caller(order: CallOrder, first: Target) -> Uri:
    """Return the URI of From: what was given, or a user at the domain called, else at sip.twilio.com (traces)."""
    try:
        uri = Uri.parse(order.from_)
        if uri.is_sip:
            return uri
    except RemoteProtocolError:
        pass
    return Uri("sip", quote(order.from_, safe="+!*'()&=$,;?/"), first.domain_name or "sip.twilio.com")
