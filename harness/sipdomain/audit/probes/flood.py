"""What a bounded flood does to others, and what wrong passwords do to the user whose they are."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from typing import Final

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import BUSY, NOBODY, Attacker
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import TO_LOG_IN, Probe
from sipdomain.audit.wires import CONNECT, wired
from sipdomain.errors import SetupError

REQUESTS: Final = 300
"""How many requests a flood has."""
LONGEST: Final = 5.0
"""How long it takes at most, in seconds."""
CONNECTIONS: Final = 50
"""How many connections are held open that say nothing."""
WRONG: Final = 12
"""How many wrong passwords a user gets."""
_SLOWER, _GAP = 10.0, 0.25
_FLOOD: Final = "A flood of registrations keeps the server from answering others"
_IDLE: Final = "Connections that say nothing keep the server from answering others"
_LOCK: Final = "A stranger's wrong passwords lock a user out"
_FREE: Final = "Passwords can be tried without end"


def run(attacker: Attacker) -> Iterator[Finding]:
    """Flood with what needs no answer waited for, hold connections, and try wrong passwords; then ask as others do."""
    before = _asked(attacker)
    if not all(each.status for each in before):
        yield Finding("flood", "could not tell", "medium", f"{_FLOOD}: nobody answered before")
        return
    yield _flooded(attacker, before)
    yield _held(attacker)
    yield _locked(attacker)


def _asked(attacker: Attacker) -> list[Answer]:
    return [attacker.ask("OPTIONS", NOBODY) for _ in range(5)]


def _flooded(attacker: Attacker, before: list[Answer]) -> Finding:
    until, sent = time.monotonic() + LONGEST, 0
    with wired(attacker.target.address) as wire:
        flooder = Attacker(attacker.target, wire)
        while sent < REQUESTS and time.monotonic() < until:
            attacker.pace()
            flooder.send(flooder.draft("REGISTER", f"nobody-{sent}"))
            sent += 1
        after = _asked(attacker)
    first, last = median(each.took for each in before), median(each.took for each in after)
    missing = sum(not each.status for each in after)
    evidence = (
        f"{sent} registrations without credentials",
        f"OPTIONS before and after: {first * 1000:.1f} and {last * 1000:.1f} ms, {missing} of {len(after)} unanswered",
    )
    mend = "Answer strangers without keeping state, and bound how much one address may ask."
    if missing:
        return Finding("flood", "found", "medium", _FLOOD, evidence, mend)
    if last > _SLOWER * first and last - first > _GAP:
        return Finding("flood", "found", "low", f"{_FLOOD}: they wait long", evidence, mend)
    return Finding("flood", "clean", "medium", _FLOOD, evidence)


def _held(attacker: Attacker) -> Finding:
    address = attacker.target.address
    with ExitStack() as stack:
        opened = 0
        for _ in range(CONNECTIONS):
            attacker.pace()
            try:
                stack.enter_context(socket.create_connection(address, CONNECT))
            except OSError:
                break
            opened += 1
        if not opened:
            return Finding("flood", "could not tell", "medium", f"{_IDLE}: no TCP")
        by_udp = attacker.ask("OPTIONS", NOBODY)
        try:
            with wired(address, "TCP") as wire:
                by_tcp = Attacker(attacker.target, wire).ask("OPTIONS", NOBODY)
        except SetupError:
            by_tcp = Answer(0, 0.0)
    evidence = (f"{opened} connections; OPTIONS by UDP: {by_udp.words}, by TCP: {by_tcp.words}",)
    if by_udp.status and by_tcp.status:
        return Finding("flood", "clean", "medium", _IDLE, evidence)
    mend = "Close connections that say nothing for some seconds, and bound them by address."
    return Finding("flood", "found", "medium", _IDLE, evidence, mend)


def _locked(attacker: Attacker) -> Finding:
    target = attacker.target
    if not target.password:
        return Finding("flood", "not run", "low", _LOCK, mend=TO_LOG_IN)
    right, fields = attacker.log_in("REGISTER", target.user, target.password)
    if right.status != 200 or not fields:
        refused = (f"REGISTER, logged in: {right.words}",)
        mend = "Run it alone, by --only flood: other probes tried wrong passwords before." if fields else ""
        return Finding(
            "flood", "could not tell", "low", f"{_LOCK}: the right one is refused at first", refused, mend
        )
    wrong = [attacker.log_in("REGISTER", target.user, f"Wrong-Horse-{each}")[0] for each in range(WRONG)]
    last, _ = attacker.log_in("REGISTER", target.user, target.password)
    attacker.leave()
    evidence = (
        f"{WRONG} wrong passwords: {', '.join(sorted({each.words for each in wrong}))}",
        f"the right one then: {last.words}",
    )
    if any(each.status == 200 for each in wrong):
        return Finding("flood", "could not tell", "low", f"{_LOCK}: a wrong one is taken", evidence)
    if last.status in BUSY:
        return Finding("flood", "could not tell", "low", f"{_LOCK}: it is busy", evidence)
    if last.status != 200:
        mend = "Slow down the address that guesses, not the user whose password is guessed."
        return Finding("flood", "found", "low", _LOCK, evidence, mend)
    if len({each.status for each in wrong}) == 1:
        mend = "Refuse an address for a while after some wrong passwords, as fail2ban does."
        return Finding("flood", "found", "info", _FREE, evidence, mend)
    return Finding("flood", "clean", "low", _LOCK, evidence)


PROBE: Final = Probe("flood", "floods, idle connections and lock-outs, bounded in number and time", run)
