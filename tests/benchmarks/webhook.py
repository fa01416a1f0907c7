"""A webhook server that costs little: keep-alive, pipelining, canned TwiML, signatures checked afterwards.

Run as `python -m tests.benchmarks.webhook [--keep N]`; it prints `ready http://127.0.0.1:PORT`.
POST to a path of `DOCUMENTS` answers with TwiML, /status with 204; GET /counts with what it saw.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from typing import Final, cast
from urllib.parse import parse_qsl

from sipdomain.runtime.development import AUTH_TOKEN
from sipdomain.runtime.event_loop import new_event_loop

_TALK: Final = "<Response><Say>One two three.</Say><Pause length='60'/></Response>"
DOCUMENTS: Final = {
    b"/hangup": "<Response><Hangup/></Response>",
    b"/talk": _TALK,
    b"/listen": "<Response><Play loop='0' digits='1wwww2wwww'/></Response>",
    b"/both": "<Response><Gather timeout='3600'><Say loop='0'>One two three four five</Say></Gather></Response>",
    b"/enqueue": "<Response><Enqueue waitUrl=''>one</Enqueue></Response>",
    b"/dequeue": "<Response><Dial><Queue>one</Queue></Dial></Response>",
    b"/conference": "<Response><Dial><Conference beep='false' waitUrl=''>one</Conference></Dial></Response>",
    b"/keys": "<Response><Gather timeout='3600' numDigits='256'/></Response>",
    b"/ring": "<Response><Pause length='60'/></Response>",
}
_UNKNOWN_VERB: Final = f"<Nothing first='{'x' * 80}' second='{'y' * 80}'/>"
# 60 kB, and more to warn about than is told.
DOCUMENTS[b"/warnings"] = f"<Response>{_UNKNOWN_VERB * 300}<Play loop='0' digits='1wwww2wwww'/></Response>"
MOST_REQUEST: Final = 1024 * 1024


def _answer(document: str) -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(document)}\r\n\r\n{document}"
    ).encode()


_ANSWERS: Final = {path: _answer(document) for path, document in DOCUMENTS.items()} | {
    b"/status": b"HTTP/1.1 204 No Content\r\n\r\n"
}
_UNKNOWN: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Seen:
    """What came.

    Attributes:
        requests: How often each path was asked.
    """

    def __init__(self, keep: int) -> None:
        self.requests: dict[str, int] = {}
        self._keep = keep
        self._kept: list[tuple[str, bytes, bytes]] = []

    def add(self, path: bytes, head: bytes, body: bytes) -> None:
        """Count a request, and keep it while there is room."""
        name = path.decode("latin-1")
        self.requests[name] = self.requests.get(name, 0) + 1
        if len(self._kept) < self._keep:
            self._kept.append((name, head, body))

    def summary(self, base_url: str) -> bytes:
        """Return the counts as JSON; the kept requests are checked now with the provider's validator."""
        from twilio.request_validator import RequestValidator

        validator = RequestValidator(AUTH_TOKEN)
        valid = 0
        for path, head, body in self._kept:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            signature = _field(head, b"x-twilio-signature").decode("latin-1")
            valid += bool(validator.validate(base_url + path, form, signature))
        counts = {"requests": self.requests, "checked": len(self._kept), "valid": valid}
        return json.dumps(counts).encode()


def _field(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return b""


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        answers = []
        while (end := buffer.find(b"\r\n\r\n")) >= 0:
            head = buffer[:end]
            length = int(_field(head, b"content-length") or 0)
            if len(buffer) < end + 4 + length:
                break
            answers.append(self._handle(head, buffer[end + 4 : end + 4 + length]))
            buffer = buffer[end + 4 + length :]
        self._buffer = buffer
        assert self._transport is not None
        self._transport.write(b"".join(answers))
        if len(buffer) > MOST_REQUEST:
            self._transport.close()

    def _handle(self, head: bytes, body: bytes) -> bytes:
        path = head.split(b" ", 2)[1]
        if path == b"/counts":
            host = _field(head, b"host").decode("latin-1")
            summary = self._seen.summary(f"http://{host}")
            return (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                % len(summary)
                + summary
            )
        self._seen.add(path, head, body)
        return _ANSWERS.get(path, _UNKNOWN)


async def _serve(keep: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    seen = Seen(keep)
    server = await loop.create_server(lambda: Connection(seen), "127.0.0.1", 0, backlog=1024)
    print(f"ready http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await stop.wait()
    server.close()


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=int, default=2000, help="how many requests are kept to be checked")
    arguments = parser.parse_args()
    loop = new_event_loop()
    loop.run_until_complete(_serve(arguments.keep))
    loop.close()


if __name__ == "__main__":
    main()
