"""What a target asks of our application, as entries of the journal: all that is seen of its webhooks from outside."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from sipdomain.entries import CallBegan, CallChanged, Entry, HttpAnswered, HttpRequested, SipMessage
from sipdomain.errors import RemoteProtocolError
from sipdomain.journal import Journal
from sipdomain.runtime.worlds.app_request import AppRequest
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_CALL_SID: Final = "x-twilio-callsid"
CAPACITY: Final = 1_000
"""How many requests, statuses of answers and calls of a target are kept, each; past that the oldest goes."""
_Mark = tuple[str, str, str]
K = TypeVar("K")
V = TypeVar("V")


class AnsweredStatuses:
    """A WSGI application that takes note of the status of each answer, and hands all on unchanged.

    Attributes:
        statuses: The statuses since they were last taken away, oldest first, by what marks a request.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self.statuses: deque[tuple[_Mark, int]] = deque(maxlen=CAPACITY)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        signature = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
        mark = environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), signature

        def started(status: str, *rest: Any) -> Any:
            self.statuses.append((mark, int(status[:3])))
            return start_response(status, *rest)

        return self._app(environ, started)


class AppWatch:
    """Turns what was asked into entries, each with the call that it belongs to.

    A call is known by its SIP Call-ID where a request names it, else by its CallSid, which an earlier request or a
    SIP message joined to a Call-ID.
    """

    def __init__(
        self,
        app: Any,
        answered: AnsweredStatuses,
        purposes: Mapping[str, str],
        verdict: Callable[[str, tuple[tuple[str, str], ...], str], bool | None],
        base: tuple[str, str],
    ) -> None:
        """Begin.

        Args:
            app: The application, with its recorder.
            answered: The same, as it is served.
            purposes: The purpose of requests at a path, where it is known beforehand.
            verdict: Whether a signature of a URL and form fields is valid.
            base: The base at which the application listens, and the one by which the target asks it.
        """
        self._recorder = app.extensions["recorder"]
        self._answered = answered
        self._purposes = purposes
        self._verdict = verdict
        self._base = base
        self._next = 0
        self._tokens = count(1)
        self._open: dict[_Mark, list[HttpRequested]] = {}
        self._call_ids: dict[str, str] = {}
        self._changes: dict[str, str] = {}
        self._requests: deque[AppRequest] = deque(maxlen=CAPACITY)

    def requests(self) -> list[AppRequest]:
        """Return what was asked, oldest first."""
        return list(self._requests)

    def follow(self, journal: Journal) -> Callable[[], None]:
        """Learn from the phones' messages which call has which SID; return what ends that."""

        def take(entry: Entry) -> None:
            if isinstance(entry, SipMessage) and _CALL_SID.encode() in entry.data.lower():
                self._join(journal, entry)

        return journal.listen(take)

    def take(self, journal: Journal, at: float) -> None:
        """Write down what was asked and answered since the last time."""
        for each in self._recorder.requests():
            if each.index >= self._next:
                self._next = each.index + 1
                self._take(each, journal, at)
        while self._answered.statuses:
            mark, status = self._answered.statuses.popleft()
            waiting = self._open.pop(mark, [])
            if waiting:
                sent, *later = waiting
                if later:
                    self._open[mark] = later
                journal.append(
                    HttpAnswered(
                        at=at,
                        token=sent.token,
                        call_sid=sent.call_sid,
                        call_id=sent.call_id,
                        purpose=sent.purpose,
                        status=status,
                    )
                )

    def _take(self, recorded: Any, journal: Journal, at: float) -> None:
        listening, asked_by = self._base
        url = asked_by + recorded.url.removeprefix(listening)
        query = tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        signature = next(
            (value for name, value in recorded.headers if name.lower() == "x-twilio-signature"), ""
        )
        valid = self._verdict(url, recorded.parameters[len(query) :], signature)
        request = AppRequest(
            recorded.method, recorded.path, recorded.parameters, recorded.headers, valid, recorded.body
        )
        self._requests.append(request)
        call_sid = request.parameter("CallSid") or ""
        if (call_id := request.parameter("SipCallId")) and call_sid not in self._call_ids:
            _keep(self._call_ids, call_sid, call_id)
        call_id = self._call_ids.get(call_sid, "")
        sent = HttpRequested(
            at=at, token=next(self._tokens), call_sid=call_sid, call_id=call_id, purpose=self._purpose(request),
            method=request.method, url=url, parameters=request.parameters, headers=request.headers,
        )  # fmt: skip
        journal.append(sent)
        mark = request.method, request.path, signature
        _keep(self._open, mark, [*self._open.get(mark, ()), sent])
        status = request.parameter("CallStatus")
        if status and call_id and self._changes.get(call_id) != status:
            _keep(self._changes, call_id, status)
            journal.append(CallChanged(at=at, call_sid=call_sid, call_id=call_id, status=status))

    def _purpose(self, request: AppRequest) -> str:
        """Return what a request is for, as far as its parameters and its path show it."""
        if request.parameter("CallbackSource") is not None:
            return "status"
        if request.parameter("ErrorUrl") is not None:
            return "fallback"
        if request.parameter("StatusCallbackEvent") is not None:
            return "conference"
        if request.parameter("RecordingStatus") is not None:
            return "recording"
        if request.parameter("CallSid") is None:
            return "media"
        return self._purposes.get(request.path, "action")

    def _join(self, journal: Journal, entry: SipMessage) -> None:
        try:
            message = parse(entry.data)
        except RemoteProtocolError:
            return
        call_sid = next((value for name, value in message.headers if name.lower() == _CALL_SID), "")
        if not call_sid or self._call_ids.get(call_sid) == entry.call_id:
            return
        _keep(self._call_ids, call_sid, entry.call_id)
        if isinstance(message, Request) and message.method == "INVITE" and entry.lane == "in":
            journal.append(
                CallBegan(at=entry.at, call_sid=call_sid, call_id=entry.call_id, to=str(message.target))
            )


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > CAPACITY:
        del kept[next(iter(kept))]
