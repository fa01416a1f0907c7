"""An emulator by hand: virtual time, literal bytes, HTTP answers from a script, and nothing left behind."""

from __future__ import annotations

import base64
import json
import random
from collections import deque
from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import pytest

from sipdomain.entries import Alert, Decision, Entry, HttpRequested
from sipdomain.media.outputs import (
    CloseMedia,
    MediaFailed,
    MediaInput,
    MediaOpened,
    MediaOutput,
    OpenMedia,
    PlaybackDone,
    PreparePrompt,
    PromptFailed,
    PromptReady,
    RecordingDone,
    StartPlayback,
    StopPlayback,
    StopRecording,
)
from sipdomain.media.streaming import StopStream, StreamMeasured
from sipdomain.sip.codec import check, parse
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.twilio.calls.orders import CallOrder, CallUpdate, SiprecOrder, StreamOrder, TranscriptionOrder
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.engine.turn import Output
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.names.domain_names import SUFFIX
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestRequest
from sipdomain.twilio.rooms.orders import ConferenceOrder, ParticipantOrder
from sipdomain.twilio.store import Domain, Limits, Store
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.recordings import RecordingOrder
from sipdomain.twilio.webhooks.http import Fetch, HttpFailure, HttpResponse, HttpResult
from sipdomain.twilio.webhooks.socket import CloseSocket, OpenSocket, SendText, SocketOutput
from tests.unit.twilio.contract import CheckedApi
from tests.unit.twilio.pages import Ask, Page, page

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "0123456789abcdef0123456789abcdef"
EPOCH = 1_767_225_600.0  # Thu, 01 Jan 2026 00:00:00 +0000
CLOUD = Address("127.0.0.1", 5060)
CALLER = Address("127.0.0.10", 5070)
RTP = Address("127.0.0.1", 16_384)
ACME = "acme.sip.twilio.com"
PASSWORD = "Correct-Horse-42"
SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.10\r\ns=-\r\nc=IN IP4 127.0.0.10\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)
SAY = "<Response><Say>Welcome</Say></Response>"
LONG = '<Response><Say>Welcome</Say><Pause length="86400"/></Response>'
REFUSED = HttpFailure("refused", "nothing listens there")
BOTH = pytest.mark.parametrize("profile", [DOCUMENTED, OBSERVED], ids=["documented", "observed"])
E = TypeVar("E", bound=Entry)


def flow(
    host: str = CALLER.host, port: int = CALLER.port, transport: str = "udp", local: Address = CLOUD
) -> Flow:
    """Return the way from a caller to the cloud."""
    return Flow(transport, local, Address(host, port), 0 if transport == "udp" else 7)


