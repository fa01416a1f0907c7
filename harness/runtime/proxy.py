"""An HTTPS forward proxy (CONNECT, RFC 9110 section 9.3.6) that answers for the provider's own host names.

A program that uses the provider's SDK needs no change of code: `HTTPS_PROXY` leads it here, and a CA bundle variable makes
it trust our authority. Nothing is forwarded outside this machine: every other host is refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable
from typing import Final

from harness.errors import SetupError
from harness.runtime.certificates import CertificateAuthority
from harness.runtime.tls import TlsServer
from harness.sip.outputs import Address

NAMES: Final = ("api.twilio.com", "*.twilio.com")
"""What the first certificate is for; a longer name, such as api.dublin.ie1.twilio.com, gets one of its own."""
MOST_CONNECTIONS: Final = 256
MOST_HEAD: Final = 8_192
"""Bytes of a request's head."""
HEAD_WITHIN: Final = 10.0
"""How long a request's head, and then a TLS handshake, may take, in seconds."""
IDLE: Final = 300.0
"""How long a connection may be silent, in seconds."""
_CHUNK: Final = 65_536
_REQUEST: Final = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.[01]\r\n")


class Proxy:
    """Listens for CONNECT, takes TLS up itself, and hands what is inside to the REST API's listener.

    Attributes:
        address: Where it listens.
    """

    def __init__(self, authority: Callable[[], CertificateAuthority], behind: Callable[[], Address]) -> None:
        """Make a proxy.

        Args:
            authority: Returns who issues the certificates.
            behind: Returns where the REST API listens.
        """
        self.address = Address("", 0)
        self._behind = behind
        self._tls = TlsServer(authority, NAMES)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, bind: Address) -> None:
        """Listen.

        Raises:
            SetupError: The address cannot be bound.
        """
        try:
            self._server = await asyncio.start_server(self._begin, bind.host, bind.port, limit=MOST_HEAD)
        except OSError as error:
            raise SetupError(f"cannot listen on proxy {bind}: {error.strerror}") from error
        self.address = Address(*self._server.sockets[0].getsockname()[:2])

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_WITHIN):
                refusal = _refusal(await reader.readuntil(b"\r\n\r\n"))
            if refusal:
                writer.write(refusal)
                await writer.drain()
            else:
                context = await self._tls.accepting()
                # What comes after our answer is for TLS: nothing of it may be read before.
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await writer.start_tls(context, ssl_handshake_timeout=HEAD_WITHIN)
                await self._tunnel(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, SetupError):
            # The client left, was too slow, or does not trust the certificate: it knows.
            pass
        finally:
            with contextlib.suppress(OSError, ssl.SSLError):
                writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(*self._behind())
        try:
            ways = (_carry(reader, inner_writer), _carry(inner_reader, writer))
            tasks = [asyncio.ensure_future(each) for each in ways]
            # When one side ends, the other has nothing more to say: HTTP is answered before that.
            _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            inner_writer.close()

    async def close(self) -> None:
        """Stop listening, and end every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while True:
        async with asyncio.timeout(IDLE):
            data = await source.read(_CHUNK)
        if not data:
            return
        target.write(data)
        await target.drain()


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


def is_ours(host: str) -> bool:
    """Whether a host name is one of the provider's, which are all answered here."""
    return host.lower().removesuffix(".").endswith(".twilio.com")


def _answer(status: str, text: str) -> bytes:
    body = f"sipdomain: {text}\n".encode()
    fields = ("Content-Type: text/plain; charset=utf-8", f"Content-Length: {len(body)}", "Connection: close")
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, "\r\n")).encode() + body
