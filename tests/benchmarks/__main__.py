"""`python -m tests.benchmarks [--quick] [--only NAME]… [--seconds N] [--json FILE]`: measure, print a table, write JSON."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sipdomain.errors import SetupError
from tests.benchmarks import (
    calls,
    hearing,
    holds,
    marks,
    others,
    pages,
    registrations,
    reports,
    rest,
    stalls,
    start,
    stored,
    streams,
    transports,
    voices,
)
from tests.benchmarks.figures import Figure, as_json, table


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    Attributes:
        quick: Whether a little is enough.
        seconds: How long each of the `voices` speaks.
    """

    quick: bool
    seconds: float


ROWS: Final[dict[str, Callable[[Effort], list[Figure]]]] = {
    "sipp200": lambda _: [*calls.two_hundred("udp"), *calls.two_hundred("tcp")],
    "parse": lambda _: start.parsing(),
    "start": lambda _: start.start_up(),
    "observed": lambda effort: calls.rate("observed", quick=effort.quick),
    "documented": lambda effort: calls.rate("documented", quick=effort.quick),
    "sipp": lambda effort: others.sipp_to_sipp(quick=effort.quick),
    "sippy": lambda effort: others.sippy(quick=effort.quick),
    "transports": lambda effort: transports.rates(quick=effort.quick),
    "registrations": lambda effort: registrations.rate(quick=effort.quick),
    "stored": lambda _: stored.costs(),
    "rest": lambda _: rest.rates(),
    "reports": lambda effort: reports.costs(quick=effort.quick),
    "stalls": lambda effort: stalls.lateness(quick=effort.quick),
    "holds": lambda effort: holds.longest_steps(quick=effort.quick),
    "voices": lambda effort: voices.rows(effort.seconds),
    "hearing": lambda _: hearing.word_errors(),
    "marks": lambda _: marks.rows(),
    "streams": lambda effort: streams.rows(effort.seconds),
    "page": lambda _: pages.costs(),
    "memory": lambda effort: calls.memory(quick=effort.quick),
}
QUICK: Final = ("sipp200", "parse", "observed")


def ratios(figures: list[Figure]) -> list[Figure]:
    """Return how the emulator's rates stand to the others' of the same run."""
    rates = {each.name.partition(", ")[2]: each.value for each in figures if each.name.startswith("calls/s")}
    return [
        Figure(f"{ours} ÷ {other}", rates[ours] / rates[other], "", "calls/s of this run")
        for ours in ("observed", "documented")
        for other in ("SIPp to SIPp", "sippy")
        if rates.get(ours) and rates.get(other)
    ]


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": str(len(os.sched_getaffinity(0))),
        "load": " ".join(f"{each:.2f}" for each in os.getloadavg()),
    }


def main() -> int:
    """Measure; exit 2 when something that is needed is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a run of under a minute")
    parser.add_argument("--only", action="append", choices=tuple(ROWS), help="only this (repeatable)")
    parser.add_argument(
        "--seconds",
        type=float,
        default=4.0,
        help="how long each of `voices` and `streams` lasts (default: 4)",
    )
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    facts = machine()
    print("  ".join(f"{name} {value}" for name, value in facts.items()), flush=True)
    try:
        for name in arguments.only or (QUICK if arguments.quick else ROWS):
            found = ROWS[name](Effort(arguments.quick, arguments.seconds))
            figures += found
            print(table(found), flush=True)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    compared = ratios(figures)
    if compared:
        print(table(compared))
    if arguments.json is not None:
        arguments.json.write_text(as_json([*figures, *compared], facts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