class Bench:
    """Stands for the network, the media side, the webhook server and the clock of one emulator.

    Attributes:
        pages: What a path answers: a result, a function of the request, or None to keep it waiting.
        open_port: Whether a port for RTP can be had; None when that takes its time.
        speech: How long a prompt lasts, or None when none can be rendered.
        audio: What a recording holds, or None when that is answered by the test itself.
        slow_voice: Whether prompts are answered by the test itself.
        reports_ends: Whether the media side reports the ends of playbacks.
        asks: What was asked by HTTP.
        waiting: Of these, what was not answered yet.
        entries: The journal.
        media: What was asked of the media side.
    """

    def __init__(
        self,
        profile: Profile = DOCUMENTED,
        *,
        suffix: str = SUFFIX,
        limits: Limits | None = None,
        **settings: Any,
    ) -> None:
        ids = Ids(random.Random(2))
        self.store = Store(ids, suffix=suffix, limits=limits)
        self.calls = CallStore()
        self.emulator = Emulator(
            self.store, self.calls, ids,
            rng=random.Random(1), settings=Settings(profile=profile, wall_offset=EPOCH, **settings),
        )  # fmt: skip
        self.now = 0.0
        self.pages: dict[str, Page] = {"/voice": page(SAY), "/status": HttpResponse(204)}
        self.open_port: bool | None = True
        self.speech: float | None = 2.0
        self.audio: bytes | None = bytes(64_000)
        self.slow_voice = False
        self.reports_ends = True
        self.asks: list[Ask] = []
        self.sockets: list[SocketOutput] = []
        self.waiting: list[Ask] = []
        self.entries: list[Entry] = []
        self.media: list[MediaOutput] = []
        self.sent: list[tuple[float, Flow, bytes]] = []
        self._read = 0
        self._unserved: deque[Ask | MediaOutput] = deque()
        self._serving = False
        self._ends: dict[tuple[str, int], float] = {}
        self.api = CheckedApi(self.store, self.calls, Ids(random.Random(3)), switchboard=self)
        self.emulator.send_by(
            lambda transport, remote: None if ":" in remote.host else Flow(transport, CLOUD, remote)
        )
        self.store.accounts.create(sid=ACCOUNT, auth_token=TOKEN, now=EPOCH)

    # --- what is given -----------------------------------------------------------------------------------

    def domain(
        self, name: str = ACME, *, users: Iterable[str] | None = ("alice",), addresses: Iterable[str] | None = None,
        **settings: Any,
    ) -> Domain:  # fmt: skip
        """Make a domain with /voice; `users` and `addresses` are its lists, None is no list."""
        settings = {"voice_url": "http://app.test/voice", **settings}
        domain = self.store.domains.create(ACCOUNT, name, now=EPOCH, **settings)
        if users is not None:
            self.map_users(domain, *users)
        if addresses is not None:
            self.map_addresses(domain, *addresses)
        return domain

    def map_users(self, domain: Domain, *names: str, password: str = PASSWORD) -> None:
        """Map one more credential list to a domain."""
        users = self.store.credential_lists.create(ACCOUNT, "users", now=EPOCH)
        for name in names:
            self.store.credential_lists.add(ACCOUNT, users.sid, name, password=password, now=EPOCH)
        self.store.map_list(ACCOUNT, domain.sid, users.sid, "calls", now=EPOCH)

    def map_addresses(self, domain: Domain, *addresses: str) -> None:
        """Map one more IP access control list to a domain."""
        office = self.store.access_lists.create(ACCOUNT, "office", now=EPOCH)
        for address in addresses:
            host, _, prefix = address.partition("/")
            self.store.access_lists.add(
                ACCOUNT, office.sid, address, host, cidr_prefix_length=int(prefix or 32), now=EPOCH
            )
        self.store.map_list(ACCOUNT, domain.sid, office.sid, "calls", now=EPOCH)

    # --- the REST API ------------------------------------------------------------------------------------

    def dial(self, record: CallRecord, order: CallOrder) -> None:
        """Make a call that the REST API was asked for."""
        self.carry(self.emulator.dial(record, order, self.now))

    def stream(self, order: StreamOrder) -> None:
        """Begin or stop a stream, as the REST API asks."""
        self.carry(self.emulator.stream_call(order, self.now))

    def record_elsewhere(self, order: SiprecOrder) -> None:
        """Begin or end a recording session, as the REST API asks."""
        self.carry(self.emulator.record_elsewhere(order, self.now))

    def record_call(self, order: RecordingOrder) -> None:
        """Record a call as the REST API was asked."""
        self.carry(self.emulator.record_call(order, self.now))

    def transcribe(self, order: TranscriptionOrder) -> None:
        self.carry(self.emulator.transcribe(order, self.now))

    def change(self, sid: str, update: CallUpdate) -> None:
        """Change a call as the REST API was asked."""
        self.carry(self.emulator.update_call(sid, update, self.now))

    def change_conference(self, order: ConferenceOrder) -> None:
        """Change a conference as the REST API was asked."""
        self.carry(self.emulator.change_conference(order, self.now))

    def change_participant(self, order: ParticipantOrder) -> None:
        """Change a participant as the REST API was asked."""
        self.carry(self.emulator.change_participant(order, self.now))

    def post(self, path: str, status: int = 200, /, **form: str) -> dict[str, Any]:
        """Ask the REST API, below the account; expect that status."""
        response = self.api.handle(
            RestRequest(
                "POST", f"/2010-04-01/Accounts/{ACCOUNT}{path}", form=tuple(form.items()),
                authorization="Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(),
                content_type="application/x-www-form-urlencoded",
            ),
            EPOCH + self.now,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(response.body)
        assert response.status == status, found
        return found

    def read(self, path: str) -> dict[str, Any]:
        """Return what the REST API shows, below the account; the query follows a "?"."""
        target, _, query = path.partition("?")
        response = self.api.handle(
            RestRequest(
                "GET", f"/2010-04-01/Accounts/{ACCOUNT}{target}", query=tuple(parse_qsl(query)),
                authorization="Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(),
            ),
            EPOCH + self.now,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(response.body)
        return found

    # --- time and the outputs ----------------------------------------------------------------------------

    def carry(self, outputs: Iterable[Output]) -> None:
        """Carry outputs out, and answer what the script can answer."""
        for output in outputs:
            match output:
                case Send(flow, data):
                    self.sent.append((self.now, flow, data))
                case Fetch(token, request):
                    ask = Ask(self.now, token, request)
                    self.asks.append(ask)
                    self.waiting.append(ask)
                    self._unserved.append(ask)
                case OpenSocket() | SendText() | CloseSocket():
                    self.sockets.append(output)
                case Entry():
                    self.entries.append(output)
                case _:
                    self.media.append(output)
                    self._unserved.append(output)
        if not self._serving:
            self._serving = True
            while self._unserved:
                self._serve(self._unserved.popleft())
            self._serving = False

    def _serve(self, wish: Ask | MediaOutput) -> None:
        match wish:
            case Ask():
                found = self.pages.get(wish.path, REFUSED)
                result = found(wish.request) if callable(found) else found
                if result is not None:
                    self.answer(wish, result)
            case OpenMedia(session) if self.open_port is not None:
                failed = MediaFailed(session, "no port free")
                self.tell(MediaOpened(session, RTP) if self.open_port else failed)
            case StopStream(session, stream):
                self.tell(StreamMeasured(session, stream, 0, 0, 0.0))
            case StopRecording(session, recording) if self.audio is not None:
                self.tell(RecordingDone(session, recording, self.audio))
            case PreparePrompt() if self.slow_voice:
                pass
            case PreparePrompt(token) if self.speech is not None:
                self.tell(PromptReady(token, self.speech))
            case PreparePrompt(token):
                self.tell(PromptFailed(token, "no voice"))
            case StartPlayback(session, playback) if self.reports_ends:
                self._ends[session, playback] = self.now + (self.speech or 0.0)
            case StopPlayback(session, playback):
                self._ends.pop((session, playback), None)
            case CloseMedia(session):
                self._ends = {key: at for key, at in self._ends.items() if key[0] != session}
            case _:
                pass

    def tell(self, event: MediaInput) -> None:
        """Let the media side tell something."""
        self.carry(self.emulator.media(event, self.now))

    def answer(self, ask: Ask, result: HttpResult) -> None:
        """Answer an HTTP request that waits."""
        self.waiting.remove(ask)
        self.carry(self.emulator.fetched(ask.token, result, self.now))

    def wait(self, duration: float) -> None:
        """Let time pass, waking the emulator exactly when it asks for it, and reporting what was played."""
        until = self.now + duration
        while (moment := self._next_moment()) is not None and moment <= until:
            self.now = max(self.now, moment)
            for session, playback in [each for each, at in self._ends.items() if at <= self.now]:
                if self._ends.pop((session, playback), None) is not None:
                    self.tell(PlaybackDone(session, playback))
            self.carry(self.emulator.tick(self.now))
        self.now = until

    def _next_moment(self) -> float | None:
        moments = [
            *self._ends.values(),
            *(() if self.emulator.deadline is None else (self.emulator.deadline,)),
        ]
        return min(moments, default=None)

    def receive(self, message: Request | Response | bytes, source: Flow | None = None) -> None:
        """Let a message arrive."""
        data = message if isinstance(message, bytes) else bytes(message)
        self.carry(self.emulator.receive(parse(data), source or flow(), self.now))

    # --- what was seen -----------------------------------------------------------------------------------

    def take(self) -> list[Request | Response]:
        """Return the messages sent since the last time, parsed and checked."""
        messages = [parse(data) for _, _, data in self.sent[self._read :]]
        self._read = len(self.sent)
        for message in messages:
            check(message)
        return messages

    def statuses(self) -> list[int]:
        """Return the statuses of the responses sent since the last time; there was no request."""
        messages = self.take()
        assert [each for each in messages if isinstance(each, Request)] == []
        return [each.status for each in messages if isinstance(each, Response)]

    def response(self, status: int) -> Response:
        """Return the last message sent: a response of that status."""
        message = self.take()[-1]
        assert isinstance(message, Response)
        assert message.status == status
        return message

    def request(self, method: str) -> Request:
        """Return the last message sent: a request of that method."""
        message = self.take()[-1]
        assert isinstance(message, Request)
        assert message.method == method
        return message

    def journal(self, kind: type[E]) -> list[E]:
        """Return the entries of a kind."""
        return [entry for entry in self.entries if isinstance(entry, kind)]

    @property
    def refusal(self) -> Decision:
        """The one decision that refused or dropped something."""
        (decision,) = (each for each in self.journal(Decision) if each.outcome in {"refused", "dropped"})
        return decision

    @property
    def alerts(self) -> list[int]:
        """The codes of the alerts, in order."""
        return [alert.code for alert in self.journal(Alert)]

    @property
    def record(self) -> CallRecord:
        """The one call on record."""
        (record,) = self.calls.newest_first(ACCOUNT)
        return record

    def asked(self, purpose: str) -> list[Ask]:
        """Return the HTTP requests of a purpose."""
        tokens = {each.token for each in self.journal(HttpRequested) if each.purpose == purpose}
        return [ask for ask in self.asks if ask.token in tokens]

    def settle(self) -> None:
        """End everything, and see that nothing is left: no call, binding, transaction, request, prompt, alarm."""
        self.carry(self.emulator.shut_down(self.now))
        for _ in range(10):
            for ask in list(self.waiting):
                self.answer(ask, HttpFailure("disconnected", "the test is over"))
            self.wait(100.0)
            self.carry(self.emulator.shut_down(self.now))
        # The longest that a binding lasts.
        self.wait(3600.0)
        assert self.emulator.bindings == []
        assert self.emulator.open_recordings == 0
        assert self.emulator.open_conferences == 0
        assert self.emulator.queued == 0
        assert self.emulator.census == (0, 0, 0, 0, 0, 0, 0)
        assert self.emulator.deadline is None
