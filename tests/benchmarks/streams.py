"""How evenly two-way media streams flow, how soon a bot hears its caller, at what cost; and relay calls.

The phones send at evenly spread moments of the 20 ms, and a bot says what it hears. The same by a plain loop, in the same
run, says how much of that is the machine.
"""

from __future__ import annotations

import struct
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from sipdomain.media.rtp import RtpPacket
from tests.benchmarks.bots import MAGIC, RECORD, TAG
from tests.benchmarks.calls import load_for, play_warm
from tests.benchmarks.emulator import READY_WITHIN, Emulator, emulator
from tests.benchmarks.figures import Figure
from tests.benchmarks.listeners import BEAT, Ears, Listener, Listeners
from tests.benchmarks.processes import LOAD_CORE, SERVER_CORE, child, cpu_seconds, wait_for, waited_seconds
from tests.benchmarks.sipp import PASSWORD, USER
from tests.benchmarks.talkers import VOICE

STREAMS: Final = 100
RELAY_RATE: Final = 30
"""Calls of a ConversationRelay a second."""
_WARM: Final = 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of some seconds of talk.

    Attributes:
        figures: As they are shown.
        late: How late packets came to phones, p99.9, in seconds.
        share: Of the processor.
    """

    figures: list[Figure]
    late: float
    share: float


def rows(seconds: float) -> list[Figure]:
    """Return the figures of streams and of relay calls, streams beside the plain loop's of this run.

    Args:
        seconds: How long each lasts.
    """
    with _bots() as url:
        plain = _plain(url, seconds)
        with _server(f"{url}/echo") as server:
            phones = Listeners(server.sip, STREAMS)
            try:
                ours = _measured(f"{STREAMS} streams", phones, server.process.pid, url, seconds)
            finally:
                phones.close()
        return [
            *plain.figures, *ours.figures,
            Figure("streams ÷ plain loop, lateness", ours.late / plain.late, "", "p99.9 of this run"),
            Figure("streams ÷ plain loop, processor", ours.share / plain.share, "", "of this run"),
            *_steps(url, seconds),
            *_relay(url, seconds),
        ]  # fmt: skip


@contextmanager
def _bots() -> Iterator[str]:
    with child([sys.executable, "-m", "tests.benchmarks.bots"], core=LOAD_CORE) as process:
        yield wait_for(process, r"^ready (\S+)$", READY_WITHIN)[1]


@contextmanager
def _server(voice_url: str, module: Sequence[str] = ("sipdomain",)) -> Iterator[Emulator]:
    arguments = [
        "--voice-url", voice_url, "--domain", "demo", "--user", USER, "--password", PASSWORD, "--profile", "observed",
    ]  # fmt: skip
    with emulator(arguments, module=module) as server:
        yield server


def _plain(url: str, seconds: float) -> Measured:
    command = [sys.executable, "-m", "tests.benchmarks.plain_streams", str(STREAMS), url]
    with child(command, core=SERVER_CORE) as process:
        ports = wait_for(process, r"^ready ([\d ]+)$", READY_WITHIN)[1].split()
        phones = Ears()
        try:
            for port in ports:
                phones.open(port).remote = ("127.0.0.1", int(port))
            return _measured(f"plain loop, {STREAMS}", phones, process.pid, url, seconds)
        finally:
            phones.close()


def _measured(name: str, phones: Ears, pid: int, url: str, seconds: float) -> Measured:
    """Let all talk."""
    _talk(phones.all, 0, _WARM)
    _heard(url)
    before, waited, began, clock = cpu_seconds(pid), waited_seconds(pid), time.time(), time.monotonic()
    sent = _talk(phones.all, round(_WARM / BEAT), seconds)
    took, ended = time.monotonic() - clock, time.time()
    share, waited = (cpu_seconds(pid) - before) / took, waited_seconds(pid) - waited
    # What is under way, jitter buffer included.
    time.sleep(0.3)
    records = _heard(url)
    late = phones.gaps(began + 0.1, ended)
    at_bots = _gaps(records, began + 0.1, ended)
    latencies = sorted(at - sent[source, beat] for _, source, beat, at in records if (source, beat) in sent)
    due = STREAMS * seconds / BEAT
    how = f"kernel time; {seconds:.0f} s, two ways"
    tail = _at(late, 0.999)
    figures = [
        Figure(f"{name}: packets late by, p99.9", 1e3 * tail, "ms", f"{len(late):,} at phones, {how}"),
        Figure(f"{name}: messages late by, p99.9", 1e3 * _at(at_bots, 0.999), "ms", f"{len(at_bots):,} at bots, {how}"),
        Figure(f"{name}: from the phone to the bot, median", 1e3 * _at(latencies, 0.5), "ms", "from when a frame was sent"),
        Figure(f"{name}: from the phone to the bot, p99", 1e3 * _at(latencies, 0.99), "ms", ""),
        Figure(f"{name}: frames that came to the bot", 100 * len(latencies) / due, "%", "of those sent"),
        Figure(f"{name}: processor", 100 * share, "% of a core", f"{1e3 * share / STREAMS:.2f} ms a second and stream"),
        Figure(f"{name}: waited for its core", 100 * waited / took, "% of the time", "the machine's share"),
    ]  # fmt: skip
    return Measured(figures, tail, share)


def _talk(phones: Sequence[Listener], first: int, seconds: float) -> dict[tuple[int, int], float]:
    """Let phones talk, each frame with a tag; return when each was sent, by its phone and beat."""
    sent: dict[tuple[int, int], float] = {}
    start, count = time.monotonic(), len(phones)
    for beat in range(first, first + round(seconds / BEAT)):
        for source, phone in enumerate(phones):
            due = start + (beat - first + source / count) * BEAT
            if (wait := due - time.monotonic()) > 0:
                time.sleep(wait)
            payload = VOICE[TAG.size :] + TAG.pack(MAGIC, source, beat)
            packet = bytes(RtpPacket(0, beat == 0, beat & 0xFFFF, beat * 160, 0x1000 + source, payload))
            sent[source, beat] = time.time()
            phone.rtp.sendto(packet, phone.remote)
    return sent


def _heard(url: str) -> list[tuple[int, int, int, float]]:
    with urlopen(f"{url}/heard", timeout=30) as answer:
        return list(struct.iter_unpack(RECORD.format, answer.read()))


def _gaps(records: list[tuple[int, int, int, float]], since: float, until: float) -> list[float]:
    """Return how much later than 20 ms after the one before each message came, sorted."""
    times: defaultdict[int, list[float]] = defaultdict(list)
    for stream, _, _, at in records:
        if since <= at <= until:
            times[stream].append(at)
    return sorted(after - before - BEAT for some in times.values() for before, after in pairwise(some))


def _at(values: list[float], share: float) -> float:
    return values[int(len(values) * share)] if values else float("inf")


def _steps(url: str, seconds: float) -> list[Figure]:
    """Return the longest step of the loop while all stream."""
    with tempfile.TemporaryDirectory(prefix="streams-") as folder:
        file = Path(folder) / "steps"
        with _server(f"{url}/echo", ("tests.benchmarks.stepped", str(file))) as server:
            phones = Listeners(server.sip, STREAMS)
            try:
                _talk(phones.all, 0, _WARM)
                before = len(file.read_text().splitlines())
                _talk(phones.all, round(_WARM / BEAT), seconds)
                lines = file.read_text().splitlines()[before:]
            finally:
                phones.close()
    longest = max(
        (line.split(" ", 1) for line in lines), key=lambda each: float(each[0]), default=["0", "none"]
    )
    how = f"of its thread's processor; {longest[1]}; asyncio's loop, {seconds:.0f} s"
    return [Figure(f"{STREAMS} streams: longest step of the loop", float(longest[0]), "ms", how)]


def _relay(url: str, seconds: float) -> list[Figure]:
    """Return what a call costs that is connected to a ConversationRelay, which says a sentence and ends."""
    with _server(f"{url}/relay") as server:
        trial = play_warm(load_for(server, RELAY_RATE, seconds), server.process.pid)
    how = f"{RELAY_RATE} a second for {seconds:.0f} s: call, handshake, setup, three words, end, BYE"
    return [
        Figure("relay calls without a failure", trial.counts.successful, "", how),
        Figure("relay calls that failed, messages sent again", trial.counts.failed + trial.counts.sent_again, "", ""),
        Figure("a relay call", 1e3 * trial.cpu, "ms of a core", "/proc/PID/stat"),
    ]  # fmt: skip
