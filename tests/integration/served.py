"""`sipdomain serve` and the webhook application as processes and threads of a test."""

from __future__ import annotations

import random
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from mock_webhooks import create_app
from sipdomain.runtime.worlds.app_server import AppServer
from sipdomain.sip.outputs import Address
from tests.integration.program import Program
from tests.patience import PATIENCE
from tests.unit.twilio.bench import SDP

TOKEN = "75318466263e56808417a3d6afd3f45c"
ACCOUNT = "AC00000000000000000000000000000001"
PASSWORD = "Correct-Horse-42"


@dataclass(frozen=True, slots=True)
class Served:
    """A running emulator."""

    process: Program | subprocess.Popen[str]
    sip: Address
    tls: Address
    http: str
    ready: str

    def stop(self) -> int:
        """End it by SIGTERM; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def served(*arguments: str, by_a_shell: bool = False) -> Iterator[Served]:
    """Run `sipdomain serve` on free ports until the block ends; as a shell starts it, if a test is about that."""
    command = ("serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", *arguments)
    pipe = subprocess.PIPE
    process = (
        subprocess.Popen((sys.executable, "-m", "sipdomain", *command), stdout=pipe, stderr=pipe, text=True)
        if by_a_shell
        else Program(*command)
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        readable, _, _ = select.select([process.stdout], [], [], PATIENCE)
        line = process.stdout.readline() if readable else ""
        found = re.match(r"ready sip=([\d.]+):(\d+) tls=[\d.]+:(\d+) http=(\S+) account=(AC\w+)", line)
        if found is None:
            process.kill()
            raise AssertionError(f"no ready line: {line!r} {process.stderr.read()}")
        yield Served(
            process, Address(found[1], int(found[2])), Address(found[1], int(found[3])), found[4], line
        )
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=PATIENCE)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def call(emulator: Served, call_id: str = "one-call") -> bytes:
    """Call the domain of `--voice-url` by UDP; return the final response."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(PATIENCE)
        here = "{}:{}".format(*udp.getsockname())
        fields = (
            "INVITE sip:100@demo.sip.twilio.com SIP/2.0", f"Via: SIP/2.0/UDP {here};branch=z9hG4bK-1;rport",
            "Max-Forwards: 70", f"From: <sip:a@{here}>;tag=1", "To: <sip:100@demo.sip.twilio.com>", f"Call-ID: {call_id}",
            "CSeq: 1 INVITE", f"Contact: <sip:a@{here}>", "Content-Type: application/sdp", f"Content-Length: {len(SDP)}",
        )  # fmt: skip
        udp.sendto("\r\n".join((*fields, "\r\n")).encode() + SDP, emulator.sip)
        while (answer := udp.recv(65_535)).startswith(b"SIP/2.0 1"):
            continue
        return answer


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    give_up_at, pause = time.monotonic() + PATIENCE, threading.Event()
    while not condition():
        assert time.monotonic() < give_up_at
        pause.wait(0.02)


@contextmanager
def webhooks(replies: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Serve the webhook application; yields its URL and its recorder."""
    app = create_app(replies=replies, auth_token=TOKEN)
    server = AppServer(app)
    try:
        yield server.url, app.extensions["recorder"]
    finally:
        server.close()


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nothing has at the moment, neither UDP nor TCP.

    They are below those that the system gives to whoever asks for any (Linux begins at 32768): another test cannot be
    given one before it is used.
    """
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(type=socket.SOCK_DGRAM) as udp,
            suppress(OSError),
        ):
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
            found.append(port)
    return found
