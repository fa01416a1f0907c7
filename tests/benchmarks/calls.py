"""The whole authenticated call, from SIPp to `sipdomain serve` to a webhook server and back."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.emulator import Emulator, Webhook, emulator, first_call, webhook
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import cpu_seconds, resident
from tests.benchmarks.search import highest_rate
from tests.benchmarks.sipp import Counts, Load, read_counts, running, scenario

FLOW = "INVITE 407 ACK INVITE 100 180 webhook 200 ACK BYE 200"
_FIRST_CALLS = 25
"""How many calls, within a second, go before those that are counted."""
_LATE = 1.5
"""How much longer than planned a clean trial may last, in seconds: its last calls have to end."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One run at one rate.

    Attributes:
        counts: What SIPp counted.
        cpu: Processor seconds of the server, per call.
        kept_up: Whether SIPp held the rate, and everything ended in time.
    """

    counts: Counts
    cpu: float
    kept_up: bool

    @property
    def clean(self) -> bool:
        """Whether the server did it without a failure or a retransmission."""
        return self.kept_up and self.counts.clean


def play(load: Load, pid: int) -> Trial:
    """Run a load to its end, or until something went wrong with it.

    Args:
        load: What to do.
        pid: The server's process.
    """
    before, planned = cpu_seconds(pid), load.calls / load.rate
    with tempfile.TemporaryDirectory(prefix="sipp-") as name:
        folder = Path(name)
        with running(load, folder) as process:
            limit = time.monotonic() + load.limit
            while process.poll() is None and time.monotonic() < limit:
                time.sleep(0.1)
                if (folder / "statistics.csv").exists() and not _spotless(read_counts(folder)):
                    break
        counts = read_counts(folder)
    kept_up = counts.successful == load.calls and counts.elapsed < planned + _LATE
    return Trial(counts, (cpu_seconds(pid) - before) / max(1, counts.successful), kept_up)


def play_warm(load: Load, pid: int) -> Trial:
    """Run a load like `play`, after a few calls that are not counted.

    A server that was just started loads its REST API and makes a certificate while the first calls come: that
    is the cost of a start, not of a call.

    Args:
        load: What to do.
        pid: The server's process.
    """
    play(replace(load, rate=_FIRST_CALLS, calls=_FIRST_CALLS), pid)
    return play(load, pid)


def _spotless(counts: Counts) -> bool:
    return counts.failed == counts.sent_again == counts.received_again == 0


def load_for(server: Emulator, rate: int, seconds: float) -> Load:
    """Return the authenticated call at a rate, against the benchmark's domain."""
    return Load(scenario("hangup_by_cloud"), server.sip, rate=rate, calls=max(1, round(rate * seconds)))


@contextmanager
def under_test(profile: str, *, keep: int = 0) -> Iterator[tuple[Webhook, Emulator]]:
    """Run a webhook server and an emulator that asks it."""
    with webhook(keep=keep) as hook, emulator(first_call(hook, profile)) as server:
        yield hook, server


def rate(profile: str, *, quick: bool) -> list[Figure]:
    """Return the highest clean rate in a profile, and what a call costs there."""
    costs: dict[int, float] = {}

    def is_clean(rate: int, seconds: float) -> bool:
        # A new emulator each time: what a failed trial left behind must not fail the next.
        with under_test(profile) as (_, server):
            trial = play_warm(load_for(server, rate, seconds), server.process.pid)
        costs[rate] = trial.cpu
        return trial.clean

    probe, confirm = (2.0, 5.0) if quick else (4.0, 12.0)
    best = highest_rate(
        is_clean, start=250, most=1200, probe=probe, confirm=confirm, close_enough=0.2 if quick else 0.06
    )
    method = f"SIPp on core 1, {FLOW}; 0 failed, 0 retransmissions of either side, {confirm:.0f} s"
    found = [Figure(f"calls/s, {profile}", best, "1/s", method)]
    if best:
        found.append(
            Figure(f"processor per call, {profile}", costs[best] * 1e3, "ms", f"/proc/PID/stat at {best}/s")
        )
    return found


def two_hundred(transport: str) -> list[Figure]:
    """Return how 200 calls at 50 a second went, with every webhook's signature checked."""
    with under_test("documented", keep=2000) as (hook, server):
        load = replace(load_for(server, 50, 4), transport=transport)
        trial = play(load, server.process.pid)
        time.sleep(0.5)  # The last status callbacks are on their way.
        seen = hook.seen()
    counts = trial.counts
    how = f"SIPp -au -ap, {transport.upper()}, 200 calls at 50/s, profile documented"
    return [
        Figure(f"200 calls, {transport}: successful", counts.successful, "calls", how),
        Figure(f"200 calls, {transport}: failed", counts.failed, "calls", how),
        Figure(
            f"200 calls, {transport}: retransmissions", counts.sent_again + counts.received_again, "", how
        ),
        Figure(
            f"200 calls, {transport}: webhooks",
            seen["checked"],
            "requests",
            "a voice URL and four callbacks a call",
        ),
        Figure(
            f"200 calls, {transport}: signatures right",
            seen["valid"],
            "requests",
            "the provider's RequestValidator",
        ),
    ]


def memory(*, quick: bool) -> list[Figure]:
    """Return the resident memory every 1,000 calls, and how much it grew once it should be flat."""
    calls, per_second = (2_000, 150) if quick else (20_000, 150)
    step = calls // 20
    samples: list[tuple[int, float]] = []
    with under_test("observed") as (hook, server), tempfile.TemporaryDirectory(prefix="sipp-") as name:
        load = Load(scenario("hangup_by_cloud"), server.sip, rate=per_second, calls=calls)
        with running(load, Path(name)) as process:
            limit = time.monotonic() + load.limit
            while process.poll() is None and time.monotonic() < limit:
                time.sleep(step / per_second / 4)
                done = int(hook.seen()["requests"].get("/hangup", 0))
                if done // step > (samples[-1][0] // step if samples else 0):
                    samples.append((done, resident(server.process.pid)))
        counts = read_counts(Path(name))
    how = f"VmRSS at {per_second}/s; a transaction lingers up to 32 s (RFC 6026)"
    found = [
        Figure("memory run: failed + sent again", counts.failed + counts.sent_again, "", f"{calls:,} calls")
    ]
    found += [Figure(f"resident at {done:,} calls", size, "MiB", how) for done, size in samples]
    for since in (calls // 4, calls * 3 // 4):
        late = [size for done, size in samples if done >= since]
        if late:
            method = f"highest minus first reading from {since:,} calls on; 5,000 finished calls are kept"
            found.append(Figure(f"resident growth after {since:,}", max(late) - late[0], "MiB", method))
    return found
