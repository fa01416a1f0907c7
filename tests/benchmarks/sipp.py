"""SIPp as the caller: its command line, and what it counted."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sipdomain.errors import SetupError
from sipdomain.runtime.process import Process, find_program
from sipdomain.sip.outputs import Address
from tests.benchmarks.processes import LOAD_CORE, ROOT, child

SCENARIOS = ROOT / "fixtures" / "sipp"
USER, PASSWORD = "alice", "Correct-Horse-42"


@dataclass(frozen=True, slots=True)
class Load:
    """What SIPp is to do.

    Attributes:
        scenario: The options that name its scenario, such as `-sn uac` or `-sf FILE`.
        remote: Where to send.
        domain: The host of the Request-URI.
        calls: How many in all.
        rate: How many a second.
        transport: "udp" or "tcp".
        local: The IP address to call from.
        password: The caller's password.
    """

    scenario: tuple[str, ...]
    remote: Address
    domain: str = "demo.sip.twilio.com"
    calls: int = 30
    rate: int = 20
    transport: str = "udp"
    local: str = "127.0.0.1"
    password: str = PASSWORD

    @property
    def limit(self) -> float:
        """Seconds in which it must be over, the last call's retransmissions included."""
        return self.calls / self.rate + 40


def scenario(name: str) -> tuple[str, ...]:
    """Return the options for a scenario file of `fixtures/sipp`."""
    return ("-sf", str(SCENARIOS / f"{name}.xml"))


@dataclass(frozen=True, slots=True)
class Counts:
    """What SIPp counted.

    Attributes:
        successful: Calls that went as its scenario says.
        failed: Calls that did not.
        sent_again: Messages that it sent again.
        received_again: Messages that it received again.
        elapsed: From its first call to its end, in seconds.
    """

    successful: int = 0
    failed: int = 0
    sent_again: int = 0
    received_again: int = 0
    elapsed: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether nothing failed and no message was sent twice, by either side."""
        return self.successful > 0 and self.failed == self.sent_again == self.received_again == 0


@contextmanager
def running(load: Load, folder: Path, *, core: int | None = LOAD_CORE) -> Iterator[Process]:
    """Run SIPp for the length of a `with` block; it writes its statistics into `folder`.

    Raises:
        SetupError: It is not installed.
    """
    command = [
        find_program("sipp", package="sip-tester"), str(load.remote), *load.scenario,
        "-i", load.local, "-mi", load.local, "-t", "t1" if load.transport == "tcp" else "u1",
        "-s", "100", "-key", "domain", load.domain, "-key", "caller", USER,
        "-au", USER, "-ap", load.password, "-auth_uri", f"100@{load.domain}",
        "-m", str(load.calls), "-r", str(load.rate), "-l", str(max(10, 4 * load.rate)),
        "-timeout", f"{round(load.limit)}s", "-nostdin",
        "-trace_stat", "-stf", str(folder / "statistics.csv"), "-fd", "1", "-trace_counts",
        "-trace_err", "-error_file", str(folder / "errors.log"),
    ]  # fmt: skip
    with child(command, core=core, folder=folder) as process:
        yield process


def read_counts(folder: Path) -> Counts:
    """Return what SIPp counted so far.

    Raises:
        SetupError: It wrote no statistics.
    """
    path = folder / "statistics.csv"
    if not path.exists():
        raise SetupError("SIPp wrote no statistics: it could not start its scenario")
    counted = list(folder.glob("*_counts.csv"))
    messages = counted[0].read_text("latin-1").splitlines() if counted else []
    return counts(path.read_text("latin-1").splitlines(), messages)


def counts(statistics: Iterable[str], messages: Iterable[str]) -> Counts:
    """Return the counts in the last rows of SIPp's two files.

    Args:
        statistics: The lines that `-trace_stat` wrote.
        messages: The lines that `-trace_counts` wrote; may be empty.
    """
    last = _last_row(statistics)
    if not last:
        return Counts()
    again = sum(int(value or 0) for name, value in _last_row(messages).items() if _is_received_again(name))
    return Counts(
        successful=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]),
        sent_again=int(last["Retransmissions(C)"]),
        received_again=max(0, again - int(last["Retransmissions(C)"])),
        elapsed=float(last["CurrentTime"].split()[-1]) - float(last["StartTime"].split()[-1]),
    )


def _last_row(lines: Iterable[str]) -> dict[str, str]:
    row: dict[str, str] = {}
    # The file may be read while a line is being written: a short one does not count.
    for each in csv.DictReader(lines, delimiter=";"):
        if None not in each.values():
            row = {name: value for name, value in each.items() if isinstance(value, str)}
    return row


def _is_received_again(column: str | None) -> bool:
    return column is not None and column.endswith("_Retrans")


def complaints(folder: Path) -> str:
    """Return the last lines of what SIPp complained about."""
    path = folder / "errors.log"
    return "\n".join(path.read_text("utf-8", "replace").splitlines()[-12:]) if path.exists() else ""
