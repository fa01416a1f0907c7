"""What calls in both directions have in common: dialog, media session, webhooks, changes, and the end by BYE."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Final

from sipdomain.entries import Note
from sipdomain.errors import MediaError
from sipdomain.media.agreement import Agreement
from sipdomain.media.negotiation import Negotiation, description_of
from sipdomain.media.outputs import CloseMedia, ConnectMedia, MediaFailed, MediaOpened, MediaSilent
from sipdomain.media.sdes import OwnKeys
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.dialog import Dialog, DialogState
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.session_timer import SessionExpires, fields_of
from sipdomain.sip.sources import source_of
from sipdomain.sip.timers import Alarm, whole_seconds
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.calls.bye import Bye
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.calls.callbacks import Callbacks
from sipdomain.twilio.calls.next_flow import next_flow
from sipdomain.twilio.calls.orders import CallUpdate
from sipdomain.twilio.calls.recorder import Recorder
from sipdomain.twilio.calls.referral import Referrals
from sipdomain.twilio.calls.service import ServiceOf
from sipdomain.twilio.calls.session_refresh import SessionTimer
from sipdomain.twilio.calls.siprecs import Siprecs
from sipdomain.twilio.calls.transcriber import Transcriber
from sipdomain.twilio.calls.unacknowledged import Unacknowledged
from sipdomain.twilio.engine.evidence import alert, note_status
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.interpreter import Interpreter
from sipdomain.twilio.signalling.edge_route import STRAIGHT, WENT_STRAIGHT
from sipdomain.twilio.signalling.fields import ALLOW, SERVER
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twilio.store.model import Domain
from sipdomain.twilio.webhooks.exchange import NEWER_FIELDS, CallIdentity

API_VERSION: Final = "2010-04-01"
SDP: Final = ("Content-Type", "application/sdp")
GATEWAY: Final = "Twilio Media Gateway"
"""What s= says in every description of the service (traces)."""


class Leg(ABC):
    """A call with one phone or PBX.

    Attributes:
        record: What the REST API shows of it.
        domain: The domain that was called; None for a call of ours.
        webhooks: Its webhooks.
        identity: What its webhooks need to know.
        parameters: The provider's parameters that stay the same, CallStatus excepted.
        sip_headers: The `SipHeader_` parameters.
        status: The provider's CallStatus.
        answered_at: When it was answered, or None.
        session: The name of the media session.
        conferences: Where it may take part in conferences.
        queues: Where it may wait in queues.
        dialler: Calls others for it.
        source: In whose share of all calls it is; "" for a call of ours.
        places: How many calls it counts for there.
        dialog: The dialog with the phone; of a call of ours a mere beginning until it is answered.
        negotiation: Its offers and answers.
        session_timer: When the session is refreshed. This and the next five have the call in hand: until it is over.
        callbacks: Reports its progress.
        interpreter: Carries documents out on it.
        recorder: Records it; `transcriber` transcribes it, and `siprecs` sends its audio to session recording servers.
        referrals: Has the phone call somebody else; None where there is no phone that speaks SIP.
    """

    def __init__(
        self, service: Service, record: CallRecord, *, flow: Flow, dialog: Dialog, webhooks: CallWebhooks,
        parameters: Mapping[str, str], sip_headers: tuple[tuple[str, str], ...] = (), domain: Domain | None = None,
        secure: bool = False, behind_nat: bool = False,
    ) -> None:  # fmt: skip
        engine = service.engine
        self._engine = engine
        self._agent = service.agent
        self._calls = service.calls
        self.conferences, self.queues, self.dialler = service.conferences, service.queues, service.dialler
        self._flow = flow
        self.source, self.places = source_of(flow.remote.host), 1
        self._behind_nat = behind_nat
        self.record, self.domain = record, domain
        self.dialog, self.webhooks, self.session = dialog, webhooks, record.sid
        self.identity = CallIdentity(
            record.sid, record.sip_call_id, engine.store.accounts.fetch(record.account_sid).auth_token,
            new_cnonce=engine.identifiers.new_cnonce,
            fields=NEWER_FIELDS if engine.profile.sends_newer_fields else (),
        )  # fmt: skip
        caller, called = record.from_, record.to
        self.parameters = {
            "CallSid": record.sid, "AccountSid": record.account_sid, "ApiVersion": API_VERSION,
            "Direction": record.direction, "From": caller, "Caller": caller, "To": called, "Called": called,
            **parameters,
        }  # fmt: skip
        self.sip_headers, self._time_limit = sip_headers, engine.settings.time_limit
        self.status: CallStatus = record.status
        self.answered_at: float | None = None
        self.negotiation = Negotiation(
            engine.rng.getrandbits(31), one_codec=engine.profile.answers_one_codec,
            keys=OwnKeys(engine.rng.randbytes) if secure else None, name=GATEWAY, user="root",
        )  # fmt: skip
        self._unacknowledged: Unacknowledged | None = None
        self._limit: Alarm[Then] | None = None
        self._over, self._bye_fields = False, list[tuple[str, str]]()
        self._ends_when_acknowledged: CallStatus | None = None
        self.session_timer = SessionTimer(engine, service.agent, self, is_owner=record.direction != "inbound")
        self.noted: set[str] = set()  # What is said once in a call, and was.
        self.callbacks = Callbacks(engine, self)
        self.interpreter = Interpreter(engine, self)
        self.referrals: Referrals | None = Referrals(engine, service.agent, self)
        self.recorder = Recorder(engine, service.calls.recorders, self)
        self.transcriber = Transcriber(engine, self)
        self.siprecs = Siprecs(engine, service.agent, service.calls.siprecs, self, self.interpreter)

    @property
    def flow(self) -> Flow:
        """How its messages come and go."""
        return self._flow

    @property
    def media_address(self) -> Address | None:
        """Where it receives its audio; None before a port is open."""
        return self.negotiation.address

    @property
    def secure(self) -> bool:
        """Whether its audio is SRTP."""
        return self.negotiation.secure

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self._over

    def duration(self, now: float) -> int:
        """Return the seconds since the answer, a begun one in full; 0 for a call never answered."""
        return 0 if self.answered_at is None else whole_seconds(now - self.answered_at)

    # --- before the answer: each direction has its own way ----------------------------------------------

    @abstractmethod
    def answer(self, then: Then, turn: Turn) -> None:
        """Answer a call that rings, then go on with `then`."""

    @abstractmethod
    def early(self, then: Then, turn: Turn) -> None:
        """Let the phone hear what is played before the answer, then go on with `then`."""

    @abstractmethod
    def reject(self, reason: str, turn: Turn) -> None:
        """Refuse a call that rings, "busy" or "rejected"."""

    @abstractmethod
    def cancelled(self, turn: Turn) -> None:
        """The peer gave up before the answer."""

    @abstractmethod
    def media_opened(self, event: MediaOpened | MediaFailed, turn: Turn) -> None:
        """Take the end of opening the media port."""

    @abstractmethod
    def _give_up(self, status: CallStatus, turn: Turn) -> None:
        """End a call that is not answered."""

    # --- the answer --------------------------------------------------------------------------------------

    def _note_answered(self, turn: Turn) -> None:
        now = turn.now
        self.answered_at = now
        self._limit = self._engine.alarms.set(now + self._time_limit, self._too_long)
        self.status = self.record.status = "in-progress"
        self.record.answered_at = self.record.updated_at = self._engine.wall(now)
        self._note_status(turn)
        self.callbacks.notify("answered", "in-progress", turn)

    def _connect(self, agreement: Agreement, turn: Turn) -> None:
        turn.out.append(ConnectMedia(self.session, agreement, self._flow.remote.host))

    # --- the session timer (rule session-timer) ----------------------------------------------------------

    def _keep_session(self, granted: SessionExpires | None, turn: Turn) -> None:
        """Take up the session timer that a 200 of ours grants."""
        ours = granted is not None and granted.refresher == "uas"
        self.session_timer.start(granted, ours=ours, turn=turn)

    def refreshed(self, response: Response, turn: Turn) -> None:
        """Take the answer to a refresh of ours; it may have moved the audio."""
        if self._over or not response.body:
            return
        before = self.negotiation.agreement
        try:
            agreement = self.negotiation.accept(description_of(response))
        except MediaError as error:
            self._alert(32102, "error", f"the answer cannot be agreed to: {error}", turn)
            self.hang_up(turn)
            return
        if before is None or agreement.remote != before.remote:
            self._connect(agreement, turn)

    def session_ended(self, reason: str, turn: Turn) -> None:
        """End a call whose session nobody refreshes."""
        turn.out.append(
            Note(at=turn.now, source="sip", text=f"call {self.record.sid} is ended: {reason} (RFC 4028)")
        )
        self.hang_up(turn)

    # --- the acknowledged dialog -------------------------------------------------------------------------

    def _not_acknowledged(self, turn: Turn) -> None:
        """No ACK came for a 200 (rule no-ack)."""
        self._unacknowledged = None
        text = "ACK not received from your SIP endpoint"
        if WENT_STRAIGHT in self.noted:
            text += f"; it came straight to the Contact: {STRAIGHT}"
        self._alert(32022, "error", text, turn)
        self.hang_up(turn)

    def acknowledged(self, ack: Request, turn: Turn) -> None:
        """The ACK of a 200 came; when the 200 made an offer, it brings the answer."""
        if self._unacknowledged is None or not self._unacknowledged.is_acknowledged_by(ack):
            return
        self._unacknowledged.stop()
        self._unacknowledged = None
        self.dialog.state = DialogState.CONFIRMED
        if self.negotiation.offering and ack.body:
            try:
                self._connect(self.negotiation.accept(description_of(ack)), turn)
            except MediaError as error:
                self._alert(32102, "error", f"the ACK's answer cannot be agreed to: {error}", turn)
                self.hang_up(turn)
                return
        if self.referrals is not None:
            self.referrals.acknowledged(turn)
        if self._ends_when_acknowledged is not None:
            self.hang_up(turn, self._ends_when_acknowledged)

    def invited_again(
        self, transaction: Transaction, request: Request, offer: SessionDescription | None,
        timer: SessionExpires | None, turn: Turn,
    ) -> None:  # fmt: skip
        """Accept an INVITE within the dialog: answer its offer (RFC 3264 section 8), or make one.

        Args:
            transaction: Where the 200 goes.
            request: In order, with a Contact that can be read.
            offer: One that can be answered, or None when the INVITE brings none.
            timer: The session timer that the 200 grants.
            turn: Now, and where outputs go.
        """
        if offer is None:
            description = self.negotiation.offer()
        else:
            agreement = self.negotiation.answer(offer)
            description = agreement.description
            self._connect(agreement, turn)
        self.dialog.refresh_target(request)
        if self._unacknowledged is not None:
            # Whoever invites again has seen the 200 before, though its ACK was lost.
            self._unacknowledged.stop()
        *edge, contact = self._agent.target_fields(transaction.flow)
        routes = [("Record-Route", value) for value in request.headers.all("record-route")]
        headers = [*edge, *routes, SERVER, contact, ALLOW, *fields_of(timer), SDP]
        response = respond(request, 200, headers=headers, body=bytes(description))
        self._keep_session(timer, turn)
        self._unacknowledged = Unacknowledged(
            self._engine, self._agent, transaction, response, self._not_acknowledged, turn
        )

    # --- what the REST API changes (rule call-update) ----------------------------------------------------

    def update(self, change: CallUpdate, turn: Turn) -> None:
        """Take a change of a call that is not over; a new document only when it is answered."""
        self.webhooks = change.applied_to(self.webhooks)
        self.record.updated_at = self._engine.wall(turn.now)
        if change.time_limit is not None:
            self._limit_to(change.time_limit, turn)
        if change.url and change.twiml:
            self._alert(32019, "warning", "Twiml and Voice URL are both set. Using Voice URL.", turn)
        if change.status is not None and self.answered_at is None:
            self._give_up("canceled", turn)
        elif change.status == "completed":
            self.hang_up(turn)
        elif change.url or change.twiml:
            self.interpreter.redirect(change.url or "", change.method, change.twiml or "", turn)

    def _limit_to(self, duration: float, turn: Turn) -> None:
        self._time_limit = duration
        if self.answered_at is not None:
            self._engine.alarms.cancel(self._limit)
            self._limit = self._engine.alarms.set(max(turn.now, self.answered_at + duration), self._too_long)

    def _too_long(self, turn: Turn) -> None:
        self.cut_off(32015, "Call is terminated due to exceeding maximum call duration", turn)

    def cut_off(self, code: int, why: str, turn: Turn) -> None:
        """End the call with a warning."""
        self._alert(code, "warning", why, turn)
        self.hang_up(turn)

    def fell_silent(self, event: MediaSilent, turn: Turn) -> None:
        """End a call whose phone ought to send audio, and does not (rule no-audio)."""
        self.interpreter.fell_silent(turn)
        heard = f"no RTP came for {event.seconds:g} s, though the call was not on hold"
        self.cut_off(32014, f"Call is terminated because of no audio received: {heard}", turn)

    # --- the end -----------------------------------------------------------------------------------------

    def hang_up(self, turn: Turn, status: CallStatus = "completed") -> None:
        """End the call from our side: BYE when it is answered, else as its direction does; `status` is its last then."""
        if self._over:
            return
        if self.answered_at is None:
            self._give_up("failed", turn)
            return
        if self._unacknowledged is not None:
            # RFC 3261 section 15: no BYE before the ACK, or before it is given up.
            self._ends_when_acknowledged = status
            return
        self._finish(status, turn)
        self._send_bye(turn)

    def _send_bye(self, turn: Turn) -> None:
        headers = (("X-Twilio-CallSid", self.record.sid), *self._bye_fields)
        Bye(self._agent, self, self.next_flow(), headers).send(turn)

    def bye_sent(self) -> None:
        """Be found by the dialog: a BYE of the phone may cross ours."""
        self._calls.note_dialog(self)

    def bye_over(self) -> None:
        """Be found so no more."""
        self._calls.forget_dialog(self)

    def bye_failed(self, why: str, turn: Turn) -> None:
        """Note that no BYE could be sent."""
        self._alert(12400, "error", f"no BYE: {why}", turn)

    def ended_by_peer(self, turn: Turn) -> None:
        """The peer sent BYE, which is answered elsewhere."""
        self._finish("completed", turn)

    def next_flow(self) -> Flow:
        """Return by which way a request of ours leaves now."""
        return next_flow(self._flow, self.dialog, behind_nat=self._behind_nat)

    def _finish(self, status: CallStatus, turn: Turn) -> None:
        self._over = True
        engine = self._engine
        engine.alarms.cancel(self._limit)
        self.session_timer.stop()
        if self._unacknowledged is not None:
            self._unacknowledged.stop()
        self.status = status
        engine.records.finish(self.record.sid, status, engine.wall(turn.now))
        self._calls.leave(self)
        self.dialog.state = DialogState.TERMINATED
        self.interpreter.hung_up(turn)
        for each in (self.recorder, self.transcriber, self.siprecs):
            each.hung_up(turn)
        if self._media_is_open:
            turn.out.append(CloseMedia(self.session))
        self._unacknowledged = None
        self._note_status(turn)
        self.callbacks.notify("completed", status, turn)
        self._bye_fields = self.recorder.headers
        self._free_parts()

    def _free_parts(self) -> None:
        """Drop what has the call in hand, so that both are freed without the collector; what is still asked lasts."""
        del self.session_timer, self.callbacks, self.interpreter
        del self.recorder, self.transcriber, self.siprecs, self.referrals

    @property
    def _media_is_open(self) -> bool:
        """Whether a media port is open, or being opened."""
        return self.negotiation.address is not None

    def transfer(self, to: str) -> Then | None:
        """Return what to do when the phone wants its call moved to somebody; None when nothing allows that."""
        return self.interpreter.transfer(to)

    # --- evidence ----------------------------------------------------------------------------------------

    def _note_status(self, turn: Turn) -> None:
        note_status(self, turn)

    def _alert(self, code: int, level: str, text: str, turn: Turn) -> None:
        alert(self.identity, code, level, text, turn)


Service = ServiceOf[Leg]
"""What a leg stands on, and every SIP method works with."""
