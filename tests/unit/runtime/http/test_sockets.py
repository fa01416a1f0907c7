"""WebSockets over real connections: what is sent, what comes, and how each ends."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from sipdomain.runtime.http.sockets import MOST_WAITING, LiveSockets, trusting
from sipdomain.runtime.tls.certificates import CertificateAuthority, authority_of_this_run
from sipdomain.twilio.webhooks.socket import (
    CloseSocket,
    OpenSocket,
    SendText,
    SocketFailed,
    SocketInput,
    SocketOpened,
    TextReceived,
)
from tests.patience import PATIENCE

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def accept(request: bytes) -> bytes:
    """Return the answer 101 to a handshake (RFC 6455 section 4.2.2)."""
    key = next(
        line.split(b":")[1].strip()
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"sec-websocket-key")
    )
    magic = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + magic + b"\r\n\r\n"
    )  # fmt: skip


class Side:
    """Sockets to one server, and what came of them."""

    def __init__(self, port: int, trust: Callable[[], ssl.SSLContext] = ssl.create_default_context) -> None:
        self.port = port
        self.news: asyncio.Queue[SocketInput] = asyncio.Queue()
        self.sockets = LiveSockets({}, trust=trust)
        self.sockets.bind(self.news.put_nowait)

    async def next(self) -> SocketInput:
        async with asyncio.timeout(PATIENCE):
            return await self.news.get()

    async def open(self, url: str = "", **more: int) -> SocketInput:
        headers = (("User-Agent", "Twilio.TmeWs/1.0"), ("X-Twilio-Signature", "abc"))
        self.sockets.carry(OpenSocket(1, url or f"ws://127.0.0.1:{self.port}/bot", headers, **more))
        return await self.next()


@asynccontextmanager
async def served(
    serve: Serve,
    tls: ssl.SSLContext | None = None,
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
) -> AsyncIterator[tuple[Side, list[bytes]]]:
    """Serve raw bytes behind the handshake; yield the side of the client, and the handshakes that came."""
    handshakes: list[bytes] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        handshakes.append(request)
        writer.write(accept(request))
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    side = Side(server.sockets[0].getsockname()[1], trust)
    try:
        yield side, handshakes
    finally:
        await side.sockets.close()
        server.close()


async def until_gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del writer
    await reader.read()


@pytest.mark.rule("socket-handshake")
def test_the_handshake_has_the_fields_that_were_seen_and_no_others() -> None:
    async def run() -> bytes:
        async with served(until_gone) as (side, handshakes):
            assert await side.open() == SocketOpened(1)
            return handshakes[0]

    first, *fields = asyncio.run(run()).decode().rstrip().split("\r\n")
    assert first == "GET /bot HTTP/1.1"
    names = sorted(each.partition(":")[0] for each in fields)
    assert names == [
        "Connection", "Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Upgrade", "User-Agent", "X-Twilio-Signature",
    ]  # fmt: skip


def test_a_mapped_host_is_asked_where_it_is_mapped_to_under_its_own_name() -> None:
    async def run() -> list[str]:
        async with served(until_gone) as (side, handshakes):
            side.sockets.map_host("bot.example", f"http://127.0.0.1:{side.port}")
            assert await side.open("wss://bot.example/stream") == SocketOpened(1)
            return handshakes[0].decode().split("\r\n")

    lines = asyncio.run(run())
    assert lines[0] == "GET /stream HTTP/1.1"
    assert {"Host: bot.example", "X-Forwarded-Proto: https", "X-Forwarded-Host: bot.example"} <= set(lines)


@pytest.mark.rule("stream-message-size")
def test_a_message_over_the_largest_is_a_failure() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x81\x05hello" + b"\x81\x7f" + (101).to_bytes(8, "big") + b"x" * 101)
        await reader.read()

    async def run() -> list[SocketInput]:
        async with served(serve) as (side, _):
            return [await side.open(most_bytes=100), await side.next(), await side.next()]

    opened, hello, failed = asyncio.run(run())
    assert (opened, hello) == (SocketOpened(1), TextReceived(1, "hello"))
    assert isinstance(failed, SocketFailed)
    assert failed.kind == "protocol"


@pytest.mark.rule("stream-overflow-size")
def test_a_frame_is_dropped_when_the_server_does_not_read() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader, writer
        await enough.wait()

    async def run() -> int:
        async with served(serve) as (side, _):
            await side.open()
            sent, frame = 0, "x" * 16_384
            while side.sockets.write(1, frame):
                sent += len(frame)
                await asyncio.sleep(0)
            enough.set()
            return sent

    enough = asyncio.Event()
    assert MOST_WAITING <= asyncio.run(run()) < 64 * MOST_WAITING


def unmasked(data: bytes) -> list[tuple[int, bytes]]:
    """Return the opcode and the content of each short frame of a client (RFC 6455 section 5.2)."""
    frames = []
    while data:
        length = data[1] & 0x7F
        mask, content = data[2:6], data[6 : 6 + length]
        frames.append((data[0] & 0x0F, bytes(each ^ mask[place % 4] for place, each in enumerate(content))))
        data = data[6 + length :]
    return frames


def test_what_was_sent_before_goes_out_before_the_close_frame() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            came.extend(data)
            if len(came) >= 8 + 6 + 2:
                writer.write(b"\x88\x02\x03\xe8")

    async def run() -> None:
        async with served(serve) as (side, _):
            await side.open()
            side.sockets.carry(SendText(1, "hi"))
            side.sockets.carry(CloseSocket(1, 1000))

    came = bytearray()
    asyncio.run(run())
    assert unmasked(bytes(came)) == [(1, b"hi"), (8, (1000).to_bytes(2, "big"))]


def test_a_message_that_ends_the_socket_is_answered_and_closed_with_the_code_that_was_asked_for() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x81\x05wrong" * 20)
        while data := await reader.read(1000):
            came.extend(data)
            if b"\x88" in data:
                writer.write(b"\x88\x02\x03\xef")

    async def run() -> None:
        async with served(serve) as (side, _):

            def notify(event: SocketInput) -> None:
                if isinstance(event, TextReceived):
                    side.sockets.carry(SendText(1, "no"))
                    side.sockets.carry(CloseSocket(1, 1007, "enough"))
                side.news.put_nowait(event)

            side.sockets.bind(notify)
            assert await side.open() == SocketOpened(1)
            assert await side.next() == TextReceived(1, "wrong")

    came = bytearray()
    asyncio.run(run())
    assert unmasked(bytes(came)) == [(1, b"no"), (8, (1007).to_bytes(2, "big") + b"enough")]


def test_a_refused_connection_is_a_failure_of_that_kind() -> None:
    async def run() -> SocketInput:
        side = Side(1)
        try:
            return await side.open("ws://127.0.0.1:9/nowhere")
        finally:
            await side.sockets.close()

    assert asyncio.run(run()) == SocketFailed(1, "refused", "connection refused")


def test_wss_to_a_server_without_tls_is_a_failure_that_says_what_to_ask_about() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run() -> SocketInput:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        side = Side(server.sockets[0].getsockname()[1])
        try:
            return await side.open(f"wss://127.0.0.1:{side.port}/bot")
        finally:
            await side.sockets.close()
            server.close()

    said = "the server speaks no TLS there; is the URL http: or ws: rather than https: or wss:?"
    assert asyncio.run(run()) == SocketFailed(1, "tls", said)


def authority() -> CertificateAuthority:
    return authority_of_this_run(("localhost",))


def test_wss_trusts_our_own_authority_and_no_stranger() -> None:
    async def run(trust: Callable[[], ssl.SSLContext]) -> SocketInput:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority().certify(context, ["localhost"])
        async with served(until_gone, context, trust) as (side, _):
            return await side.open(f"wss://localhost:{side.port}/bot")

    assert asyncio.run(run(lambda: trusting(authority))) == SocketOpened(1)
    failed = asyncio.run(run(ssl.create_default_context))
    assert isinstance(failed, SocketFailed)
    assert failed.kind == "tls"
