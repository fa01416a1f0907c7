"""What a benchmark found: figures, each with its method in a line, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        name: What was measured, such as "calls/s, observed".
        value: The value.
        unit: Its unit.
        method: How it was measured, in one line.
    """

    name: str
    value: float
    unit: str
    method: str


def table(figures: Sequence[Figure]) -> str:
    """Return figures as a table: name, value, unit, method."""
    rows = [(each.name, _number(each.value), each.unit, each.method) for each in figures]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    return "\n".join(
        f"{name:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}  {method}".rstrip()
        for name, value, unit, method in rows
    )


def as_json(figures: Iterable[Figure], machine: dict[str, str]) -> str:
    """Return figures as JSON, with a description of the machine."""
    return json.dumps({"machine": machine, "figures": [asdict(each) for each in figures]}, indent=2) + "\n"


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
