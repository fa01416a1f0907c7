"""The HTTP side of a running emulator: the provider's REST API, the hosts that answer calls, the harness's own interface.

What comes by the proxy gets the provider's API and nothing else: the other two are not in its way at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import logging
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from sipdomain.error_codes import more_info
from sipdomain.errors import SetupError, StateError
from sipdomain.journal import Journal
from sipdomain.runtime.http import request as http_request
from sipdomain.runtime.http.control import Control, ControlAnswer
from sipdomain.runtime.http.control_routes import EVENTS, JSON
from sipdomain.runtime.http.gate import CONTROL, Gate, Refusal
from sipdomain.runtime.http.journal_events import stream_events
from sipdomain.runtime.slices import in_slices, joined
from sipdomain.sip.outputs import Address
from sipdomain.twilio.engine.hosted import Answer
from sipdomain.twilio.rest import RestApi
from sipdomain.twilio.rest.messages import RestRequest

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)

BACKLOG: Final = 128
MOST_WATCHERS: Final = 32
"""How many may follow the journal at once."""


class HttpServer:
    """Answers on one address; everything it says is decided elsewhere.

    Attributes:
        address: Where it listens.
    """

    def __init__(
        self,
        rest: RestApi,
        control: Control,
        keep: Callable[[], Awaitable[None]] | None = None,
        *,
        journal: Journal | None = None,
        gate: Gate | None = None,
        proxy_gate: Gate | None = None,
        hosted: Mapping[str, Answer] | None = None,
    ) -> None:
        """Make a server.

        Args:
            rest: Answers below `/2010-04-01/` and `/v1/`.
            control: Answers below `/_sipdomain/`.
            keep: Awaited before an answer goes out, so that what it acknowledges is kept; raises StateError.
            journal: What is streamed as server-sent events, if anything is.
            gate: Who may ask.
            proxy_gate: Who may ask by the proxy.
            hosted: By host name, what answers calls there.
        """
        self._keep = keep
        self._journal = journal
        self._gate = gate or Gate()
        self._proxy_gate = proxy_gate or Gate()
        self._hosted = hosted or {}
        self._watchers = 0
        self._restoring = asyncio.Lock()
        self._rest = rest
        self._control = control
        self._socket: socket.socket | None = None
        self._runner: web.ServerRunner | None = None
        self._proxied: web.Server | None = None
        self._starting: asyncio.Task[None] | None = None
        self.address = Address("", 0)

    async def open(self, bind: Address) -> None:
        """Listen. The first requests wait in the backlog while the HTTP library is imported, in a thread.

        Raises:
            SetupError: The address cannot be bound.
        """
        family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((bind.host, bind.port))
            listening.listen(BACKLOG)
        except OSError as error:
            listening.close()
            raise SetupError(f"cannot listen on http {bind}: {error.strerror}") from error
        self._socket = listening
        self.address = Address(*listening.getsockname()[:2])
        self._starting = asyncio.get_running_loop().create_task(self._start(listening))

    async def _start(self, listening: socket.socket) -> None:
        web = await asyncio.to_thread(importlib.import_module, "aiohttp.web")
        bounded = importlib.import_module("sipdomain.runtime.http.connection_limits")
        await asyncio.to_thread(self._rest.load)
        log.addFilter(_is_ours)
        self._runner = runner = web.ServerRunner(
            bounded.Connections(self._handle, access_log=None, logger=log), shutdown_timeout=1.0
        )
        self._proxied = bounded.Connections(self._handle_proxied, access_log=None, logger=log)
        await runner.setup()
        await web.SockSite(runner, listening).start()

    async def proxied(self) -> asyncio.Protocol:
        """Return what serves one connection that the proxy took; it gets the provider's API only."""
        if self._starting is not None:
            await self._starting
        if self._proxied is None:
            raise SetupError("the REST API is not open")
        return self._proxied()

    async def close(self) -> None:
        """Stop listening."""
        if self._starting is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        if self._proxied is not None:
            self._proxied.pre_shutdown()
            await self._proxied.shutdown(1.0)
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        host, path, query = http_request.target(request, str(self.address))
        is_control = path.startswith(CONTROL)
        asking = http_request.asking(request, host)
        refusal = self._gate.refusal(asking, "control" if is_control else "provider")
        if refusal is not None:
            return _refused(refusal)
        name = unquote(path[len(CONTROL) :])
        if is_control and name == "journal" and EVENTS in request.headers.get("Accept", ""):
            return await self._stream_journal(request)
        hosted = self._hosted.get(host.partition(":")[0].lower().removesuffix("."))
        if not is_control and hosted is None:
            return await self._ask_rest(request, host, path, query)
        if (request.method, path) == ("PUT", f"{CONTROL}snapshot"):
            async with self._restoring:
                return await self._ask_control(request, name, query, most=http_request.MOST_SNAPSHOT)
        if is_control or hosted is None:
            return await self._ask_control(request, name, query, most=http_request.MOST_BODY)
        body = await http_request.read(request)
        answer = hosted(path, http_request.readable((*query, *http_request.form(request, body))))
        return _response(answer.status, answer.headers, answer.body)

    async def _ask_control(
        self, request: web.BaseRequest, name: str, query: http_request.Pairs, *, most: int
    ) -> web.StreamResponse:
        body = await http_request.read(request, most=most)
        if body is None:
            answer = json.dumps({"message": f"the body has more than {most:,} bytes"}).encode()
            return _response(413, (("Content-Type", JSON), ("Connection", "close")), answer)
        shown = await self._control.answer(request.method, name, http_request.readable(query), body)
        headers = (("Allow", shown.allow),) if shown.allow else ()
        if shown.pieces is not None:
            return await _stream(request, shown)
        return _response(shown.status, (("Content-Type", shown.content_type), *headers), shown.body.encode())

    async def _handle_proxied(self, request: web.BaseRequest) -> web.StreamResponse:
        host, path, query = http_request.target(request, str(self.address))
        refusal = self._proxy_gate.refusal(http_request.asking(request, host), "proxy")
        return await self._ask_rest(request, host, path, query) if refusal is None else _refused(refusal)

    async def _ask_rest(
        self, request: web.BaseRequest, host: str, path: str, query: http_request.Pairs
    ) -> web.StreamResponse:
        body = await http_request.read(request)
        asked = RestRequest(
            method=request.method,
            path=unquote(path, errors="surrogateescape"),
            query=query,
            form=http_request.form(request, body),
            authorization=request.headers.get("Authorization"),
            content_type=request.headers.get("Content-Type", ""),
            body_too_large=body is None,
            base_url=http_request.base_url(host),
            client=request.remote or "",
        )
        began = time.perf_counter()
        fault = self._rest.faults.strike(asked.method, asked.path)
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if fault.cut == "before":
                return _cut(request)
            if fault.status is not None:
                answer = self._rest.refused(fault.status, retry_after=fault.retry_after)
                return _response(answer.status, answer.headers, answer.body)
        answer = self._rest.handle(asked, time.time())
        if self._keep is not None and request.method not in {"GET", "HEAD"}:
            try:
                await self._keep()
            except StateError as error:
                answer = self._rest.unavailable(str(error))
        if answer.steps is not None:
            body = await in_slices(answer.steps)
        else:
            body = answer.body if answer.late is None else await asyncio.to_thread(answer.late)
        headers = answer.timed(time.perf_counter() - began).headers
        if fault is not None and fault.cut == "after":
            has_body = bool(body) and request.method != "HEAD"
            return await _cut_short(request, answer.status, headers, body) if has_body else _cut(request)
        return _response(answer.status, headers, body)

    async def _stream_journal(self, request: web.BaseRequest) -> web.StreamResponse:
        """Send the journal as server-sent events, from `Last-Event-ID` on, until the client leaves."""
        from aiohttp import web

        if self._journal is None or self._watchers >= MOST_WATCHERS:
            return web.Response(status=503, text="too many watch the journal\n", headers={"Retry-After": "5"})
        response = web.StreamResponse(headers={"Content-Type": EVENTS, "Cache-Control": "no-store"})
        await response.prepare(request)
        self._watchers += 1
        try:
            await stream_events(
                self._journal,
                request.headers.get("Last-Event-ID", ""),
                response.write,
                lambda: request.transport is None or request.transport.is_closing(),
            )
        except ConnectionError:
            pass  # The client left.
        finally:
            self._watchers -= 1
        return response


