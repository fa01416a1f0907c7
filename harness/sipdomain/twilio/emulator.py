"""The emulated cloud as one machine: messages, answers and moments in, outputs out."""

from __future__ import annotations

import random
from typing import Final

from sipdomain.entries import AudioMeasured, Decision
from sipdomain.errors import RemoteProtocolError
from sipdomain.media.outputs import (
    DtmfReceived,
    MediaFailed,
    MediaInput,
    MediaMeasured,
    MediaOpened,
    MediaSilent,
    PlaybackDone,
    PromptFailed,
    PromptReady,
    RecordingDone,
    RtpIgnored,
)
from sipdomain.sip.codec import call_id_of, check, check_on_stream
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response
from sipdomain.sip.methods import METHODS
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.status import reason_phrase
from sipdomain.sip.transactions import (
    AckArrived,
    Indication,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    Transaction,
    TransportFailed,
    refuse,
)
from sipdomain.twilio.admission import broken_messages as broken
from sipdomain.twilio.admission.admission import Trail
from sipdomain.twilio.admission.registrar import Binding, Registrar
from sipdomain.twilio.admission.repeats import Repeats
from sipdomain.twilio.admission.screening import lacks_extension, out_of_hops
from sipdomain.twilio.calls.info_keys import note_keys
from sipdomain.twilio.calls.orders import CallOrder, CallUpdate
from sipdomain.twilio.calls.outbound import OutboundCall
from sipdomain.twilio.calls.recorder import TOO_SHORT
from sipdomain.twilio.engine.cloud import ALLOW, EDGE, Census, Cloud, Route
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.engine.turn import Output, Turn
from sipdomain.twilio.methods import HANDLERS
from sipdomain.twilio.methods.register import expired
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.recordings import RecordingOrder
from sipdomain.twilio.webhooks.http import HttpResult

_SPELLING: Final = "spell the method in capitals, as RFC 3261 has it; another one nobody knows"


