"""The emulated cloud as one machine: messages, answers and moments in, outputs out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from functools import partial

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.outputs import MediaInput, PlaybackDone
from sipdomain.sip.codec import check, check_on_stream
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.timers import earliest
from sipdomain.sip.transactions import (
    AckArrived,
    Indication,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    TransportFailed,
)
from sipdomain.twilio.admission.registrar import Binding, Registrar
from sipdomain.twilio.behaviours.far_end import FarEnd
from sipdomain.twilio.calls.census import Census, take_census
from sipdomain.twilio.calls.edge import Edge
from sipdomain.twilio.calls.leg import Leg, Service
from sipdomain.twilio.calls.media_news import take_media
from sipdomain.twilio.calls.on_purpose import act_on_purpose
from sipdomain.twilio.calls.orders import CallOrder, CallUpdate, SiprecOrder, StreamOrder, TranscriptionOrder
from sipdomain.twilio.calls.originated import OriginatedCall
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.calls.placing import place_call
from sipdomain.twilio.calls.recording_orders import carry_out
from sipdomain.twilio.calls.route_set import came_by_the_edge
from sipdomain.twilio.calls.service import ServiceOf
from sipdomain.twilio.calls.table import LiveCalls
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.engine.turn import Output, Turn
from sipdomain.twilio.methods.dispatch import handle
from sipdomain.twilio.methods.register import expire
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rooms.conferences import Conferences
from sipdomain.twilio.rooms.dialler import Dialler
from sipdomain.twilio.rooms.orders import ConferenceOrder, ParticipantOrder
from sipdomain.twilio.rooms.queues import Queues
from sipdomain.twilio.signalling.user_agent import Route, UserAgent
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.recordings import RecordingOrder
from sipdomain.twilio.webhooks.http import HttpResult
from sipdomain.twilio.webhooks.socket import SocketInput


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
        self._settings = settings or Settings()
        self._engine = Engine(self._settings, store, calls, ids, rng)
        self._agent = UserAgent(self._engine)
        self._calls: LiveCalls[Leg] = LiveCalls(self._settings.most_calls)
        self._agent.layer.is_vital = self._calls.is_ended_by
        self._conferences = Conferences(self._engine, self._calls.recorders)
        self._queues = Queues(self._engine)
        self._service: Service = ServiceOf(
            self._engine, self._agent, self._calls, self._conferences, self._queues,
            Dialler(self._engine, self._place),
        )  # fmt: skip
        self._edge = Edge(self._service)

    # --- what is open ------------------------------------------------------------------------------------

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do, or None."""
        engine = self._engine
        return earliest(
            self._agent.layer.deadline, engine.alarms.deadline, engine.registrar.deadline, engine.far_end.calls.deadline
        )  # fmt: skip

    @property
    def open_calls(self) -> int:
        """How many calls are not over."""
        return len(self._calls)

    @property
    def open_transactions(self) -> int:
        """How many SIP transactions are not over."""
        return len(self._agent.layer)

    @property
    def open_recordings(self) -> int:
        """How many recordings are not finished."""
        return len(self._calls.recorders)

    @property
    def open_conferences(self) -> int:
        """How many conferences are not over, those included that somebody is called for."""
        return len(self._conferences)

    @property
    def queued(self) -> int:
        """How many calls wait in queues or for somebody in one, or are connected by one."""
        return len(self._queues)

    @property
    def census(self) -> Census:
        """What is open or awaited; all zero when nothing is left of past calls."""
        return take_census(self._service)

    @property
    def waiting_for_bye(self) -> bool:
        """Whether a call, or a request of ours, still waits for the other side, or a recording for its end."""
        return bool(len(self._calls) or self._calls.recorders) or self._agent.layer.unanswered > 0

    def is_busy(self, call_id: str) -> bool:
        """Whether a call is not over, or one of its recordings or HTTP requests is not.

        Args:
            call_id: Its SIP Call-ID.
        """
        engine = self._engine
        return (
            self._calls.is_busy(call_id)
            or engine.exchanges.concern(call_id)
            or engine.sockets.concern(call_id)
        )

    def needs(self, connection: Flow) -> bool:
        """Whether a call goes by a connection, or a phone is registered by it (RFC 5626 section 4.4): keep it open."""
        return self._calls.go_by(connection) or any(
            binding.flow.is_on(connection) for binding in self._engine.registrar
        )

    # --- registrations -----------------------------------------------------------------------------------

    @property
    def bindings(self) -> list[Binding]:
        """Where phones are registered now, those of deleted domains left out."""
        named = self._engine.store.domain_named
        return [
            each
            for each in self._engine.registrar
            if (domain := named(each.domain)) is not None and domain.sid == each.aor.domain_sid
        ]

    @property
    def far_end(self) -> FarEnd:
        """What it does on purpose."""
        return self._engine.far_end

    def forget_registrations(self) -> None:
        """Let no phone be registered any more."""
        self._engine.registrar = Registrar()

    # --- where it is reached, and how it sends -----------------------------------------------------------

    def name_edge(self, address: Address, name: str) -> None:
        """Say from now on of each request that reaches this address which edge it stands for (rule any-edge)."""
        self._engine.doors.names[address] = name

    def listen_at(self, addresses: Iterable[Address]) -> None:
        """Say where it is reached besides: what is to befall what comes by an address can then be checked."""
        self._engine.doors.addresses.update(addresses)

    def send_by(self, route: Route) -> None:
        """Say by which flow requests of ours leave that are not part of a call to us."""
        self._agent.route = route

    # --- SIP ---------------------------------------------------------------------------------------------

    def receive(self, message: Request | Response, flow: Flow, now: float) -> list[Output]:
        """Take a parsed message from the wire."""
        turn = Turn(now)
        try:
            check(message, telephone=self._settings.default_domain is not None)
            if flow.reliable:
                check_on_stream(message)
            if isinstance(message, Request) and (
                self._edge.is_deaf_to(message, flow, turn) or self._edge.drops(message, flow, turn)
            ):
                return self._done(turn)
            step = self._agent.layer.receive(message, flow, now)
        except RemoteProtocolError as error:
            self._edge.refuse_broken(message, flow, error, turn)
            return self._done(turn)
        self._dispatch(step, turn)
        return self._done(turn)

    def unreadable(self, data: bytes, flow: Flow, error: RemoteProtocolError, now: float) -> list[Output]:
        """Take bytes from the wire that are not a message: they are dropped."""
        turn = Turn(now)
        self._edge.drop_unreadable(data, flow, error, turn)
        return self._done(turn)

    def transport_failed(self, flow: Flow, now: float) -> list[Output]:
        """A connection broke, or could not be opened."""
        turn = Turn(now)
        self._dispatch(self._agent.layer.transport_failed(flow, now), turn)
        return self._done(turn)

    def tick(self, now: float) -> list[Output]:
        """Let what is due ring, so much of it as a step takes: while more waits, the deadline is not later than now."""
        turn = Turn(now)
        self._dispatch(self._agent.layer.tick(now), turn)
        self._engine.alarms.ring(turn)
        expire(self._service, turn)
        return [*self._engine.far_end.calls.due(now), *self._done(turn)]

    def _done(self, turn: Turn) -> list[Output]:
        """Return the outputs of a step, with what is done to them on purpose."""
        calls = self._engine.far_end.calls
        return turn.out if calls.is_idle else calls.treated(turn.out, turn.now)

    def _dispatch(self, step: list[Send | Indication], turn: Turn) -> None:
        for item in step:
            match item:
                case Send():
                    turn.out.append(item)
                case RequestArrived(transaction, request):
                    self._edge.note(request, transaction.flow, turn)
                    if not self._edge.answers(transaction, request, turn):
                        handle(self._service, transaction, request, turn)
                case AckArrived(request, _):
                    call = self._calls.of_request(request)
                    if call is not None and came_by_the_edge(self._agent, call, request, turn):
                        call.acknowledged(request, turn)
                        act_on_purpose(self._service, call, turn)
                case ResponseArrived(transaction, response):
                    self._agent.pending.responded(transaction, response, turn)
                case TimedOut(transaction):
                    self._agent.pending.unanswered(transaction, 408, turn)
                case TransportFailed(transaction):
                    self._agent.pending.unanswered(transaction, 503, turn)
                    call = self._calls.of_invite(transaction.key)
                    if call is not None:
                        # Who hangs up the connection while it rings has given up; an answered call goes on.
                        call.cancelled(turn)

    # --- HTTP and media ----------------------------------------------------------------------------------

    def fetched(self, token: int, result: HttpResult, now: float) -> list[Output]:
        """Take the end of the HTTP request that `Fetch(token, …)` asked for."""
        turn = Turn(now)
        self._engine.exchanges.fetched(token, result, turn)
        return self._done(turn)

    def socket(self, event: SocketInput, now: float) -> list[Output]:
        """Take news of a WebSocket that `OpenSocket` asked for."""
        turn = Turn(now)
        self._engine.sockets.take(event, turn)
        return self._done(turn)

    def media(self, event: MediaInput, now: float) -> list[Output]:
        """Take news from the media side."""
        turn = Turn(now)
        if isinstance(event, PlaybackDone):
            self._conferences.played(event.session, event.playback, turn)
        take_media(self._service, event, turn)
        return self._done(turn)

    # --- what calls and the REST API order ---------------------------------------------------------------

    def _place(self, record: CallRecord, order: CallOrder, owner: Owner, turn: Turn) -> OriginatedCall:
        """Make a leg of a call."""
        return place_call(self._service, record, order, turn, owner)

    def dial(self, record: CallRecord, order: CallOrder, now: float) -> list[Output]:
        """Make a call, as the REST API asks."""
        turn = Turn(now)
        place_call(self._service, record, order, turn).begin(turn)
        return self._done(turn)

    def update_call(self, sid: str, change: CallUpdate, now: float) -> list[Output]:
        """Change a call in progress as the REST API asks; nothing when it is over."""
        turn = Turn(now)
        call = self._calls.find(sid)
        if call is not None:
            call.update(change, turn)
        return self._done(turn)

    def record_call(self, order: RecordingOrder, now: float) -> list[Output]:
        """Begin, pause, resume or stop a recording that is on record."""
        turn = Turn(now)
        carry_out(self._service, order, turn)
        return self._done(turn)

    def stream_call(self, order: StreamOrder, now: float) -> list[Output]:
        """Begin or stop a stream as the REST API asks; nothing when its call is over."""
        turn = Turn(now)
        call = self._calls.find(order.call_sid)
        if call is not None:
            call.interpreter.stream(order.sid, order.wish, turn)
        return self._done(turn)

    def transcribe(self, order: TranscriptionOrder, now: float) -> list[Output]:
        """Begin or stop a transcription that is on record; of a call that is over by then it is stopped."""
        turn, records = Turn(now), self._engine.records
        record = records.transcriptions.find(order.transcription)
        call = self._calls.find(record.call_sid) if record is not None else None
        if record is None:
            return []
        if call is None:
            records.transcriptions.stop(record.sid, self._engine.wall(now))
        elif order.wish is not None:
            call.transcriber.start(record, order.wish, turn)
        else:
            call.transcriber.end(record.sid, turn)
        return self._done(turn)

    def record_elsewhere(self, order: SiprecOrder, now: float) -> list[Output]:
        """Begin or end a recording session as the REST API asks; nothing when its call is over."""
        turn = Turn(now)
        call = self._calls.find(order.call_sid)
        if call is not None and order.wish is not None:
            call.siprecs.start(order.sid, order.wish, turn)
        elif call is not None:
            call.siprecs.end(order.sid, turn)
        return self._done(turn)

    def change_conference(self, order: ConferenceOrder, now: float) -> list[Output]:
        """Change a conference as the REST API asks; nothing when it is over."""
        turn = Turn(now)
        self._conferences.change(order, turn)
        return self._done(turn)

    def change_participant(self, order: ParticipantOrder, now: float) -> list[Output]:
        """Change a participant of a conference as the REST API asks; nothing when it is gone."""
        turn = Turn(now)
        self._conferences.change_participant(order, turn)
        return self._done(turn)

    def shut_down(self, now: float) -> list[Output]:
        """End every call: BYE to the answered, a refusal to the others."""
        return [output for end in self.endings() for output in end(now)]

    def endings(self) -> list[Callable[[float], list[Output]]]:
        """Return a step for each call that is open now, which ends it: 2,000 in one step hold the audio of others."""
        return [partial(self._end, call) for call in self._calls.all()]

    def _end(self, call: Leg, now: float) -> list[Output]:
        turn = Turn(now)
        call.hang_up(turn)
        return self._done(turn)
