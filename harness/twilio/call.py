"""One call to a domain: its dialog, its answer, its media session, and its end."""

from __future__ import annotations

from typing import Final

from harness.errors import LocalProtocolError, MediaError
from harness.journal import Alert, CallChanged
from harness.media.offer import Agreement, answer as answer_offer, offer as make_offer, read_answer
from harness.media.outputs import CloseMedia, ConnectMedia, MediaFailed, MediaOpened, OpenMedia
from harness.media.sdes import OwnKeys
from harness.media.sdp import SessionDescription
from harness.sip.dialog import Dialog, DialogState
from harness.sip.message import Request, Response, respond
from harness.sip.outputs import Address, Flow
from harness.sip.timers import Alarm, whole_seconds
from harness.sip.transactions import Transaction
from harness.twilio.acceptance import Acceptance
from harness.twilio.admission import Admitted, is_address
from harness.twilio.callbacks import Callbacks
from harness.twilio.calls import CallRecord, CallStatus
from harness.twilio.cloud import ALLOW, SERVER, USER_AGENT, Cloud, Then, Turn
from harness.twilio.executor import Executor
from harness.twilio.recorder import Recorder
from harness.twilio.webhooks import CallIdentity, sip_parameters

API_VERSION: Final = "2010-04-01"
SDP: Final = ("Content-Type", "application/sdp")
GATEWAY: Final = "Twilio Media Gateway"
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
            RemoteProtocolError: It has no usable Contact or Record-Route.
        """
        self._cloud = cloud
        self._transaction = transaction
        self._flow = transaction.flow
        self._request: Request | None = request
        self._offer: SessionDescription | None = offer
        self.domain = domain = admitted.domain
        self.dialog = Dialog.for_server(request, cloud.new_tag())
        _ = self.dialog.next_hop  # A route that cannot be read is refused now, and not when it is needed.
        self._behind_nat = request.via.host != self._flow.remote.host
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
        self._keys = OwnKeys(cloud.rng.randbytes) if domain.secure else None
        self._acceptance: Acceptance | None = None
        self._proposal: SessionDescription | None = None
        self._limit: Alarm[Then] | None = None
        self._refresh: Alarm[Then] | None = None
        self._then: Then | None = None
        self._hang_up_when_acknowledged = False
        self._over = False
        self.callbacks = Callbacks(cloud, self)
        self.executor = Executor(cloud, self)
        self.recorder = Recorder(cloud, self)

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
    def secure(self) -> bool:
        """Whether its audio is SRTP."""
        return self._keys is not None

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self._over

    def duration(self, now: float) -> int:
        """Return the seconds since the answer, a begun one in full; 0 for a call never answered."""
        return 0 if self.answered_at is None else whole_seconds(now - self.answered_at)

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
        self._cloud.respond(self._transaction, self._response(180), turn)
        self._refresh = self._cloud.alarm(turn.now + RINGING_REFRESH, self._ring)

    def _response(
        self, status: int, *, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        assert self._request is not None  # noqa: S101 - kept until the final response
        fields = [*self._record_routes, SERVER, self._cloud.contact(self._flow), *headers]
        fields.append(("X-Twilio-CallSid", self.record.sid))
        return respond(self._request, status, tag=self.dialog.local.tag, headers=fields, body=body)

    def answer(self, then: Then, turn: Turn) -> None:
        """Open the media port, send 200, then go on with `then`."""
        self._then = then
        host = self._cloud.host_towards(self._flow, self._cloud.settings.media_host)
        turn.out.append(OpenMedia(self.session, host, self.secure))

    def media_opened(self, event: MediaOpened | MediaFailed, turn: Turn) -> None:
        """Take the end of opening the port: send the 200 with our session description."""
        if self._over or self._offer is None:
            return
        if isinstance(event, MediaFailed):
            self._alert(12400, "error", f"no media port: {event.reason}", turn)
            self._fail(503, "failed", turn)
            return
        cloud, now = self._cloud, turn.now
        host = cloud.host_towards(self._flow, cloud.settings.advertise)
        self._media_address = Address(host, event.address.port)
        agreement = answer_offer(
            self._offer, address=self._media_address, session_id=self._session_id, keys=self._keys
        )
        self._offer = None
        self.answered_at = now
        cloud.cancel(self._refresh)
        response = self._response(200, headers=(ALLOW, SDP), body=bytes(agreement.description))
        self._acceptance = Acceptance(cloud, self._transaction, response, self._not_acknowledged, turn)
        self._request = None
        self._connect(agreement, turn)
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
                agreement.local_key, agreement.remote_key,
            )
        )  # fmt: skip

    def reject(self, reason: str, turn: Turn) -> None:
        """Refuse the call as `<Reject>` asks (rules reject-603, reject-404)."""
        if reason == "busy":
            self._fail(486, "busy", turn)
        else:
            self._fail(self._cloud.profile.reject_status, "no-answer", turn)

    def _fail(self, status: int, call_status: CallStatus, turn: Turn) -> None:
        self._cloud.respond(self._transaction, self._response(status), turn)
        self._finish(call_status, turn)

    def cancelled(self, turn: Turn) -> None:
        """The caller cancelled before the answer (rule cancel)."""
        if self.answered_at is None and not self._over:
            self._fail(487, "no-answer", turn)

    # --- the acknowledged dialog -------------------------------------------------------------------------

    def _not_acknowledged(self, turn: Turn) -> None:
        """No ACK came for a 200 (rule no-ack)."""
        self._acceptance = None
        self._alert(32022, "error", "ACK not received from your SIP endpoint", turn)
        self.hang_up(turn)

    def acknowledged(self, ack: Request, turn: Turn) -> None:
        """The ACK of a 200 came; when the 200 made an offer, it brings the answer."""
        acceptance = self._acceptance
        if acceptance is None or ack.cseq.number != acceptance.number:
            return
        acceptance.stop()
        self._acceptance = None
        self.dialog.state = DialogState.CONFIRMED
        proposal, self._proposal = self._proposal, None
        if proposal is not None and ack.body:
            try:
                self._connect(read_answer(proposal, SessionDescription.parse(ack.body)), turn)
            except MediaError as error:
                self._alert(32102, "error", f"the ACK's answer cannot be agreed to: {error}", turn)
                self.hang_up(turn)
                return
        if self._hang_up_when_acknowledged:
            self.hang_up(turn)

    def invited_again(
        self, transaction: Transaction, request: Request, offer: SessionDescription | None, turn: Turn
    ) -> None:
        """Accept an INVITE within the dialog: answer its offer (RFC 3264 section 8), or make one.

        Args:
            transaction: Where the 200 goes.
            request: In order, with a Contact that can be read.
            offer: One that can be answered, or None when the INVITE brings none.
            turn: Now, and where outputs go.
        """
        assert self._media_address is not None  # noqa: S101 - only answered calls come here
        address, session_id = self._media_address, self._session_id
        self._session_version += 1
        if offer is None:
            description = self._proposal = make_offer(
                address=address,
                session_id=session_id,
                version=self._session_version,
                name=GATEWAY,
                keys=self._keys,
            )
        else:
            agreement = answer_offer(
                offer,
                address=address,
                session_id=session_id,
                version=self._session_version,
                keys=self._keys,
            )
            self._proposal, description = None, agreement.description
            self._connect(agreement, turn)
        self.dialog.refresh_target(request)
        if self._acceptance is not None:
            # Whoever invites again has seen the 200 before, though its ACK was lost.
            self._acceptance.stop()
        headers = [SERVER, self._cloud.contact(transaction.flow), ALLOW, SDP]
        response = respond(request, 200, headers=headers, body=bytes(description))
        self._acceptance = Acceptance(self._cloud, transaction, response, self._not_acknowledged, turn)

    def _too_long(self, turn: Turn) -> None:
        self._alert(32015, "warning", "Call is terminated due to exceeding maximum call duration", turn)
        self.hang_up(turn)

    # --- the end -----------------------------------------------------------------------------------------

    def hang_up(self, turn: Turn) -> None:
        """End the call from our side: BYE when it is answered, else a refusal."""
        if self._over:
            return
        if self.answered_at is None:
            self._fail(480, "failed", turn)
            return
        if self._acceptance is not None:
            # RFC 3261 section 15: no BYE before the ACK, or before it is given up.
            self._hang_up_when_acknowledged = True
            return
        self._finish("completed", turn)
        self._send_bye(self._next_flow(), turn)

    def _send_bye(self, flow: Flow, turn: Turn) -> None:
        headers = [
            USER_AGENT,
            ("Reason", 'Q.850;cause=16;text="Normal call clearing"'),
            ("X-Twilio-CallSid", self.record.sid),
            *self.recorder.headers,
        ]
        try:
            request = self.dialog.request("BYE", self._cloud.new_via(flow), headers=headers)
            self._cloud.goodbye(self, request, flow, turn)
        except LocalProtocolError as error:
            self._alert(12400, "error", f"no BYE: {error}", turn)

    def goodbye_undelivered(self, flow: Flow, turn: Turn) -> None:
        """The connection of a BYE is gone: send it by a new one, to the first route or the Contact, if that can be.

        RFC 3261 section 18.2.2 says so of responses; of requests section 8.1.2 does, as each hop is found anew.
        """
        hop = self.dialog.next_hop
        if flow.connection and is_address(hop.host):
            port = hop.port or (5061 if flow.transport == "tls" else 5060)
            self._send_bye(Flow(flow.transport, flow.local, Address(hop.host, port)), turn)

    def ended_by_peer(self, turn: Turn) -> None:
        """The caller sent BYE, which is answered elsewhere."""
        if self.answered_at is None:
            self._fail(487, "no-answer", turn)
        else:
            self._finish("completed", turn)

    def _next_flow(self) -> Flow:
        """Return the flow for a request of ours: to the first route or the Contact, or the way the INVITE came.

        That way is left only for an IP address, and never without routes when the caller is behind
        a NAT (its Via names another host than it came from): its Contact cannot be reached.
        """
        flow, hop = self._flow, self.dialog.next_hop
        if flow.reliable or not is_address(hop.host) or (self._behind_nat and not self.dialog.route_set):
            return flow
        return Flow(flow.transport, flow.local, Address(hop.host, hop.port or 5060))

    def _finish(self, status: CallStatus, turn: Turn) -> None:
        self._over = True
        cloud = self._cloud
        for alarm in (self._limit, self._refresh):
            cloud.cancel(alarm)
        if self._acceptance is not None:
            self._acceptance.stop()
        self.status = status
        cloud.records.finish(self.record.sid, status, cloud.wall(turn.now))
        cloud.dialogs.pop(self.dialog.id, None)
        cloud.invites.pop(self._transaction.key, None)
        cloud.sessions.pop(self.session, None)
        self.dialog.state = DialogState.TERMINATED
        self.executor.hung_up(turn)
        self.recorder.hung_up(turn)
        if self._media_address is not None or self._then is not None:
            turn.out.append(CloseMedia(self.session))
        self._acceptance = self._request = self._offer = self._proposal = self._then = None
        self._note_status(turn)
        self.callbacks.tell("completed", status, turn)

    def transfer_refused(self, turn: Turn) -> None:
        """A REFER came that nothing in the document allows (rule refer-without-dial): the call goes on."""
        self._alert(13802, "error", "A REFER came, but <Dial> has no referUrl", turn)

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
