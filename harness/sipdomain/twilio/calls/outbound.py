"""A call of ours by SIP: INVITEs to one place, or to all where a user is registered; the first 2xx wins.

What the service sends: https://www.twilio.com/docs/voice/twiml/sip, and traces of INVITEs from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.negotiation import description_of
from sipdomain.media.outputs import ConnectMedia, MediaFailed, MediaOpened, OpenMedia
from sipdomain.media.sdes import SUITES
from sipdomain.sip.address import NameAddress
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.session_timer import read as read_session_expires
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.branch import Invitation
from sipdomain.twilio.calls.fork import Answer, Fork
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.calls.originated import OriginatedCall
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.calls.targets import Target, Unreachable, find_targets
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twilio.webhooks.exchange import sip_parameters
from sipdomain.twiml.program import Parameters

_BUSY: Final = frozenset({486, 600})
_UNANSWERED: Final = frozenset({408, 487, 603})
_PASSED_ON: Final = frozenset(
    {"user-to-user", "remote-party-id", "p-preferred-identity", "p-called-party-id"}
)
_NOWHERE: Final = Flow("udp", Address("127.0.0.1", 0), Address("127.0.0.1", 0))


class OutboundCall(OriginatedCall):
    """A call of ours to phones that speak SIP."""

    def __init__(
        self, service: Service, record: CallRecord, order: CallOrder, to: Uri, turn: Turn, owner: Owner | None = None,
    ) -> None:  # fmt: skip
        """Take an order up: find out where to call. What cannot be called ends in `begin`."""
        engine, agent = service.engine, service.agent
        self._why = ""
        self._why_code = 0
        try:
            self._targets = find_targets(engine, agent.route, record.account_sid, to)
        except Unreachable as error:
            self._targets, self._why, self._why_code = [], str(error), error.code
        first = self._targets[0] if self._targets else Target(to, _NOWHERE)
        local = NameAddress(_caller(order, first)).with_tag(engine.identifiers.new_tag())
        record.sip_call_id = engine.identifiers.new_call_id()
        called = NameAddress(replace(to, headers=None, parameters={}))
        super().__init__(
            service, record, order, flow=first.flow,
            dialog=Dialog(record.sip_call_id, local, called, first.uri, local_sequence=0),
            parameters={"SipCallId": record.sip_call_id}, secure=first.secure, behind_nat=first.behind_nat, turn=turn,
            owner=owner,
        )  # fmt: skip
        self._header_fields = _header_fields(to)
        self._domain_name = first.domain_name
        self._fork = Fork(engine, agent, self)
        self._waiting_for_media = self._hears_early = False

    # --- the INVITEs -------------------------------------------------------------------------------------

    def _is_possible(self, turn: Turn) -> bool:
        if not self._targets:
            self._alert(self._why_code, "error", self._why, turn)
        return bool(self._targets)

    def _call(self, turn: Turn) -> None:
        """Open the media port, then send the INVITEs."""
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
        self.negotiation.address = Address(host, event.address.port)
        self._waiting_for_media = False
        offer = self.negotiation.offer(SUITES[:1])
        self._initiated(turn)
        invitation = Invitation(
            local=self.dialog.local, remote=self.dialog.remote, call_id=self.dialog.call_id, body=bytes(offer),
            headers=(
                ("X-Twilio-AccountSid", self.record.account_sid), ("X-Twilio-CallSid", self.record.sid),
                *self._header_fields,
            ),
            username=self._order.username, password=self._order.password,
        )  # fmt: skip
        self._fork.start(self._targets, invitation, turn)

    def unsent(self, why: str, turn: Turn) -> None:
        """Note that an INVITE cannot be sent."""
        self._alert(12400, "error", f"no INVITE: {why}", turn)

    def early_audio(self, target: Target, response: Response, turn: Turn) -> None:
        """Let the owner hear what the first phone that has something to hear plays before it answers."""
        if self._owner is None or self._hears_early or self.answered_at is not None:
            return
        try:
            agreement = self.negotiation.accept(description_of(response))
        except MediaError:
            return  # What it will answer with counts.
        self._hears_early = True
        turn.out.append(ConnectMedia(self.session, agreement, target.flow.remote.host))
        self._owner.early(turn)

    def answered(self, answer: Answer, turn: Turn) -> None:
        """Talk to the phone that answered first."""
        target, response = answer.target, answer.response
        self.dialog, self._flow, self._behind_nat = answer.dialog, target.flow, target.behind_nat
        self._calls.note_dialog(self)
        self.sip_headers = tuple(sip_parameters(response.headers))
        try:
            agreement = self.negotiation.accept(description_of(response))
        except MediaError as error:
            self._alert(32102, "error", f"the answer cannot be agreed to: {error}", turn)
            self._report_end(response.status)
            self._finish("failed", turn)
            self._send_bye(turn)
            return
        self._connect(agreement, turn)
        self._take_timer(response, turn)
        self._talk(turn)

    def _of_dial(self) -> Parameters:
        """Return whom the leg has reached (https://www.twilio.com/docs/voice/twiml/sip#url)."""
        name = self._domain_name or self.dialog.remote.uri.host
        domain = self._engine.store.domain_named(self._domain_name) if self._domain_name else None
        sid = (("SipDomainSid", domain.sid),) if domain is not None else ()
        return (("SipDomain", name), *sid, ("SipSourceIp", self._flow.remote.host))

    def _take_timer(self, response: Response, turn: Turn) -> None:
        """Take up the session timer that the phone grants; one that cannot be read is none (rule session-timer)."""
        try:
            granted = read_session_expires(response)
        except RemoteProtocolError:
            return
        ours = granted is not None and granted.refresher != "uas"
        self.session_timer.start(granted, ours=ours, turn=turn)

    def refused(self, status: int, turn: Turn) -> None:
        """No phone answered."""
        if self._fork.refusal is not None:
            self.sip_headers = tuple(sip_parameters(self._fork.refusal.headers))
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
        self._report_end(status)
        self._end(ended, turn)

    # --- what any leg does -------------------------------------------------------------------------------

    def _stop_calling(self, turn: Turn) -> None:
        self._fork.cancel(turn)

    def _free_parts(self) -> None:
        super()._free_parts()
        del self._fork

    @property
    def _media_is_open(self) -> bool:
        return super()._media_is_open or self._waiting_for_media


def _header_fields(to: Uri) -> list[tuple[str, str]]:
    """Return the header fields that the URI asks for, as `<Sip>` takes them; all others are left out."""
    fields = []
    for part in (to.headers or "").split("&"):
        name, _, value = part.partition("=")
        if name.lower().startswith("x-") or name.lower() in _PASSED_ON:
            fields.append((unquote(name), unquote(value)))
    return fields


def _caller(order: CallOrder, first: Target) -> Uri:
    """Return the URI of From: what was given, or a user at the domain called, else at sip.twilio.com (traces)."""
    try:
        uri = Uri.parse(order.from_)
        if uri.is_sip:
            return uri
    except RemoteProtocolError:
        pass
    return Uri("sip", quote(order.from_, safe="+!*'()&=$,;?/"), first.domain_name or "sip.twilio.com")
