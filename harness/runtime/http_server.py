"""The HTTP side of a running emulator: the provider's REST API, the twimlets, and the harness's own interface."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from harness.errors import SetupError, StateError
from harness.journal import Journal
from harness.runtime.control import EVENTS, Control, Guard
from harness.runtime.journal_events import tell
from harness.sip.outputs import Address
from harness.twilio import twimlets
from harness.twilio.rest import RestApi
from harness.twilio.rest.messages import FORM, RestRequest
from harness.twilio.signature import as_read

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)

BACKLOG: Final = 128
MOST_BODY: Final = 256 * 1024
MOST_WATCHERS: Final = 32
"""How many may follow the journal at once."""
PATIENCE: Final = 10.0
"""How long the body of a request may take, in seconds."""


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
        guard: Guard | None = None,
    ) -> None:
        """Make a server.

        Args:
            rest: Answers below `/2010-04-01/` and `/v1/`.
            control: Answers below `/_sipdomain/`.
            keep: Awaited before an answer goes out, so that what it acknowledges is kept; raises StateError.
            journal: What is told as server-sent events, if anything is.
            guard: Who may ask the control API.
        """
        self._keep = keep
        self._journal = journal
        self._guard = guard or Guard()
        self._watchers = 0
        self._rest = rest
        self._control = control
        self._socket: socket.socket | None = None
        self._runner: web.ServerRunner | None = None
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
        bounded = importlib.import_module("harness.runtime.http_connections")
        await asyncio.to_thread(self._rest.load)
        log.addFilter(_is_ours)
        self._runner = runner = web.ServerRunner(
            bounded.Connections(self._handle, access_log=None, logger=log), shutdown_timeout=1.0
        )
        await runner.setup()
        await web.SockSite(runner, listening).start()

    async def close(self) -> None:
        """Stop listening."""
        if self._starting is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        host = request.headers.get("Host", str(self.address))
        if not _is_host(host):
            return _plain(400, "no host: the header field Host")
        try:
            async with asyncio.timeout(PATIENCE):
                body, too_large = await _read(request)
        except TimeoutError:
            return _plain(408, f"the body did not come within {PATIENCE:g} s")
        except _broken():
            return _plain(400, "the body was cut off, or is not in its Content-Encoding")
        path, _, query_text = request.path_qs.partition("?")
        query = _pairs(query_text)
        content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        is_form = content_type == FORM
        form = _pairs(body.decode("utf-8", "surrogateescape")) if is_form else ()
        if host.partition(":")[0].lower() in twimlets.HOSTS:
            answer = twimlets.answer(path, _readable((*query, *form)))
            return _response(answer.status, answer.headers, answer.body)
        if path.startswith("/_sipdomain/"):
            header = request.headers.get
            shown = self._guard.refusal(host, header("Origin", ""), header("Authorization", ""))
            name = unquote(path[len("/_sipdomain/") :])
            if shown is None and name == "journal" and EVENTS in header("Accept", ""):
                return await self._tell(request)
            if shown is None:
                shown = await self._control.answer(request.method, name, _readable(query), body)
            headers = (("Allow", shown.allow),) if shown.allow else ()
            return _response(
                shown.status, (("Content-Type", shown.content_type), *headers), shown.body.encode()
            )
        asked = RestRequest(
            method=request.method,
            path=unquote(path, errors="surrogateescape"),
            query=query,
            form=form,
            authorization=request.headers.get("Authorization"),
            content_type=request.headers.get("Content-Type", ""),
            body_too_large=too_large,
            base_url=_base_url(host),
            client=request.remote or "",
        )
        began = time.perf_counter()
        told = self._rest.handle(asked, time.time())
        if self._keep is not None and request.method not in {"GET", "HEAD"}:
            try:
                await self._keep()
            except StateError as error:
                told = self._rest.unavailable(str(error))
        body = told.body if told.late is None else await asyncio.to_thread(told.late)
        return _response(told.status, told.timed(time.perf_counter() - began).headers, body)

    async def _tell(self, request: web.BaseRequest) -> web.StreamResponse:
        """Send the journal as server-sent events, from `Last-Event-ID` on, until the client leaves."""
        from aiohttp import web

        if self._journal is None or self._watchers >= MOST_WATCHERS:
            return web.Response(status=503, text="too many watch the journal\n", headers={"Retry-After": "5"})
        response = web.StreamResponse(headers={"Content-Type": EVENTS, "Cache-Control": "no-store"})
        await response.prepare(request)
        self._watchers += 1
        try:
            await tell(
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


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a query or a form; a byte that is no UTF-8 becomes a lone surrogate."""
    return tuple(parse_qsl(text, keep_blank_values=True, errors="surrogateescape"))


def _readable(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return parameters with U+FFFD for each byte that is no UTF-8."""
    return tuple((as_read(name), as_read(value)) for name, value in pairs)


def _is_ours(record: logging.LogRecord) -> bool:
    """Return whether an error is to be told: what is no HTTP is the client's own, and it is answered 400."""
    return record.exc_info is None or not isinstance(record.exc_info[1], _broken())


def _base_url(host: str) -> str:
    """Return what a client put before the path: only the proxy leads here by the provider's names, and by HTTPS."""
    name = host.partition(":")[0].lower()
    return f"{'https' if name.endswith('.twilio.com') else 'http'}://{host}"


def _is_host(text: str) -> bool:
    """Return whether a Host header field can be one (RFC 9112 section 3.2: else it is answered 400)."""
    try:
        return text.isascii() and text.isprintable() and urlsplit(f"//{text}").netloc == text
    except ValueError:
        return False


def _broken() -> tuple[type[Exception], ...]:
    """Return how a request fails to come: it is no HTTP, cut off, or not in the coding that it is said to be in."""
    from aiohttp import web
    from aiohttp.http import HttpProcessingError

    return (ConnectionError, web.RequestPayloadError, HttpProcessingError)


def _plain(status: int, text: str) -> web.Response:
    from aiohttp import web

    return web.Response(status=status, text=f"{text}\n")


def _response(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> web.Response:
    from aiohttp import web

    return web.Response(status=status, body=body or None, headers=list(headers))


async def _read(request: web.BaseRequest) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BODY:
            return b"", True
    return bytes(body), False
