"""Asks customers' URLs over real HTTP; whether to try again is decided elsewhere."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from math import inf
from typing import Final
from urllib.parse import urlsplit

from sipdomain.runtime.http.client_connection import HttpConnection
from sipdomain.runtime.http.gate import is_control
from sipdomain.runtime.http.wire import failure_of, wire
from sipdomain.sip.outputs import Address
from sipdomain.twilio.webhooks.http import HttpFailure, HttpRequest, HttpResponse, HttpResult
from sipdomain.twilio.webhooks.login import Origin

MOST_CONNECTIONS: Final = 256
IDLE: Final = 1.5
"""How long an idle connection is kept, in seconds: usual servers close theirs after two or more."""

NUDGE: Final = 0.03
"""How long a request waits for the first byte of its answer before idle connections to the same server are closed, in
seconds: a server that serves one connection at a time may be waiting on one of them."""
_EARLY: Final = 0.005
"""By how much a timer of uvloop, which counts milliseconds, may ring too early, in seconds."""


class _Job:
    """A request on its way."""

    __slots__ = (
        "again",
        "connection",
        "data",
        "done",
        "ends_at",
        "nudge",
        "origin",
        "request",
        "rings_at",
        "task",
        "timer",
    )

    def __init__(
        self, request: HttpRequest, origin: Origin, data: bytes, done: Callable[[HttpResult], None]
    ) -> None:
        self.request = request
        self.origin = origin
        self.data = data
        self.done: Callable[[HttpResult], None] | None = done
        self.again = False
        self.ends_at = 0.0
        self.timer: asyncio.TimerHandle | None = None
        self.rings_at = 0.0
        self.nudge: asyncio.TimerHandle | None = None
        self.connection: HttpConnection | None = None
        self.task: asyncio.Task[None] | None = None


class LiveHttpClient:
    """One pool of keep-alive connections. A request costs a task only where a connection is opened for it."""

    def __init__(
        self, hosts: Mapping[str, str] | None = None, *, most_connections: int = MOST_CONNECTIONS,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """Make a client.

        Args:
            hosts: Public host names and the base URL, such as `http://127.0.0.1:8080`, that answers for each.
            most_connections: How many connections there may be; past that, requests wait for their turn, each
                within its own time.
            note: Told in a sentence of what belongs to no request.
        """
        self._note = note
        self._most = most_connections
        self._hosts = {host.lower(): base for host, base in (hosts or {}).items()}
        self._idle: dict[Origin, deque[HttpConnection]] = {}
        self._open: set[HttpConnection] = set()
        self._none_open = asyncio.Event()
        self._opening = 0
        self._waiting: deque[_Job] = deque()
        self._jobs: set[_Job] = set()
        self._nudged: set[_Job] = set()
        self._tidying: asyncio.TimerHandle | None = None
        self._tls: ssl.SSLContext | None = None
        self._own: Address | None = None

    def spare(self, own: Address) -> None:
        """Ask nothing of the control API of a listener of ours, by whatever name a URL leads there."""
        self._own = own

    def map_host(self, host: str, base_url: str) -> None:
        """Have a public host name answered by another server."""
        self._hosts[host.lower()] = base_url

    def fetch(self, request: HttpRequest, done: Callable[[HttpResult], None]) -> None:
        """Carry out a request; `done` is called once, on the loop, and not from within this call."""
        loop = asyncio.get_running_loop()
        try:
            origin, data = wire(request, self._hosts)
        except ValueError as error:
            loop.call_soon(done, HttpFailure("protocol", str(error)))
            return
        job = _Job(request, origin, data, done)
        self._jobs.add(job)
        job.ends_at = loop.time() + request.total_timeout
        job.rings_at, job.timer = job.ends_at, loop.call_at(job.ends_at, self._expire, job)
        if not self._start(job):
            self._waiting.append(job)

    async def close(self) -> None:
        """Give up what is under way, and close the pool."""
        tasks = [job.task for job in self._jobs if job.task is not None]
        for job in tuple(self._jobs):
            self._forget(job)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._tidying is not None:
            self._tidying.cancel()
        self._waiting.clear()
        for connection in self._open:
            connection.close()
        if self._open:
            await self._none_open.wait()

    # --- one request -------------------------------------------------------------------------------------

    def _start(self, job: _Job) -> bool:
        """Send a request, or open a connection for it; False when it must wait."""
        connection = None if job.again else self._reuse(job.origin)
        if connection is not None:
            self._ask(job, connection)
            return True
        if len(self._open) + self._opening >= self._most and not self._let_one_go():
            return False
        self._opening += 1
        job.task = asyncio.get_running_loop().create_task(self._connect(job))
        return True

    async def _connect(self, job: _Job) -> None:
        origin, connection = job.origin, HttpConnection(self._lost, self._excess)
        failure: HttpFailure | None = None
        try:
            async with asyncio.timeout(job.request.connect_timeout):
                await asyncio.get_running_loop().create_connection(
                    lambda: connection, origin.host, origin.port,
                    ssl=self._context() if origin.scheme == "https" else None,
                )  # fmt: skip
        except asyncio.CancelledError:
            connection.close()
            # Its place is free once this task has ended.
            asyncio.get_running_loop().call_soon(self._serve_waiting)
            raise
        except (OSError, ValueError, OverflowError) as error:
            failure = failure_of(error, job.request)
        finally:
            self._opening -= 1
            job.task = None
        if failure is not None:
            self._finish(job, failure)
            return
        self._open.add(connection)
        self._none_open.clear()
        connection.is_own = self._own is not None and connection.leads_to(self._own)
        self._ask(job, connection)

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    def _ask(self, job: _Job, connection: HttpConnection) -> None:
        loop = asyncio.get_running_loop()
        if connection.is_own and is_control(urlsplit(job.request.url).path):
            connection.close()
            loop.call_soon(self._finish, job, HttpFailure("forbidden", "there is the emulator itself"))
            return
        job.connection = connection
        self._nudged.discard(job)
        connection.ask(
            job.data, job.request.max_bytes, job.request.max_audio_bytes,
            lambda *answer: self._answered(job, *answer),
        )  # fmt: skip
        self._await_bytes(job, loop)
        job.nudge = loop.call_later(NUDGE, self._nudge, job)

    def _await_bytes(self, job: _Job, loop: asyncio.AbstractEventLoop) -> None:
        """Have `_expire` look again when the time to the next byte, or for all of it, is over."""
        assert job.connection is not None  # noqa: S101 - it was asked on one
        at = min(job.ends_at, job.connection.active_at + job.request.read_timeout)
        # A timer may ring a moment too early: then it is set again for the same moment.
        if job.timer is not None and (job.rings_at != at or loop.time() >= job.rings_at - _EARLY):
            job.timer.cancel()
            # What is due already is not a timer in uvloop, and does not say when.
            job.rings_at, job.timer = at, loop.call_at(at, self._expire, job)

    def _answered(self, job: _Job, connection: HttpConnection, result: HttpResult) -> None:
        if not job.again and (
            _is_stale(connection) if isinstance(result, HttpFailure) else _is_late(connection, result)
        ):
            job.connection, job.again = None, True
            if not self._start(job):
                self._waiting.append(job)
            return
        if connection.reusable:
            self._keep(job.origin, connection)
        self._finish(job, result)

    def _keep(self, origin: Origin, connection: HttpConnection) -> None:
        """Keep a connection for the next request, unless another one waits in vain for the same server."""
        if any(other.origin == origin and _is_held_up(other, connection) for other in self._nudged):
            connection.close()
            return
        connection.idle_since = asyncio.get_running_loop().time()
        self._idle.setdefault(origin, deque()).append(connection)
        self._tidy_later()

    def _nudge(self, job: _Job) -> None:
        """No byte of an answer yet: close what is idle, in case the server serves one connection at a time."""
        if job.done is not None and job.connection is not None and not job.connection.answering:
            self._nudged.add(job)
            for connection in self._idle.pop(job.origin, ()):
                connection.close()

    def _excess(self, connection: HttpConnection, count: int) -> None:
        """Bytes came on an idle connection; it closes itself."""
        origin = next((origin for origin, idle in self._idle.items() if connection in idle), None)
        where = f"{origin.host}:{origin.port}" if origin is not None else "a web server"
        self._note(
            f"{where} sent {count} bytes after the end of its answer; they were dropped. Is its Content-Length a "
            "length in characters, not bytes?"
        )

    def _expire(self, job: _Job) -> None:
        """The time for all of it ran out, or that for the next byte."""
        loop = asyncio.get_running_loop()
        now, connection = loop.time(), job.connection
        next_byte_at = inf if connection is None else connection.active_at + job.request.read_timeout
        if connection is not None and now < min(job.ends_at, next_byte_at):
            self._await_bytes(job, loop)
            return
        if job.task is not None:
            job.task.cancel()
        if connection is not None:
            connection.close()
        if next_byte_at < job.ends_at:
            self._finish(job, HttpFailure("timeout", f"no answer in {job.request.read_timeout:.3g} s"))
        else:
            self._finish(job, HttpFailure("total-timeout", f"no answer in {job.request.total_timeout:.3g} s"))

    def _finish(self, job: _Job, result: HttpResult) -> None:
        done = job.done
        self._forget(job)
        if done is not None:
            done(result)
        self._serve_waiting()

    def _forget(self, job: _Job) -> None:
        job.done = job.connection = None
        self._jobs.discard(job)
        self._nudged.discard(job)
        for timer in (job.timer, job.nudge):
            if timer is not None:
                timer.cancel()

    # --- the pool ----------------------------------------------------------------------------------------

    def _reuse(self, origin: Origin) -> HttpConnection | None:
        """Return the connection that was used last and is not too old, or None."""
        idle = self._idle.get(origin)
        while idle:
            connection = idle.pop()
            if connection.reusable:
                if asyncio.get_running_loop().time() - connection.idle_since < IDLE:
                    return connection
                connection.close()
        return None

    def _let_one_go(self) -> bool:
        """Close an idle connection to some other server; False when all are busy."""
        for idle in self._idle.values():
            if idle:
                self._open.discard(connection := idle.popleft())
                connection.close()
                return True
        return False

    def _serve_waiting(self) -> None:
        while self._waiting:
            job = self._waiting.popleft()
            if job.done is not None and not self._start(job):
                self._waiting.appendleft(job)
                return

    def _lost(self, connection: HttpConnection) -> None:
        if connection in self._open:
            self._open.discard(connection)
            self._serve_waiting()
        if not self._open:
            self._none_open.set()

    def _tidy_later(self) -> None:
        if self._tidying is None:
            self._tidying = asyncio.get_running_loop().call_later(IDLE, self._tidy)

    def _tidy(self) -> None:
        """Close what has been idle for too long, and forget servers to which nothing is open."""
        self._tidying = None
        too_old = asyncio.get_running_loop().time() - IDLE
        for origin, idle in tuple(self._idle.items()):
            while idle and (not idle[0].reusable or idle[0].idle_since <= too_old):
                idle.popleft().close()
            if not idle:
                del self._idle[origin]
        if self._idle:
            self._tidy_later()


def _is_stale(connection: HttpConnection) -> bool:
    """Whether a connection that was kept died, or held something stale, before any answer (RFC 9112 section 9.3.1)."""
    return bool(connection.used) and not connection.answering


def _is_late(connection: HttpConnection, response: HttpResponse) -> bool:
    """Whether a server gave up a connection that was kept just when it was used again (RFC 9110 section 15.5.9)."""
    return response.status == 408 and connection.used > 1 and not connection.reusable


def _is_held_up(job: _Job, answered: HttpConnection) -> bool:
    """Whether a request that was nudged still waits, on another connection than the one that just answered."""
    connection = job.connection
    return connection is not None and connection is not answered and not connection.answering
