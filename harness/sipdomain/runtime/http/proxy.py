"""An HTTPS forward proxy (CONNECT, RFC 9110 section 9.3.6) that answers for the provider's own host names.

A program that uses the provider's SDK needs no change of code: `HTTPS_PROXY` leads it here, and a CA bundle variable makes
it trust our authority. Nothing is forwarded outside this machine: every other host is refused.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final, cast

from sipdomain.errors import SetupError
from sipdomain.runtime.http.gate import is_ours
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.runtime.tls.contexts import TlsServer
from sipdomain.sip.outputs import Address
from sipdomain.sip.sources import Shares, source_of

NAMES: Final = ("api.twilio.com", "*.twilio.com")
"""What the first certificate is for; a longer name, such as api.dublin.ie1.twilio.com, gets one of its own."""
MOST_CONNECTIONS: Final = 256
"""How many may be between CONNECT and the end of their TLS handshake, shared among the sources; one more is closed."""
MOST_HEAD: Final = 8_192
"""Bytes of a request's head."""
HEAD_WITHIN: Final = 10.0
"""How long a request's head, and then a TLS handshake, may take, in seconds."""
_REQUEST: Final = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.[01]\r\n")


class _Client(asyncio.Protocol):
    """A client until its connection is handed on: its CONNECT, and what comes too early.

    Attributes:
        transport: Leads to it.
        early: Bytes inside TLS for whoever takes the connection.
    """

    def __init__(self, began: Callable[[_Client], None]) -> None:
        self._began = began
        self._head: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self.early = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self.transport = cast(asyncio.Transport, transport)
        self._began(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes."""
        self.early += data
        if self._head.done():
            return
        head, end, _ = bytes(self.early).partition(b"\r\n\r\n")
        if end or len(self.early) > MOST_HEAD:
            # What comes after our answer is for TLS: nothing of it may be read before.
            self.transport.pause_reading()
            self.early.clear()
            self._head.set_result(head + end)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the signature is asyncio's
        """Take the news that it is gone."""
        self._head.cancel()

    async def head(self) -> bytes:
        """Return the head of its request, or the beginning of one that is too long.

        Raises:
            OSError: It left, or was too slow.
        """
        try:
            async with asyncio.timeout(HEAD_WITHIN):
                return await self._head
        except asyncio.CancelledError:
            if self._head.cancelled():
                raise ConnectionError("the client left") from None
            raise


class Proxy:
    """Listens for CONNECT, takes TLS up itself, and hands what is inside to the provider's API, and nothing else.

    Attributes:
        address: Where it listens.
    """

    def __init__(
        self,
        authority: Callable[[], CertificateAuthority],
        inside: Callable[[], Awaitable[asyncio.Protocol]],
    ) -> None:
        """Make a proxy.

        Args:
            authority: Returns who issues the certificates.
            inside: Returns what serves the HTTP inside one connection.
        """
        self.address = Address("", 0)
        self._inside = inside
        self._tls = TlsServer(authority, NAMES)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._shares = Shares(MOST_CONNECTIONS)

    async def open(self, bind: Address) -> None:
        """Listen.

        Raises:
            SetupError: The address cannot be bound.
        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: _Client(self._begin), bind.host, bind.port)
        except OSError as error:
            raise SetupError(f"cannot listen on proxy {bind}: {error.strerror}") from error
        self.address = Address(*self._server.sockets[0].getsockname()[:2])

    def _begin(self, client: _Client) -> None:
        peer = client.transport.get_extra_info("peername")
        source = source_of(str(peer[0])) if peer else ""
        if not self._shares.allows(source):
            client.transport.abort()
            return
        self._shares.take(source)
        task = asyncio.get_running_loop().create_task(self._serve(client))
        self._tasks.add(task)

        def over(_: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self._shares.give_back(source)

        task.add_done_callback(over)

    async def _serve(self, client: _Client) -> None:
        try:
            head = await client.head()
            if not head.endswith(b"\r\n\r\n"):
                client.transport.abort()
            elif refusal := _refusal(head):
                client.transport.write(refusal)
                client.transport.close()
            else:
                await self._hand_on(client)
        except (OSError, TimeoutError, SetupError):
            # The client left, was too slow, or does not trust the certificate: it knows.
            client.transport.abort()
        except asyncio.CancelledError:
            client.transport.abort()
            raise

    async def _hand_on(self, client: _Client) -> None:
        context, handler = await self._tls.accepting(), await self._inside()
        client.transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        inner = await asyncio.get_running_loop().start_tls(
            client.transport, client, context, server_side=True, ssl_handshake_timeout=HEAD_WITHIN
        )
        if inner is None or inner.is_closing():
            return
        inner.set_protocol(handler)
        handler.connection_made(inner)
        serving = inner.get_protocol()
        if client.early and isinstance(serving, asyncio.Protocol):
            serving.data_received(bytes(client.early))

    async def close(self) -> None:
        """Stop listening, and end every connection that was not handed on."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _refusal(head: bytes) -> bytes:
    """Return the answer to a request that is refused, or b"" for one that is served."""
    request = _REQUEST.match(head)
    if request is None:
        return _answer("400 Bad Request", "this is a proxy for HTTPS: it takes CONNECT")
    method, target = request[1], request[2].decode("ascii", "replace")
    host, _, port = target.rpartition(":")
    if method != b"CONNECT":
        return _answer("403 Forbidden", f"only HTTPS is answered here, not {target[:200]}")
    if not is_ours(host) or port != "443":
        return _answer(
            "403 Forbidden", f"nothing is forwarded outside this machine, not even to {target[:200]}"
        )
    return b""


def _answer(status: str, text: str) -> bytes:
    body = f"sipdomain: {text}\n".encode()
    fields = ("Content-Type: text/plain; charset=utf-8", f"Content-Length: {len(body)}", "Connection: close")
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, "\r\n")).encode() + body
