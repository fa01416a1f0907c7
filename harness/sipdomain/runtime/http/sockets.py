"""WebSockets to customers' servers, over real connections."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from sipdomain.runtime.tls.errors import explain_server
from sipdomain.twilio.webhooks.socket import (
    BinaryReceived,
    CloseSocket,
    OpenSocket,
    SendText,
    SocketClosed,
    SocketFailed,
    SocketInput,
    SocketOpened,
    SocketOutput,
    TextReceived,
)

if TYPE_CHECKING:
    from aiohttp import ClientSession, ClientWebSocketResponse

    from sipdomain.runtime.tls.certificates import CertificateAuthority

MOST_SOCKETS: Final = 1_000
"""How many sockets are open at once; one more is refused."""
MOST_WAITING: Final = 1024 * 1024
"""How many characters wait for a slow reader: a minute of one track; past that, frames are dropped."""
CLOSING: Final = 1.0
"""How long the other side's close frame is waited for, in seconds."""
_AT_ONCE: Final = 16
"""How many messages are taken in one go, while others wait."""
_NO_STATUS: Final = 1005


@dataclass(slots=True, eq=False)
class _Socket:
    wish: OpenSocket
    waiting: deque[str | CloseSocket] = field(default_factory=deque)
    characters: int = 0
    is_open: bool = False
    is_closing: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class LiveSockets:
    """Sockets on an event loop; each has a task that reads, and one that writes."""

    def __init__(
        self, hosts: Mapping[str, str], *, trust: Callable[[], ssl.SSLContext] = ssl.create_default_context
    ) -> None:
        """Begin without sockets.

        Args:
            hosts: Public host names and the base URL that answers for each.
            trust: Makes the TLS context, once and only when it is needed.
        """
        self._hosts = {host.lower(): base for host, base in hosts.items()}
        self._trust = trust
        self._tls: ssl.SSLContext | None = None
        self._session: ClientSession | None = None
        self._sockets: dict[int, _Socket] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._notify: Callable[[SocketInput], None] = lambda _: None

    def bind(self, notify: Callable[[SocketInput], None]) -> None:
        """Say who is notified; before the first output."""
        self._notify = notify

    def map_host(self, host: str, base_url: str) -> None:
        """Have a public host name answered by another server."""
        self._hosts[host.lower()] = base_url

    def carry(self, output: SocketOutput) -> None:
        """Carry an output out."""
        match output:
            case OpenSocket():
                self._open(output)
            case SendText(number, text):
                self._send(number, text)
            case CloseSocket(number):
                self._close(number, output)

    def write(self, number: int, text: str) -> bool:
        """Send a frame of audio; False when it is dropped, since too much waits."""
        socket = self._sockets.get(number)
        if socket is None or not socket.is_open:
            return True
        if socket.characters + len(text) > MOST_WAITING:
            return False
        self._put(socket, text)
        return True

    async def close(self) -> None:
        """Close all sockets."""
        for number in tuple(self._sockets):
            self._close(number, CloseSocket(number, 1001))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2 * CLOSING)
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    # --- outputs -----------------------------------------------------------------------------------------

    def _open(self, wish: OpenSocket) -> None:
        loop = asyncio.get_running_loop()
        if len(self._sockets) >= MOST_SOCKETS:
            loop.call_soon(
                self._notify, SocketFailed(wish.socket, "refused", f"{MOST_SOCKETS} sockets are open")
            )
            return
        self._sockets[wish.socket] = socket = _Socket(wish)
        socket.task = self._begin(self._run(socket))

    def _send(self, number: int, text: str) -> None:
        socket = self._sockets.get(number)
        if socket is None or not socket.is_open:
            return
        if socket.characters > 2 * MOST_WAITING:
            self._end(socket, SocketFailed(number, "overflow", "the server reads too slowly"))
            return
        self._put(socket, text)

    def _put(self, socket: _Socket, text: str) -> None:
        socket.waiting.append(text)
        socket.characters += len(text)
        socket.news.set()

    def _close(self, number: int, close: CloseSocket) -> None:
        socket = self._sockets.pop(number, None)
        if socket is None:
            return
        socket.is_closing = True
        if socket.is_open:
            socket.waiting.append(close)
            socket.news.set()
        elif socket.task is not None:
            socket.task.cancel()

    # --- one socket --------------------------------------------------------------------------------------

    async def _run(self, socket: _Socket) -> None:
        """Connect, and take what comes until the end."""
        if self._session is None:
            # Its first import takes a third of a second, in which calls go on.
            await asyncio.to_thread(importlib.import_module, "aiohttp")
        try:
            async with asyncio.timeout(socket.wish.timeout):
                opened = await self._connect(socket.wish)
        except Exception as error:  # noqa: BLE001 - each is a failure of this socket
            self._end(socket, failure_of(error, socket.wish))
            return
        socket.is_open = True
        writing = self._begin(self._write_all(socket, opened))
        try:
            self._tell(socket, SocketOpened(socket.wish.socket))
            await self._read_all(socket, opened)
        finally:
            if socket.is_closing:
                # What waits goes out first, and the close frame has the code that was asked for.
                await asyncio.wait({writing}, timeout=CLOSING)
            writing.cancel()
            await opened.close()

    async def _connect(self, wish: OpenSocket) -> ClientWebSocketResponse:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
                timeout=aiohttp.ClientTimeout(total=None),
            )
        url, more = self._place(wish.url)
        tls: Any = True
        if url.startswith("wss:"):
            # An authority may have to be made first, and the system's are read from files: calls go on meanwhile.
            self._tls = tls = self._tls or await asyncio.to_thread(self._trust)
        return await self._session.ws_connect(
            url, headers=[*more, *wish.headers], compress=0, autoping=True, max_msg_size=wish.most_bytes + 1,
            ssl=tls, timeout=aiohttp.ClientWSTimeout(ws_close=CLOSING),
        )  # fmt: skip

    def _place(self, url: str) -> tuple[str, list[tuple[str, str]]]:
        """Return the URL that is asked in place of a mapped one, and what tells its server of that."""
        parts = urlsplit(url)
        base = self._hosts.get((parts.hostname or "").lower())
        if base is None:
            return url, []
        mapped = urlsplit(base)
        scheme = "wss" if mapped.scheme == "https" else "ws"
        named = parts.netloc.rpartition("@")[2]
        more = [("Host", named)]
        if parts.scheme == "wss":
            more += [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", named)]
        return urlunsplit(parts._replace(scheme=scheme, netloc=mapped.netloc)), more

    async def _read_all(self, socket: _Socket, opened: ClientWebSocketResponse) -> None:
        from aiohttp import WSMsgType

        number, taken = socket.wish.socket, 0
        while not socket.is_closing:
            message = await opened.receive()
            match message.type:
                case WSMsgType.TEXT:
                    self._tell(socket, TextReceived(number, message.data))
                case WSMsgType.BINARY:
                    self._tell(socket, BinaryReceived(number, len(message.data)))
                case WSMsgType.ERROR:
                    self._end(socket, SocketFailed(number, "protocol", str(message.data)))
                    return
                case WSMsgType.CLOSE:
                    code = opened.close_code if opened.close_code is not None else _NO_STATUS
                    self._end(socket, SocketClosed(number, code, str(message.extra or "")))
                    return
                case _:
                    self._end(
                        socket, SocketFailed(number, "broken", "the connection ended without a close frame")
                    )
                    return
            taken += 1
            if taken % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _write_all(self, socket: _Socket, opened: ClientWebSocketResponse) -> None:
        """Send what waits; what cannot be sent any more is lost, as the reader finds out."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            while True:
                while not socket.waiting:
                    socket.news.clear()
                    await socket.news.wait()
                item = socket.waiting.popleft()
                if isinstance(item, CloseSocket):
                    await opened.close(code=item.code, message=item.reason.encode())
                    return
                socket.characters -= len(item)
                await opened.send_str(item)

    def _tell(self, socket: _Socket, event: SocketInput) -> None:
        if not socket.is_closing:
            self._notify(event)

    def _end(self, socket: _Socket, event: SocketInput) -> None:
        """Report the end, unless nobody waits for it any more."""
        if self._sockets.get(socket.wish.socket) is socket:
            del self._sockets[socket.wish.socket]
            socket.is_open = False
            self._tell(socket, event)
            if socket.task is not None and socket.task is not asyncio.current_task():
                socket.task.cancel()

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def failure_of(error: Exception, wish: OpenSocket) -> SocketFailed:
    """Say why a socket could not be opened."""
    import aiohttp

    number, text = wish.socket, str(error) or type(error).__name__
    match error:
        case TimeoutError():
            return SocketFailed(number, "timeout", f"no answer in {wish.timeout:g} s")
        case aiohttp.WSServerHandshakeError():
            words = f"the handshake was answered with {error.status}, not 101"
            if error.status == 101:
                words = f"the answer to the handshake is wrong: {error.message}"
            return SocketFailed(number, "handshake", words, error.status)
        case aiohttp.ClientConnectorDNSError():
            return SocketFailed(number, "dns", "no such host")
        case aiohttp.ClientConnectorCertificateError():
            inner = error.certificate_error
            words = explain_server(inner) if isinstance(inner, ssl.SSLError) else str(inner)
            return SocketFailed(number, "tls", words)
        case aiohttp.ClientSSLError():
            cause = error.os_error
            words = explain_server(cause) if isinstance(cause, ssl.SSLError) else str(cause)
            return SocketFailed(number, "tls", words)
        case aiohttp.ClientConnectorError():
            return SocketFailed(number, "refused", "connection refused")
        case aiohttp.ClientError():
            return SocketFailed(number, "handshake", f"the answer to the handshake is not HTTP: {text}")
        case _:
            return SocketFailed(number, "broken", text)


def trusting(authority: Callable[[], CertificateAuthority]) -> ssl.SSLContext:
    """Return a context that trusts what this machine does, and an authority of ours."""
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=authority().pem.decode())
    return context
