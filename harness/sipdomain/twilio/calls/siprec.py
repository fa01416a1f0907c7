"""One recording session: a call's audio on its way to a session recording server, by SIP.

Sources: https://www.twilio.com/docs/voice/twiml/siprec, RFC 7866; what the provider's INVITE looks like is not published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media.negotiation import Negotiation, description_of
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    MediaFailed,
    MediaInput,
    MediaOpened,
    OpenMedia,
    Patch,
)
from sipdomain.media.patchbay import VOICE, said_by
from sipdomain.media.sdes import SUITES, OwnKeys
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.address import NameAddress
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.timers import Alarm
from sipdomain.sip.transactions import Transaction
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.branch import Invitation
from sipdomain.twilio.calls.bye import Bye
from sipdomain.twilio.calls.fork import Answer, Fork
from sipdomain.twilio.calls.next_flow import next_flow
from sipdomain.twilio.calls.siprec_offer import Copy, Recorded, labelled, metadata, multipart
from sipdomain.twilio.calls.siprec_table import SiprecTable
from sipdomain.twilio.calls.targets import Target, Unreachable, find_targets
from sipdomain.twilio.engine.callback_queue import CallbackQueue, iso_timestamp
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.evidence import alert
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.voice import Identified
from sipdomain.twilio.signalling.user_agent import UserAgent
from sipdomain.twilio.store.model import Connector
from sipdomain.twilio.webhooks.exchange import ordered
from sipdomain.twiml.siprec import OpenSiprec
from sipdomain.twiml.tracks import Track

NO_CONNECTOR: Final = 31940
NOT_ACCEPTED: Final = 32011
LONGEST_WAIT: Final = 30.0
"""How long a server may take to answer the INVITE, in seconds (rule siprec-unanswered)."""
_SPEAKERS: Final = {"inbound": 0, "outbound": 1}
_CODECS: Final = ("PCMU", "PCMA")


@dataclass(slots=True)
class _Track:
    """One track on its way.

    Attributes:
        track: Which of the call's.
        label: What a=label says of it.
        session: Its media session.
        negotiation: Its offer.
        is_open: Whether its media session is open, or being opened.
    """

    track: Track
    label: str
    session: str
    negotiation: Negotiation
    is_open: bool = True


class Siprec:
    """A recording session.

    Attributes:
        sid: Its SID.
        wish: What it is to be.
        over: Whether it is over.
        dialog: The dialog with the server, once it answered.
        flow: How messages come from there and go there.
    """

    __slots__ = (
        "_agent",
        "_answered",
        "_call",
        "_callbacks",
        "_connector",
        "_ended",
        "_engine",
        "_fork",
        "_limit",
        "_table",
        "_targets",
        "_tracks",
        "flow",
        "over",
        "sid",
        "wish",
    )  # fmt: skip

    def __init__(
        self, engine: Engine, agent: UserAgent, table: SiprecTable[Siprec], call: Identified, sid: str, wish: OpenSiprec,
        ended: Then,
    ) -> None:  # fmt: skip
        """Wait for `begin`.

        Args:
            engine: The engine.
            agent: Speaks SIP.
            table: Where it is found while it is not over.
            call: What is recorded.
            sid: Its SID.
            wish: What it is to be.
            ended: Called once at its end, unless `stop` ends it.
        """
        self.sid = sid
        self.wish = wish
        self.over = False
        self.flow = Flow("udp", Address("127.0.0.1", 0), Address("127.0.0.1", 0))
        self._engine = engine
        self._agent = agent
        self._table = table
        self._call = call
        self._ended = ended
        self._callbacks = CallbackQueue(engine, call.identity, "siprec")
        self._connector: Connector | None = None
        self._targets: list[Target] = []
        self._tracks: list[_Track] = []
        self._fork: Fork | None = None
        self._limit: Alarm[Then] | None = None
        self._answered: Dialog | None = None

    @property
    def dialog(self) -> Dialog:
        """The dialog with the server; there is one once it answered."""
        assert self._answered is not None  # noqa: S101 - asked for by who knows that it answered
        return self._answered

    # --- the beginning -----------------------------------------------------------------------------------

    def begin(self, turn: Turn) -> None:
        """Find the server, and open a media session for each track; it may be over at once."""
        engine, account = self._engine, self._call.parameters["AccountSid"]
        self._connector = connector = engine.store.connectors.named(account, self.wish.connector)
        if connector is None:
            known = ", ".join(each.unique_name for each in engine.store.connectors.of(account)) or "none"
            self.fail(
                NO_CONNECTOR, f"no connector has the name {self.wish.connector!r}; there is {known}", turn
            )
            return
        try:
            self._targets = find_targets(engine, self._agent.route, account, Uri.parse(connector.server))
        except Unreachable as error:
            self.fail(error.code, f"{connector.server}: {error}", turn)
            return
        first = self._targets[0]
        self.flow = first.flow
        host = self._agent.host_towards(first.flow, engine.settings.media_host)
        for number, track in enumerate(self.wish.tracks, 1):
            negotiation = Negotiation(
                engine.rng.getrandbits(31), codecs=_CODECS, events=False,
                keys=OwnKeys(engine.rng.randbytes) if first.secure else None, name="Twilio Media Gateway", user="root",
            )  # fmt: skip
            negotiation.direction = "sendonly"
            each = _Track(track, str(number), f"{self.sid}-{track}", negotiation)
            self._tracks.append(each)
            self._table.note_media(each.session, self)
            turn.out.append(OpenMedia(each.session, host, first.secure))

    def take(self, event: MediaInput, turn: Turn) -> None:
        """Take news of a media session: when all are open, the INVITE goes out."""
        if self.over or self._fork is not None:
            return
        if isinstance(event, MediaFailed):
            self.fail(12400, f"no media port: {event.reason}", turn)
        elif isinstance(event, MediaOpened):
            host = self._agent.host_towards(self.flow, self._engine.settings.advertise)
            for each in self._tracks:
                if each.session == event.session:
                    each.negotiation.address = Address(host, event.address.port)
            if all(each.negotiation.address is not None for each in self._tracks):
                self._invite(turn)

    def _invite(self, turn: Turn) -> None:
        engine, call, connector = self._engine, self._call, self._connector
        assert connector is not None  # noqa: S101 - nothing is opened without one
        draw = engine.rng.randbytes
        offers = [each.negotiation.offer(SUITES[:1]) for each in self._tracks]
        offer = labelled(offers, [each.label for each in self._tracks])
        recorded = Recorded(
            draw(16), call.identity.call_id, engine.wall(turn.now), self._parties(), (draw(16), draw(16)),
            self.wish.parameters,
        )  # fmt: skip
        copies = [Copy(each.label, draw(16), _SPEAKERS[each.track]) for each in self._tracks]
        kind, body = multipart(bytes(offer), metadata(recorded, copies), engine.identifiers.new_uuid())
        account = call.parameters["AccountSid"]
        local = NameAddress(Uri("sip", account, "sip.twilio.com")).with_tag(engine.identifiers.new_tag())
        server = Uri.parse(connector.server)
        credential = ((connector.header, connector.credential),) if connector.header else ()
        invitation = Invitation(
            local=local, remote=NameAddress(Uri("sip", server.user, server.host, server.port)),
            call_id=engine.identifiers.new_call_id(), body=body, content_type=kind, contact=";+sip.src", timer=False,
            headers=(
                ("Require", "siprec"), ("X-Twilio-AccountSid", account),
                ("X-Twilio-CallSid", call.identity.call_sid), *credential,
            ),
        )  # fmt: skip
        self._fork = Fork(engine, self._agent, self)
        self._limit = engine.alarms.set(turn.now + LONGEST_WAIT, self._unanswered)
        self._fork.start(self._targets, invitation, turn)

    def _parties(self) -> tuple[str, str]:
        """Return who is heard in the call, and whom it is with."""
        said = self._call.parameters
        caller, called = said["From"], said["To"]
        return (caller, called) if said["Direction"] == "inbound" else (called, caller)

    # --- what comes of the INVITE ------------------------------------------------------------------------

    def rang(self, turn: Turn) -> None:
        """The server takes its time."""

    def early_audio(self, target: Target, response: Response, turn: Turn) -> None:
        """Nothing is sent before the server answers."""

    def unsent(self, why: str, turn: Turn) -> None:
        """Note that the INVITE cannot be sent; `refused` follows."""
        self._alert(12400, f"no INVITE: {why}", turn)

    def refused(self, status: int, turn: Turn) -> None:
        """The server does not record."""
        self._engine.alarms.cancel(self._limit)
        if not self.over:
            self.fail(NOT_ACCEPTED, f"the session recording server answers {status}", turn)

    def _unanswered(self, turn: Turn) -> None:
        if self._fork is not None and not self.over:
            self._fork.cancel(turn)
            self.fail(
                NOT_ACCEPTED, f"the session recording server does not answer in {LONGEST_WAIT:g} s", turn
            )

    def answered(self, answer: Answer, turn: Turn) -> None:
        """Send the audio of the tracks that the server takes."""
        self._engine.alarms.cancel(self._limit)
        self._answered, self.flow = answer.dialog, answer.target.flow
        self._table.note_dialog(self)
        try:
            self._connect(description_of(answer.response), turn)
        except MediaError as error:
            self._hang_up(turn)
            self.fail(NOT_ACCEPTED, f"the answer of the session recording server: {error}", turn)
        else:
            self._call_back("siprec-started", turn)

    def _connect(self, answered: SessionDescription, turn: Turn) -> None:
        """Connect the tracks.

        Raises:
            MediaError: The answer takes none of them.
        """
        if len(answered.media) != len(self._tracks):
            raise MediaError(f"{len(answered.media)} streams answer {len(self._tracks)}")
        last: MediaError | None = None
        for each, media in zip(self._tracks, answered.media, strict=True):
            try:
                agreement = each.negotiation.accept(SessionDescription(answered.lines, (media,)))
            except MediaError as error:
                last = error
                self._close(each, turn)
                continue
            session = self._call.session
            source = session if each.track == "inbound" else said_by(session)
            turn.out += (
                ConnectMedia(each.session, agreement, self.flow.remote.host), Patch(source, each.session, VOICE)
            )  # fmt: skip
        if last is not None and not any(each.is_open for each in self._tracks):
            raise last

    # --- the end -----------------------------------------------------------------------------------------

    def asked(self, transaction: Transaction, request: Request, turn: Turn) -> None:
        """Answer a request of the server's: BYE ends the session, and a new offer is not taken (rule siprec-reinvite)."""
        if not self.dialog.in_order(request):
            self._agent.reply(transaction, request, 500, turn, "CSeq out of order")
        elif request.method != "BYE":
            self._agent.reply(transaction, request, 488, turn)
        else:
            self._agent.reply(transaction, request, 200, turn)
            if not self.over:
                self._table.forget_dialog(self)
                self._finish(turn)
                self._call_back("siprec-stopped", turn)
                self._ended(turn)

    def stop(self, turn: Turn) -> None:
        """End it from our side; harmless when it is over."""
        if self.over:
            return
        self._finish(turn)
        if self._answered is not None:
            self._hang_up(turn)
            self._call_back("siprec-stopped", turn)
        elif self._fork is not None:
            self._fork.cancel(turn)

    def fail(self, code: int, why: str, turn: Turn) -> None:
        """End it as an error: an alert, and the callback; the call goes on."""
        self._finish(turn)
        self._alert(code, why, turn)
        self._call_back("siprec-error", turn, SiprecErrorCode=str(code), SiprecError=why)
        self._ended(turn)

    def _finish(self, turn: Turn) -> None:
        self.over = True
        self._engine.alarms.cancel(self._limit)
        self._engine.records.siprecs.stopped(self.sid, self._engine.wall(turn.now))
        for each in self._tracks:
            self._close(each, turn)

    def _close(self, track: _Track, turn: Turn) -> None:
        if track.is_open:
            track.is_open = False
            self._table.forget_media(track.session)
            turn.out.append(CloseMedia(track.session))

    def _hang_up(self, turn: Turn) -> None:
        way = next_flow(self.flow, self.dialog, behind_nat=False)
        Bye(self._agent, self, way, (("X-Twilio-CallSid", self._call.identity.call_sid),)).send(turn)

    def bye_sent(self) -> None:
        """Be found by the dialog: a BYE of the server may cross ours."""
        self._table.note_dialog(self)

    def bye_over(self) -> None:
        """Be found so no more."""
        self._table.forget_dialog(self)

    def bye_failed(self, why: str, turn: Turn) -> None:
        """Note that no BYE could be sent."""
        self._table.forget_dialog(self)
        self._alert(12400, f"no BYE: {why}", turn)

    # --- what others hear of it --------------------------------------------------------------------------

    def _alert(self, code: int, text: str, turn: Turn) -> None:
        alert(self._call.identity, code, "error", f"Siprec {self.wish.name or self.sid}: {text}", turn)

    def _call_back(self, event: str, turn: Turn, **error: str) -> None:
        """Notify the status callback (rule siprec-callback)."""
        if not self.wish.callback_url:
            return
        call = self._call
        said = {
            **call.parameters, "CallStatus": call.status, "SiprecSid": self.sid, "SiprecName": self.wish.name or self.sid,
            "SiprecEvent": event, "Timestamp": iso_timestamp(self._engine.wall(turn.now)), **error,
        }  # fmt: skip
        self._callbacks.put(
            self.wish.callback_method, self.wish.callback_url, ordered(said, call.sip_headers), turn
        )