class Emulator:
    """A SIP Domain service. Every method returns what is to be done, in order."""

    def __init__(
        self,
        store: Store,
        calls: CallStore,
        ids: Ids,
        *,
        rng: random.Random,
        settings: Settings | None = None,
    ) -> None:
        """Serve what `store` holds.

        Args:
            store: Accounts, domains and lists; a change takes effect on the next request.
            calls: Where calls are written down.
            ids: Makes SIDs.
            rng: Makes tags, branches and the nonce secret.
            settings: How it is set up.
        """
        self._cloud = Cloud(settings or Settings(), store, calls, ids, rng)
        self._repeats = Repeats()

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, or None."""
        cloud = self._cloud
        moments = (cloud.layer.deadline, cloud.engine.alarms.deadline, cloud.engine.registrar.deadline)
        return min((at for at in moments if at is not None), default=None)

    @property
    def open_calls(self) -> int:
        """How many calls are not over."""
        return len(self._cloud.sessions)

    @property
    def open_transactions(self) -> int:
        """How many SIP transactions are not over."""
        return len(self._cloud.layer)

    @property
    def census(self) -> Census:
        """What is open or awaited; all zero when nothing is left of past calls."""
        return self._cloud.census

    @property
    def bindings(self) -> list[Binding]:
        """Where phones are registered now, those of deleted domains left out."""
        named = self._cloud.engine.store.domain_named
        return [
            each
            for each in self._cloud.engine.registrar
            if (domain := named(each.domain)) is not None and domain.sid == each.aor.domain_sid
        ]

    def forget_registrations(self) -> None:
        """Let no phone be registered any more."""
        self._cloud.engine.registrar = Registrar()

    @property
    def waiting_for_bye(self) -> bool:
        """Whether a call, or a request of ours, still waits for the other side, or a recording for its end."""
        cloud = self._cloud
        return bool(cloud.sessions or cloud.recorders) or cloud.layer.unanswered > 0

    def is_busy(self, call_id: str) -> bool:
        """Whether a call is not over, or one of its recordings or HTTP requests is not.

        Args:
            call_id: Its SIP Call-ID.
        """
        return self._cloud.is_busy(call_id)

    @property
    def open_recordings(self) -> int:
        """How many recordings are not finished."""
        return len(self._cloud.recorders)

    def receive(self, message: Request | Response, flow: Flow, now: float) -> list[Output]:
        """Take a parsed message from the wire."""
        turn = Turn(now)
        try:
            check(message, telephone=self._cloud.engine.settings.default_domain is not None)
            if flow.reliable:
                check_on_stream(message)
            if isinstance(message, Request) and self._dropped(message, flow, turn):
                return turn.out
            step = self._cloud.layer.receive(message, flow, now)
        except RemoteProtocolError as error:
            self._refuse_broken(message, flow, error, turn)
            return turn.out
        self._dispatch(step, turn)
        return turn.out

    def _dropped(self, request: Request, flow: Flow, turn: Turn) -> bool:
        """Rule acl-drop: nothing from an unlisted address gets an answer, whatever its method."""
        cloud = self._cloud
        call = cloud.dialogs.get(Dialog.id_of(request)) if request.to.tag else None
        domain = call.domain if call is not None else cloud.engine.admission.locate(request)
        if domain is None:
            return False
        decisions = cloud.engine.admission.drops(request, flow, domain, turn.now)
        if decisions is None:
            return False
        if self._repeats.is_first(request.raw, flow.remote, turn.now):
            self._note_edge(request, flow, turn)
            turn.out.extend(decisions)
        return True

    def _refuse_broken(
        self, message: Request | Response, flow: Flow, error: RemoteProtocolError, turn: Turn
    ) -> None:
        """Answer a request that cannot be worked with, without a transaction (RFC 3261 section 8.2)."""
        source, call_id = str(flow.remote), message.headers.get("call-id") or ""
        if isinstance(message, Response):
            if self._repeats.is_first(message.raw, flow.remote, turn.now):
                turn.out.append(broken.decision(call_id, "", error, source, turn.now, answered=False))
            return
        if self._dropped_though_broken(message, flow, turn):
            return
        reason = f"{reason_phrase(error.status_hint)} - {error}"
        headers = [EDGE, ALLOW] if error.status_hint == 501 else [EDGE]
        answer = refuse(message, flow, error.status_hint, reason[:200], headers=headers)
        if self._repeats.is_first(message.raw, flow.remote, turn.now):
            turn.out.append(
                broken.decision(call_id, message.method, error, source, turn.now, answered=bool(answer))
            )
        turn.out.extend(answer)

    def unreadable(self, data: bytes, flow: Flow, error: RemoteProtocolError, now: float) -> list[Output]:
        """Take bytes from the wire that are no message: they are dropped."""
        if not self._repeats.is_first(data, flow.remote, now):
            return []
        return [broken.decision(call_id_of(data), "", error, str(flow.remote), now, answered=False)]

    def _dropped_though_broken(self, request: Request, flow: Flow, turn: Turn) -> bool:
        try:
            return self._dropped(request, flow, turn)
        except RemoteProtocolError:
            return False

    def _dispatch(self, step: list[Send | Indication], turn: Turn) -> None:
        for item in step:
            match item:
                case Send():
                    turn.out.append(item)
                case RequestArrived(transaction, request):
                    self._handle(transaction, request, turn)
                case AckArrived(request, _):
                    call = self._cloud.dialogs.get(Dialog.id_of(request))
                    if call is not None and call.came_by_the_edge(request, turn):
                        call.acknowledged(request, turn)
                case ResponseArrived(transaction, response):
                    self._responded(transaction, response, turn)
                case TimedOut(transaction):
                    self._unanswered(transaction, 408, turn)
                    # Whatever becomes of a BYE, its call is over.
                    self._cloud.bye_over(transaction)
                case TransportFailed(transaction):
                    self._unanswered(transaction, 503, turn)
                    ended = self._cloud.bye_over(transaction)
                    if ended is not None:
                        ended.bye_undelivered(transaction.flow, turn)
                    call = self._cloud.invites.get(transaction.key)
                    if call is not None:
                        # Who hangs up the connection while it rings has given up; an answered call goes on.
                        call.cancelled(turn)

    def _responded(self, transaction: Transaction, response: Response, turn: Turn) -> None:
        branch = self._cloud.branches.get(transaction.key)
        if branch is not None:
            branch.responded(response, turn)
        elif response.status >= 200:
            self._cloud.bye_over(transaction)

    def _unanswered(self, transaction: Transaction, status: int, turn: Turn) -> None:
        branch = self._cloud.branches.get(transaction.key)
        if branch is not None:
            branch.unanswered(status, turn)

    def _handle(self, transaction: Transaction, request: Request, turn: Turn) -> None:
        cloud = self._cloud
        self._note_edge(request, transaction.flow, turn)
        handler = HANDLERS.get(request.method)
        trail = Trail(request, turn.now)
        refused = out_of_hops(request, cloud.engine.admission, trail)
        if refused is None and handler is not None:
            refused = lacks_extension(request, trail)
        if refused is not None:
            turn.out.extend(trail.decisions)
            cloud.refuse(transaction, request, refused.refusal, turn)
        elif self._went_straight(request, turn):
            cloud.reply(transaction, request, 481, turn)
        elif handler is not None:
            handler(cloud, transaction, request, turn)
        else:
            status = 405 if request.method in METHODS else 501
            if not note_keys(cloud, request, turn):
                why = "method-not-allowed" if status == 405 else "unknown-method"
                mend = "send none: the service takes no such request" if status == 405 else _SPELLING
                trail.note(
                    "method", "refused", "methods", reason=why, got=request.method, wanted=ALLOW[1], mend=mend
                )
                turn.out.extend(trail.decisions)
            cloud.reply(transaction, request, status, turn, headers=[ALLOW])

    def _went_straight(self, request: Request, turn: Turn) -> bool:
        """Whether a request within a call came without the route set, and so to nobody (rule route-set)."""
        if not request.to.tag or request.method == "CANCEL":
            return False
        call = self._cloud.dialogs.get(Dialog.id_of(request))
        return call is not None and not call.came_by_the_edge(request, turn)

    def name_edge(self, address: Address, name: str) -> None:
        """Say from now on of each request that reaches this address which edge it stands for (rule any-edge)."""
        self._cloud.edges[address] = name

    def _note_edge(self, request: Request, flow: Flow, turn: Turn) -> None:
        edge = self._cloud.edges.get(flow.local)
        if edge is not None:
            trail = Trail(request, turn.now)
            trail.note("edge", "noted", "any-edge", got=f"{edge} ({flow.transport} {flow.local})")
            turn.out.extend(trail.decisions)

    def tick(self, now: float) -> list[Output]:
        """Let everything ring that is due."""
        turn = Turn(now)
        self._dispatch(self._cloud.layer.tick(now), turn)
        self._cloud.engine.alarms.ring(turn)
        expired(self._cloud, turn)
        return turn.out

    def fetched(self, token: int, result: HttpResult, now: float) -> list[Output]:
        """Take the end of the HTTP request that `Fetch(token, …)` asked for."""
        turn = Turn(now)
        self._cloud.engine.exchanges.fetched(token, result, turn)
        return turn.out

    def media(self, event: MediaInput, now: float) -> list[Output]:
        """Take news from the media side."""
        turn = Turn(now)
        match event:
            case MediaOpened() | MediaFailed():
                self._cloud.media(event, turn)
            case PromptReady() | PromptFailed():
                self._cloud.engine.prompts.rendered(event, turn)
            case RecordingDone():
                self._cloud.recorded(event, turn)
            case RtpIgnored():
                self._note_ignored(event, turn)
            case MediaSilent():
                self._cloud.silent(event, turn)
            case MediaMeasured():
                self._note_measured(event, turn)
            case DtmfReceived(session, key):
                if (call := self._cloud.sessions.get(session)) is not None:
                    call.interpreter.key_pressed(key, turn)
            case PlaybackDone(session, playback):
                if (call := self._cloud.sessions.get(session)) is not None:
                    call.interpreter.played(playback, turn)
        return turn.out

    def _note_measured(self, event: MediaMeasured, turn: Turn) -> None:
        """Write down how the audio of a call went (rule rtcp)."""
        record = self._cloud.engine.records.find(event.session)
        if record is not None:
            turn.out.append(
                AudioMeasured(
                    at=turn.now, call_sid=record.sid, call_id=record.sip_call_id, sent=event.sent,
                    received=event.received, lost=event.lost, jitter=event.jitter, remote_lost=event.remote_lost,
                    remote_jitter=event.remote_jitter, round_trip=event.round_trip, reports=event.reports,
                )
            )  # fmt: skip

    def _note_ignored(self, event: RtpIgnored, turn: Turn) -> None:
        """Say in the call's decisions that RTP of a stranger was ignored (rule rtp-remote)."""
        record = self._cloud.engine.records.find(event.session)
        if record is None:
            return
        packets = "1 packet" if event.packets == 1 else f"{event.packets} packets"
        turn.out.append(
            Decision(
                at=turn.now, call_id=record.sip_call_id, method="INVITE", check="media", outcome="noted",
                reason="rtp-ignored", rule="rtp-remote", got=f"RTP from {event.source}, {packets} ignored",
                wanted=f"{event.agreed}, as the session description says",
                mend="if that is the phone, name its address in c= and m=, or send RTP from the host that SIP comes from",
                account_sid=record.account_sid, domain_sid=record.domain_sid,
            )
        )  # fmt: skip

    def needs(self, connection: Flow) -> bool:
        """Whether a call goes by a connection, or a phone is registered by it (RFC 5626 section 4.4): keep it open."""
        cloud = self._cloud
        return any(leg.flow.is_on(connection) for leg in cloud.sessions.values()) or any(
            binding.flow.is_on(connection) for binding in cloud.engine.registrar
        )

    def record_call(self, order: RecordingOrder, now: float) -> list[Output]:
        """Begin, pause, resume or stop a recording that is on record."""
        cloud, turn = self._cloud, Turn(now)
        wall = cloud.engine.wall(now)
        record = cloud.engine.records.recordings.find(order.recording, wall)
        if record is None:
            return turn.out
        call = cloud.sessions.get(record.call_sid)
        if call is not None:
            call.recorder.carry_out(order, record, turn)
        elif order.recording not in cloud.recorders:
            # The call ended before its recording began.
            cloud.engine.records.recordings.finish(order.recording, b"", wall, error_code=TOO_SHORT)
        return turn.out

    def transport_failed(self, flow: Flow, now: float) -> list[Output]:
        """A connection broke, or could not be opened."""
        turn = Turn(now)
        self._dispatch(self._cloud.layer.transport_failed(flow, now), turn)
        return turn.out

    def send_by(self, route: Route) -> None:
        """Say by which flow requests of ours leave that are no part of a call to us."""
        self._cloud.route = route

    def dial(self, record: CallRecord, order: CallOrder, now: float) -> list[Output]:
        """Make a call, as the REST API asks."""
        turn = Turn(now)
        OutboundCall(self._cloud, record, order, turn).begin(turn)
        return turn.out

    def update_call(self, sid: str, change: CallUpdate, now: float) -> list[Output]:
        """Change a call in progress as the REST API asks; nothing when it is over."""
        turn = Turn(now)
        call = self._cloud.sessions.get(sid)
        if call is not None:
            call.update(change, turn)
        return turn.out

    def shut_down(self, now: float) -> list[Output]:
        """End every call: BYE to the answered, a refusal to the others."""
        turn = Turn(now)
        for call in list(self._cloud.sessions.values()):
            call.hang_up(turn)
        return turn.out
