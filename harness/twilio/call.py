"""One call to a domain: its dialog, its answer, its media session, and its end."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Final

from harness.journal import Alert, CallChanged
from harness.media.offer import Agreement, answer as answer_offer
from harness.media.outputs import CloseMedia, ConnectMedia, MediaFailed, MediaOpened, OpenMedia
from harness.media.sdp import SessionDescription
from harness.sip.dialog import Dialog, DialogState
from harness.sip.message import Request, Response, respond
from harness.sip.outputs import Address, Flow
from harness.sip.timers import Alarm
from harness.sip.transactions import Transaction
from harness.sip.uri import Uri
from harness.twilio.admission import Admitted
from harness.twilio.callbacks import Callbacks
from harness.twilio.calls import CallRecord, CallStatus
from harness.twilio.cloud import ALLOW, SERVER, USER_AGENT, Cloud, Then, Turn
from harness.twilio.executor import Executor
from harness.twilio.webhooks import CallIdentity, sip_parameters

API_VERSION: Final = "2010-04-01"
RINGING_REFRESH: Final = 60.0
"""How often an unanswered INVITE is told that it still rings (RFC 3261 section 13.3.1.1)."""


class Call:
    """An inbound call, from its admission to its end.

    Attributes:
        domain: The domain that was called.
        identity: What its webhooks need to know.
        parameters: The provider's parameters that stay the same, CallStatus excepted.
        sip_headers: The `SipHeader_` parameters.
        status: The provider's CallStatus.
        answered_at: When the 200 went out, or None.
        session: The name of the media session.
        dialog: The dialog with the caller.
    """

    def __init__(
        self, cloud: Cloud, transaction: Transaction, request: Request, offer: SessionDescription,
        admitted: Admitted, turn: Turn,
    ) -> None:  # fmt: skip
        """Take up an admitted INVITE.

        Raises:
            RemoteProtocolError: It has no usable Contact.
        """
        self._cloud = cloud
        self._transaction = transaction
        self._flow = transaction.flow
        self._request: Request | None = request
        self._offer: SessionDescription | None = offer
        self.domain = domain = admitted.domain
        self.dialog = Dialog.for_server(request, cloud.new_tag())
        self._record_routes = tuple(("Record-Route", value) for value in request.headers.all("record-route"))
        self.record = cloud.records.add(
            CallRecord(
                sid=cloud.ids.new("CA"), account_sid=domain.account_sid, domain_sid=domain.sid,
                to=request.uri.bare, from_=request.from_.uri.bare, sip_call_id=request.call_id,
                created_at=cloud.wall(turn.now),
            )
        )  # fmt: skip
        self.session = self.record.sid
        self.identity = CallIdentity(
            self.record.sid, request.call_id, cloud.store.accounts.fetch(domain.account_sid).auth_token
        )
        self.parameters = self._standard_parameters(request, admitted.username)
        self.sip_headers = tuple(sip_parameters(request.headers))
        self.status: CallStatus = "ringing"
        self.answered_at: float | None = None
        self._media_address: Address | None = None
        self._session_id = cloud.rng.getrandbits(31)
        self._session_version = 0
        self._success: Response | None = None
        self._retransmit: Alarm[Then] | None = None
        self._interval = 0.0
        self._limit: Alarm[Then] | None = None
        self._refresh: Alarm[Then] | None = None
        self._then: Then | None = None
        self._hang_up_when_acknowledged = False
        self._over = False
        self.callbacks = Callbacks(cloud, self)
        self.executor = Executor(cloud, self)

    def _standard_parameters(self, request: Request, username: str) -> dict[str, str]:
        caller, called = self.record.from_, self.record.to
        parameters = {
            "CallSid": self.record.sid, "AccountSid": self.domain.account_sid, "ApiVersion": API_VERSION,
            "Direction": "inbound", "From": caller, "Caller": caller, "To": called, "Called": called,
            "SipDomain": self.domain.domain_name, "SipDomainSid": self.domain.sid,
            "SipCallId": request.call_id, "SipSourceIp": self._flow.remote.host,
        }  # fmt: skip
        if username and self._cloud.profile.sends_sip_username:
            parameters["SipUsername"] = username
        return parameters

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self._over

    def duration(self, now: float) -> int:
        """Return the seconds since the answer, a begun one in full; 0 for a call never answered."""
        return 0 if self.answered_at is None else ceil(now - self.answered_at)

    # --- before the answer -------------------------------------------------------------------------------

    def begin(self, turn: Turn) -> None:
        """Ring, tell the callback URL, and ask the voice URL (rule ringing-before-webhook)."""
        cloud = self._cloud
        cloud.dialogs[self.dialog.id] = self
        cloud.invites[self._transaction.key] = self
        cloud.sessions[self.session] = self
        self._ring(turn)
        self._note_status(turn)
        self.callbacks.tell("initiated", "initiated", turn)
        self.callbacks.tell("ringing", "ringing", turn)
        self.executor.start(turn)

    def _ring(self, turn: Turn) -> None:
        self._respond(180, turn)
        self._refresh = self._cloud.alarm(turn.now + RINGING_REFRESH, self._ring)

    def _respond(
        self, status: int, turn: Turn, reason: str | None = None, *, body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Response:  # fmt: skip
        assert self._request is not None  # noqa: S101 - kept until the final response
        fields = [*self._record_routes, SERVER, self._cloud.contact(self._flow), *headers]
        fields.append(("X-Twilio-CallSid", self.record.sid))
        response = respond(
            self._request, status, reason, tag=self.dialog.local.tag, headers=fields, body=body
        )
        self._cloud.respond(self._transaction, response, turn)
        return response

    def answer(self, then: Then, turn: Turn) -> None:
        """Open the media port, send 200, then go on with `then`."""
        self._then = then
        host = self._cloud.settings.media_host or self._flow.local.host
        turn.out.append(OpenMedia(self.session, host))

    def media_opened(self, event: MediaOpened | MediaFailed, turn: Turn) -> None:
        """Take the end of opening the port: send the 200 with our session description."""
        if self._over or self._offer is None:
            return
        if isinstance(event, MediaFailed):
            self._alert(12400, "error", f"no media port: {event.reason}", turn)
            self._fail(503, None, "failed", turn)
            return
        cloud, now = self._cloud, turn.now
        self._media_address = Address(cloud.settings.advertise or event.address.host, event.address.port)
        agreement = answer_offer(self._offer, address=self._media_address, session_id=self._session_id)
        self._offer = None
        self.answered_at = now
        cloud.cancel(self._refresh)
        self._success = self._respond(
            200, turn, headers=(ALLOW, ("Content-Type", "application/sdp")), body=bytes(agreement.description)
        )
        self._request = None
        self._connect(agreement, turn)
        self._interval = cloud.settings.timers.t1
        self._retransmit = cloud.alarm(now + self._interval, self._send_again)
        self._limit = cloud.alarm(now + cloud.settings.time_limit, self._too_long)
        self.status = self.record.status = "in-progress"
        self.record.answered_at = self.record.updated_at = cloud.wall(now)
        self._note_status(turn)
        self.callbacks.tell("answered", "in-progress", turn)
        then, self._then = self._then, None
        if then is not None:
            then(turn)

    def _connect(self, agreement: Agreement, turn: Turn) -> None:
        turn.out.append(
            ConnectMedia(
                self.session, agreement.remote, agreement.payload_type, agreement.codec,
                agreement.dtmf_payload_type, agreement.sending, agreement.receiving,
            )
        )  # fmt: skip

    def reject(self, reason: str, turn: Turn) -> None:
        """Refuse the call as `<Reject>` asks (rules reject-603, reject-404)."""
        if reason == "busy":
            self._fail(486, None, "busy", turn)
        else:
            self._fail(self._cloud.profile.reject_status, None, "no-answer", turn)

    def _fail(self, status: int, reason: str | None, call_status: CallStatus, turn: Turn) -> None:
        self._respond(status, turn, reason)
        self._finish(call_status, turn)

    def cancelled(self, turn: Turn) -> None:
        """The caller cancelled before the answer (rule cancel)."""
        if self.answered_at is None and not self._over:
            self._fail(487, None, "no-answer", turn)

    # --- the acknowledged dialog -------------------------------------------------------------------------

    def _send_again(self, turn: Turn) -> None:
        """Retransmit the 200 until its ACK comes (RFC 3261 section 13.3.1.4)."""
        timers = self._cloud.settings.timers
        if self._success is None or self.answered_at is None:
            return
        if turn.now - self.answered_at >= 64 * timers.t1 - 1e-9:
            self._alert(32022, "error", "ACK not received from your SIP endpoint", turn)
            self._success = None
            self.hang_up(turn)
            return
        self._cloud.respond(self._transaction, self._success, turn)
        self._interval = min(self._interval * 2, timers.t2)
        at = min(turn.now + self._interval, self.answered_at + 64 * timers.t1)
        self._retransmit = self._cloud.alarm(at, self._send_again)

    def acknowledged(self, turn: Turn) -> None:
        """The ACK of the 200 came."""
        if self._success is None:
            return
        self._success = None
        self.dialog.state = DialogState.CONFIRMED
        self._cloud.cancel(self._retransmit)
        if self._hang_up_when_acknowledged and not self._over:
            self.hang_up(turn)

    def renegotiate(self, offer: SessionDescription, reply: Callable[[bytes], None], turn: Turn) -> None:
        """Answer the offer of a re-INVITE (RFC 3264 section 8)."""
        if self._media_address is not None:
            self._session_version += 1
            agreement = answer_offer(
                offer,
                address=self._media_address,
                session_id=self._session_id,
                version=self._session_version,
            )
            self._connect(agreement, turn)
            reply(bytes(agreement.description))

    def _too_long(self, turn: Turn) -> None:
        self._alert(32015, "warning", "Call is terminated due to exceeding maximum call duration", turn)
        self.hang_up(turn)

    # --- the end -----------------------------------------------------------------------------------------

    def hang_up(self, turn: Turn) -> None:
        """End the call from our side: BYE when it is answered, else a refusal."""
        if self._over:
            return
        if self.answered_at is None:
            self._fail(480, None, "failed", turn)
            return
        if self._success is not None:
            # RFC 3261 section 15: no BYE before the ACK, or before it is given up.
            self._hang_up_when_acknowledged = True
            return
        cloud = self._cloud
        flow = self._next_flow()
        headers = [
            USER_AGENT,
            ("Reason", 'Q.850;cause=16;text="Normal call clearing"'),
            ("X-Twilio-CallSid", self.record.sid),
        ]
        request = self.dialog.request("BYE", cloud.new_via(flow), headers=headers)
        _, step = cloud.layer.request(request, flow, turn.now)
        cloud.take(step, turn)
        self._finish("completed", turn)

    def ended_by_peer(self, turn: Turn) -> None:
        """The caller sent BYE, which is answered elsewhere."""
        if self.answered_at is None:
            self._fail(487, None, "no-answer", turn)
        else:
            self._finish("completed", turn)

    def _next_flow(self) -> Flow:
        """Return the flow for a request of ours: the route, the Contact, or the way the INVITE came.

        A Contact that is no IP address, or that of a caller behind a NAT (its Via was not where it
        came from), is not where it can be reached: then the way back is the way it came.
        """
        flow, hop = self._flow, self.dialog.next_hop
        if flow.reliable or not _is_address(hop):
            return flow
        behind_nat = not self.dialog.route_set and hop.host != flow.remote.host
        return flow if behind_nat else Flow(flow.transport, flow.local, Address(hop.host, hop.port or 5060))

    def _finish(self, status: CallStatus, turn: Turn) -> None:
        self._over = True
        cloud = self._cloud
        for alarm in (self._retransmit, self._limit, self._refresh):
            cloud.cancel(alarm)
        self.status = status
        cloud.records.finish(self.record.sid, status, cloud.wall(turn.now))
        cloud.dialogs.pop(self.dialog.id, None)
        cloud.invites.pop(self._transaction.key, None)
        cloud.sessions.pop(self.session, None)
        self.dialog.state = DialogState.TERMINATED
        self.executor.hung_up(turn)
        if self._media_address is not None or self._then is not None:
            turn.out.append(CloseMedia(self.session))
        self._success = self._request = self._offer = self._then = None
        self._note_status(turn)
        self.callbacks.tell("completed", status, turn)

    # --- evidence ----------------------------------------------------------------------------------------

    def _note_status(self, turn: Turn) -> None:
        turn.out.append(
            CallChanged(
                at=turn.now, call_sid=self.record.sid, call_id=self.identity.call_id, status=self.status,
                domain=self.domain.domain_name,
            )
        )  # fmt: skip

    def _alert(self, code: int, level: str, text: str, turn: Turn) -> None:
        turn.out.append(
            Alert(
                at=turn.now, call_sid=self.record.sid, call_id=self.identity.call_id, code=code,
                level="error" if level == "error" else "warning", text=text,
            )
        )  # fmt: skip


def _is_address(uri: Uri) -> bool:
    return ":" in uri.host or uri.host.replace(".", "").isdigit()