def _is_ours(record: logging.LogRecord) -> bool:
    """Return whether an error is to be logged: what is not valid HTTP is the client's own, and it is answered 400."""
    return record.exc_info is None or not isinstance(record.exc_info[1], http_request.broken())


async def _stream(request: web.BaseRequest, shown: ControlAnswer) -> web.StreamResponse:
    """Send an answer piece by piece, as fast as they are made and the client reads them."""
    from aiohttp import web

    response = web.StreamResponse(status=shown.status, headers={"Content-Type": shown.content_type})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        async for piece in joined(shown.pieces or iter(())):
            if piece:
                await response.write(piece.encode())
    return response


def _refused(refusal: Refusal) -> web.Response:
    answer = {"code": refusal.code, "message": refusal.message, "more_info": more_info(refusal.code)}
    body = json.dumps({**answer, "status": refusal.status}).encode()
    wait = (("Retry-After", str(refusal.retry_after)),) if refusal.retry_after else ()
    return _response(refusal.status, (("Content-Type", JSON), *wait), body)


def _cut(request: web.BaseRequest) -> web.StreamResponse:
    """Close a connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return _response(500, (), b"")


async def _cut_short(
    request: web.BaseRequest, status: int, headers: tuple[tuple[str, str], ...], body: bytes
) -> web.StreamResponse:
    """Send the first half of an answer, and close the connection."""
    from aiohttp import web

    response = web.StreamResponse(status=status, headers=list(headers))
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def _response(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> web.Response:
    from aiohttp import web

    return web.Response(status=status, body=body or None, headers=list(headers))
