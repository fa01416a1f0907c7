"""SIPp: plays an XML scenario as a caller, so often and so fast, and counts."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from sipdomain.errors import SetupError
from sipdomain.runtime.process import Process, find_program
from sipdomain.sip.outputs import Address

PACKAGE = "sip-tester"


@dataclass(frozen=True, slots=True)
class Order:
    """What SIPp is to do.

    Attributes:
        file: The XML scenario.
        remote: Where to send.
        local: The IP address to call from.
        user: The user part dialled, `[service]` in the XML.
        domain: The host dialled, `[domain]` in the XML.
        username: For digest, and `[caller]` in the XML.
        password: For digest.
        calls: How many in all.
        rate: How many a second.
        transport: "udp" or "tcp".
        within: Seconds until it must be done.
    """

    file: Path
    remote: Address
    local: str
    user: str
    domain: str
    username: str
    password: str
    calls: int
    rate: float
    transport: str
    within: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What SIPp counted.

    Attributes:
        created: Calls begun.
        successful: Calls that went as its scenario says.
        failed: Calls that did not.
        retransmissions: Messages sent again.
    """

    created: int
    successful: int
    failed: int
    retransmissions: int


def start(order: Order, folder: Path) -> Process:
    """Start SIPp; it writes its statistics into `folder`.

    Raises:
        SetupError: It is not installed.
    """
    command = [
        find_program("sipp", package=PACKAGE), str(order.remote), "-sf", str(order.file.resolve()),
        "-i", order.local, "-mi", order.local, "-t", "t1" if order.transport == "tcp" else "u1",
        "-s", order.user, "-key", "domain", order.domain, "-key", "caller", order.username,
        "-au", order.username, "-ap", order.password,
        "-m", str(order.calls), "-r", f"{max(1, round(order.rate))}",
        "-timeout", f"{max(1, round(order.within))}s", "-timeout_error", "-nostdin",
        "-trace_stat", "-stf", str(folder / "statistics.csv"), "-fd", "1",
        "-trace_err", "-error_file", str(folder / "errors.log"),
    ]  # fmt: skip
    return Process(command, folder=folder, environment={"TERM": "dumb"})


def counts(folder: Path) -> Counts:
    """Return what SIPp counted, from the last line of its statistics.

    Raises:
        SetupError: It wrote none.
    """
    path = folder / "statistics.csv"
    lines = path.read_text("latin-1").splitlines() if path.exists() else []
    rows = list(csv.DictReader(lines, delimiter=";"))
    if not rows:
        raise SetupError("SIPp wrote no statistics: it could not start its scenario")
    last = rows[-1]
    return Counts(
        int(last["TotalCallCreated"]),
        int(last["SuccessfulCall(C)"]),
        int(last["FailedCall(C)"]),
        int(last["Retransmissions(C)"]),
    )


def errors(folder: Path) -> list[str]:
    """Return the last lines of what SIPp complained about."""
    path = folder / "errors.log"
    return path.read_text("utf-8", "replace").splitlines()[-12:] if path.exists() else []
