"""A call to a domain: it rings, is answered by a 200 or refused, and what follows is any leg's."""

from __future__ import annotations

from functools import partial
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.agreement import Agreement
from sipdomain.media.offer import answerable
from sipdomain.media.outputs import MediaFailed, MediaOpened, OpenMedia
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address
from sipdomain.sip.session_timer import SessionExpires, fields_of
from sipdomain.sip.timers import Alarm
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.admission.admission import Admitted
from sipdomain.twilio.behaviours.answer_on_cancel import AnswerOnCancel
from sipdomain.twilio.behaviours.far_calls import applied
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.calls.early_tone import tone_before_answer
from sipdomain.twilio.calls.family import note_began
from sipdomain.twilio.calls.leg import SDP, Leg, Service
from sipdomain.twilio.calls.on_purpose import tag_on_purpose
from sipdomain.twilio.calls.unacknowledged import Unacknowledged
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.signalling.fields import ALLOW, SERVER
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twilio.webhooks.exchange import sip_parameters

RINGING_REFRESH: Final = 60.0
"""How often an unanswered INVITE gets another 180 (RFC 3261 section 13.3.1.1)."""


class Call(Leg):
    """An inbound call, from its admission to its end."""

    def __init__(
        self, service: Service, transaction: Transaction, request: Request, offer: SessionDescription,
        admitted: Admitted, timer: SessionExpires | None, turn: Turn,
    ) -> None:  # fmt: skip
        """Take up an admitted INVITE, with the session timer that its 200 will grant.

        Raises:
            RemoteProtocolError: It has no usable Contact or Record-Route.
        """
        engine, flow, domain = service.engine, transaction.flow, admitted.domain
        dialog = Dialog.for_server(request, tag_on_purpose(service, request, engine.identifiers.new_tag()))
        _ = dialog.next_hop  # A route that cannot be read is refused now, and not when it is needed.
        if not dialog.remote_target.is_sip:
            raise RemoteProtocolError(f"Contact is not a SIP URI: {str(dialog.remote_target)[:80]!r}")
        record = engine.records.add(
            CallRecord(
                sid=engine.ids.new("CA"), account_sid=domain.account_sid, domain_sid=domain.sid,
                to=request.uri.as_sent, from_=request.from_.uri.as_sent, sip_call_id=request.call_id,
                created_at=engine.wall(turn.now),
            )
        )  # fmt: skip
        parameters = {
            "SipDomain": domain.domain_name, "SipDomainSid": domain.sid,
            "SipCallId": request.call_id, "SipSourceIp": flow.remote.host,
        }  # fmt: skip
        if admitted.username and engine.profile.sends_sip_username:
            parameters["SipUsername"] = admitted.username
        if request.from_.name and engine.profile.sends_caller_name:
            parameters["CallerName"] = request.from_.name
        super().__init__(
            service, record, flow=flow, dialog=dialog, webhooks=CallWebhooks.of_domain(domain, engine.profile),
            parameters=parameters, domain=domain,
            # Rule byoc-no-headers.
            sip_headers=() if domain.byoc_trunk_sid else tuple(sip_parameters(request.headers)),
            secure=domain.secure, behind_nat=request.via.host != flow.remote.host,
        )  # fmt: skip
        self.places = places(transaction)
        self._transaction = transaction
        self._request: Request | None = request
        self._offer: SessionDescription | None = offer
        self._granted = timer
        self._record_routes = tuple(("Record-Route", value) for value in request.headers.all("record-route"))
        self._refresh: Alarm[Then] | None = None
        self._then: Then | None = None
        self._then_early: Then | None = None
        self._agreement: Agreement | None = None
        self._media_flow = flow
        self._has_led = False

    def begin(self, turn: Turn) -> None:
        """Ring, notify the callback URL, and ask the voice URL (rule ringing-before-webhook)."""
        calls = self._calls
        calls.note_dialog(self)
        calls.note_invite(self._transaction.key, self)
        calls.enter(self)
        note_began(self.record, turn)
        self._ring(turn)
        self._note_status(turn)
        self.callbacks.notify("initiated", "initiated", turn)
        self.callbacks.notify("ringing", "ringing", turn)
        self.interpreter.start(turn)

    def _ring(self, turn: Turn) -> None:
        if self._agreement is None:
            response = self._response(180)
        else:
            response = self._response(183, headers=(SDP,), body=bytes(self._agreement.description))
        self._agent.respond(self._transaction, response, turn)
        self._refresh = self._engine.alarms.set(turn.now + RINGING_REFRESH, self._ring)

    def _response(
        self, status: int, *, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        assert self._request is not None  # noqa: S101 - kept until the final response
        *edge, contact = self._agent.target_fields(self._flow)
        fields = [*edge, *self._record_routes, SERVER, contact, *headers]
        fields.append(("X-Twilio-CallSid", self.record.sid))
        return respond(self._request, status, tag=self.dialog.local.tag, headers=fields, body=body)

    def answer(self, then: Then, turn: Turn) -> None:
        """Open the media port, if that is still to be done, send 200, then go on with `then`."""
        if not self._has_led:
            self._has_led = True
            if tone_before_answer(self._engine, self, partial(self.answer, then), turn):
                return
        opening, self._then = self._then_early is not None, then
        if self._agreement is not None:
            self._accept(self._agreement, turn)
        elif not opening:
            self._open(turn)

    def early(self, then: Then, turn: Turn) -> None:
        """Send 183 with our session description, when the port is open, then go on with `then` (rule dial-early-media)."""
        if self._agreement is not None:
            then(turn)
        else:
            self._then_early = then
            self._open(turn)

    def _open(self, turn: Turn) -> None:
        if self._offer is not None:
            remote = answerable(self._offer, secure=self.secure)
            self._media_flow = self._agent.media_flow(self._flow, remote) or self._flow
        host = self._agent.host_towards(self._media_flow, self._engine.settings.media_host)
        turn.out.append(OpenMedia(self.session, host, self.secure, self._engine.settings.audio_timeout))

    def media_opened(self, event: MediaOpened | MediaFailed, turn: Turn) -> None:
        """Take the end of opening the port: send the 200, or the 183, with our session description."""
        if self._over or self._offer is None:
            return
        if isinstance(event, MediaFailed):
            self._alert(12400, "error", f"no media port: {event.reason}; --rtp gives a range of ports", turn)
            self._refuse(503, "failed", turn, ("Retry-After", "5"))
            return
        engine, agent = self._engine, self._agent
        host = agent.host_towards(self._media_flow, engine.settings.advertise)
        self.negotiation.address = Address(host, event.address.port)
        agreement = self.negotiation.answer(self._offer)
        self._offer = None
        self._connect(agreement, turn)
        early, self._then_early = self._then_early, None
        if early is not None:
            self._agreement = agreement
            engine.alarms.cancel(self._refresh)
            self._ring(turn)
            early(turn)
        if self._then is not None and self.answered_at is None and not self._over:
            self._accept(agreement, turn)

    def _accept(self, agreement: Agreement, turn: Turn) -> None:
        """Send the 200."""
        engine = self._engine
        engine.alarms.cancel(self._refresh)
        fields = (ALLOW, *fields_of(self._granted), SDP)
        response = self._response(200, headers=fields, body=bytes(agreement.description))
        self._unacknowledged = Unacknowledged(
            engine, self._agent, self._transaction, response, self._not_acknowledged, turn
        )
        self._request = self._agreement = None
        self._keep_session(self._granted, turn)
        self._note_answered(turn)
        then, self._then = self._then, None
        if then is not None:
            then(turn)

    def reject(self, reason: str, turn: Turn) -> None:
        """Refuse the call as `<Reject>` asks (rules reject-603, reject-404); hang up once it is answered."""
        if self.answered_at is not None:
            self.hang_up(turn)
        elif reason == "busy":
            self._refuse(486, "busy", turn)
        else:
            self._refuse(self._engine.profile.reject_status, "no-answer", turn)

    def _refuse(self, status: int, call_status: CallStatus, turn: Turn, *headers: tuple[str, str]) -> None:
        self._agent.respond(self._transaction, self._response(status, headers=headers), turn)
        self._finish(call_status, turn)

    def _give_up(self, status: CallStatus, turn: Turn) -> None:
        self._refuse(480, status, turn)

    def cancelled(self, turn: Turn) -> None:
        """The caller cancelled before the answer (rule cancel)."""
        if self.answered_at is not None or self._over:
            return
        far_end, call_id = self._engine.far_end, self.identity.call_id
        crossing = None if far_end.is_idle else far_end.calls.find(call_id, AnswerOnCancel)
        if crossing is None:
            self._refuse(487, "no-answer", turn)
            return
        turn.out.append(applied(crossing, call_id, turn.now, "answered though CANCEL came"))
        if self._then is None:
            self._has_led = True
            self.answer(_nothing, turn)

    def ended_by_peer(self, turn: Turn) -> None:
        """The caller sent BYE, which is answered elsewhere."""
        if self.answered_at is None:
            self._refuse(487, "no-answer", turn)
        else:
            super().ended_by_peer(turn)

    @property
    def _media_is_open(self) -> bool:
        return super()._media_is_open or self._then is not None or self._then_early is not None

    def _finish(self, status: CallStatus, turn: Turn) -> None:
        self._engine.alarms.cancel(self._refresh)
        self._calls.forget_invite(self._transaction.key)
        super()._finish(status, turn)
        self._request = self._offer = self._agreement = self._then = self._then_early = None


def _nothing(_: Turn) -> None:
    """Go on with nothing: the document goes on as it does."""


def places(transaction: Transaction) -> int:
    """Return for how many calls an INVITE counts: one for each 8,192 bytes begun, since a call keeps them."""
    return 1 + (transaction.cost - 1) // 4
