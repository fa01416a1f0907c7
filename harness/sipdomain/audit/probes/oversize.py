"""Whether messages that are too large, never end or come in pieces stop the server, or are read without end."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Final

from sipdomain.audit.attacker import NOBODY, Attacker
from sipdomain.audit.finding import Finding
from sipdomain.audit.forged import cannot_forge, send_from
from sipdomain.audit.probes.probe import Probe
from sipdomain.audit.wires import CONNECT

MOST_SENT: Final = 2_097_152
"""How much of a message without end is sent, in bytes."""
_CHUNK: Final = 65_536
_PIECE: Final = 512
_WHAT: Final = "A message stops the server"
_MEND: Final = (
    "Bound each message, and close a connection whose message is too large (RFC 3261 section 18.3; 513)."
)


def run(attacker: Attacker) -> Iterator[Finding]:
    """Send large datagrams, fragments, and messages without end by TCP; after each, ask whether anybody is there."""
    if not attacker.ask("OPTIONS", NOBODY).status:
        yield Finding("oversize", "could not tell", "high", f"{_WHAT}: nobody answered before", ())
        return
    large = attacker.draft("OPTIONS", NOBODY, fields=(("X-Large", "x" * 60_000),))
    attacker.send(large)
    yield _alive(attacker, "A datagram of 60 kB stops the server")
    attacker.wire.send(bytes(attacker.draft("OPTIONS", NOBODY))[:-4] + b"\r\nContent-Length: -1\r\n\r\n")
    attacker.wire.send(b"\xff\x00" * 20_000)
    yield _alive(attacker, "A datagram that is no message stops the server")
    yield _fragments(attacker)
    head = bytes(attacker.draft("OPTIONS", NOBODY, transport="TCP")).rpartition(b"Content-Length")[0]
    for what, first in (
        ("A header without end is read without end by TCP", head + b"X-Endless: "),
        ("A body of 2 GB is read without end by TCP", head + b"Content-Length: 2147483647\r\n\r\n"),
    ):
        yield _endless(attacker, what, first)
    yield _alive(attacker, "A message without end by TCP stops the server")


def _alive(attacker: Attacker, what: str) -> Finding:
    answer = attacker.ask("OPTIONS", NOBODY)
    said = (f"OPTIONS after it: {answer.words}",)
    if answer.status:
        return Finding("oversize", "clean", "high", what, said)
    return Finding("oversize", "found", "high", what, said, _MEND)


def _fragments(attacker: Attacker) -> Finding:
    what = "Fragments of a datagram stop the server, or are not put together"
    target = attacker.target
    if why := cannot_forge(target):
        return Finding("oversize", "could not tell", "medium", f"{what}: {why}")
    draft = attacker.draft("OPTIONS", NOBODY, fields=(("X-Large", "x" * 3_000),))
    failed = ""
    for missing in ((1,), (0,)):
        failed = failed or send_from(
            attacker.host, attacker.port, target.address, bytes(draft), most=_PIECE, leave_out=missing
        )
    lost = attacker.final(draft, 0.2)
    failed = failed or send_from(attacker.host, attacker.port, target.address, bytes(draft), most=_PIECE)
    whole = attacker.final(draft, 1.0)
    alive = attacker.ask("OPTIONS", NOBODY)
    evidence = (
        f"fragments with one missing: {lost.words}", f"all of them: {whole.words}", f"OPTIONS after it: {alive.words}",
    )  # fmt: skip
    if failed:
        return Finding("oversize", "could not tell", "medium", f"{what}: {failed}", evidence)
    if not alive.status:
        return Finding("oversize", "found", "high", what, evidence, _MEND)
    if not whole.status:
        return Finding("oversize", "found", "low", what, evidence, "Let fragments pass to the server.")
    return Finding("oversize", "clean", "medium", what, evidence)


def _endless(attacker: Attacker, what: str, first: bytes) -> Finding:
    """Send until the other side closes, answers or time is up."""
    address = attacker.target.address
    try:
        tcp = socket.create_connection(address, CONNECT)
    except OSError as error:
        return Finding(
            "oversize", "could not tell", "medium", f"{what}: no TCP", (error.strerror or str(error),)
        )
    sent, until, answer = 0, time.monotonic() + CONNECT, b""
    with tcp:
        tcp.settimeout(0.0)
        waiting = first
        while sent < MOST_SENT and time.monotonic() < until and not answer:
            try:
                sent += tcp.send(waiting)
                waiting = b"x" * _CHUNK
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:
                answer = b"closed"
                break
            answer = answer or _read(tcp)
        if not answer:
            time.sleep(0.1)
            answer = _read(tcp)
    said = answer.split(b"\r\n", 1)[0].decode("utf-8", "replace")[:80] or "neither closed nor answered"
    evidence = (f"after {sent} bytes: {said}",)
    # A server that stops reading is bounded as well: what was not taken stays with us.
    if answer or sent < MOST_SENT:
        return Finding("oversize", "clean", "medium", what, evidence)
    return Finding("oversize", "found", "medium", what, evidence, _MEND)


def _read(tcp: socket.socket) -> bytes:
    try:
        return tcp.recv(_CHUNK) or b"closed"
    except BlockingIOError:
        return b""
    except OSError:
        return b"closed"


PROBE: Final = Probe("oversize", "messages that are too large, never end, or come in pieces", run)
