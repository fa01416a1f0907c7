"""A web server that says exactly these bytes, and a client to ask it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from sipdomain.runtime.event_loop import new_event_loop
from sipdomain.runtime.http.client import LiveHttpClient
from sipdomain.twilio.webhooks.http import HttpRequest, HttpResult
from tests.patience import PATIENCE

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>"


@dataclass(slots=True)
class Server:
    """Says `answers` one after another, whatever is asked.

    Attributes:
        answers: The bytes of each answer; None for silence. After the last one, that one again.
        hangs_up: Whether it closes the connection after each answer, without saying so.
        closes_when_asked: Whether it takes a second request on a connection, and closes it unanswered.
        later: What it sends behind an answer, once the next request has come on that connection.
        one_at_a_time: Whether it serves the next connection once the last one is closed.
        requests: What it was asked.
        connections: How many were opened to it.
        open: How many are open.
        most_open: How many were open at once, at most.
        notes: What the client noted.
    """

    answers: list[bytes | None]
    hangs_up: bool = False
    closes_when_asked: bool = False
    later: bytes = b""
    one_at_a_time: bool = False
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    url: str = ""
    notes: list[str] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            async with self._turn if self.one_at_a_time else contextlib.nullcontext():
                await self._serve(reader, writer)
        finally:
            self.open -= 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answered = False
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line[15:])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length:")
                    ),
                    0,
                )
                body = await reader.readexactly(length)
                if answered:
                    writer.write(self.later)
                    if self.closes_when_asked:
                        return
                answered = True
                self.requests.append(head + body)
                answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
                if answer is not None:
                    writer.write(answer)
                    await writer.drain()
                if self.hangs_up:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


Script = Callable[[LiveHttpClient, Server], Awaitable[None]]


def play(server: Server, script: Script, *, most_connections: int = 256) -> None:
    """Run a script with a client and a server on a loop of its own."""

    async def run() -> None:
        listening = await asyncio.start_server(server.handle, "127.0.0.1", 0)
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        client = LiveHttpClient(most_connections=most_connections, note=server.notes.append)
        try:
            async with asyncio.timeout(PATIENCE):
                await script(client, server)
        finally:
            await client.close()
            listening.close()

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(run())


async def ask(client: LiveHttpClient, request: HttpRequest) -> HttpResult:
    """Ask, and wait for the end; a second end is an error."""
    ended: asyncio.Future[HttpResult] = asyncio.get_running_loop().create_future()
    client.fetch(request, ended.set_result)
    return await ended


def ask_once(server: Server, **changes: object) -> HttpResult:
    """Return how one POST to `/voice` ended."""
    found: list[HttpResult] = []

    async def script(client: LiveHttpClient, server: Server) -> None:
        request = HttpRequest("POST", f"{server.url}/voice", body=b"a=1")
        found.append(await ask(client, replace(request, **changes)))  # type: ignore[arg-type]

    play(server, script)
    return found[0]


async def ask_handler(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    note: Callable[[str], None],
    after: Callable[[], Awaitable[None]] | None = None,
) -> HttpResult:
    """Return how one GET ended to a server that handles its connections so; `after` runs before the client closes."""

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        except ConnectionError:
            return
        finally:
            writer.close()

    listening = await asyncio.start_server(closing, "127.0.0.1", 0)
    client = LiveHttpClient(note=note)
    try:
        async with asyncio.timeout(PATIENCE):
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
            found = await ask(client, HttpRequest("GET", url))
            if after is not None:
                await after()
            return found
    finally:
        await client.close()
        listening.close()
        await listening.wait_closed()
