"""A ladder as a sequence diagram of Mermaid, as GitHub, GitLab and many wikis draw it (https://mermaid.js.org/syntax/sequenceDiagram)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sipdomain.mask import Mask, masking, printable
from sipdomain.report.columns import cut
from sipdomain.report.ladder.label import first_and_last, label
from sipdomain.report.ladder.model import Ladder, Row

MOST_ROWS: Final = 150
"""How many rows a diagram has, the first 50 and the last 100: Mermaid refuses one of more than 50,000 characters."""
LONGEST: Final = 120
"""How many columns a text has."""

_SPECIAL: Final = re.compile(r"[#;<>%{}$\\`]|\bend\b", re.IGNORECASE)


def mermaid(ladder: Ladder, *, mask: Mask | None = None, most_rows: int = MOST_ROWS) -> str:
    """Return a ladder as the text of a diagram. Secrets are hidden before anything is cut or escaped.

    Args:
        ladder: What happened.
        mask: Hides secrets; by default only what has the form of a credential.
        most_rows: How many rows it has.
    """
    return "\n".join(_lines(ladder, mask or masking(()), most_rows))


def _lines(ladder: Ladder, mask: Mask, most_rows: int) -> Iterator[str]:
    def safe(text: str) -> str:
        return printable(mask(text))

    yield "sequenceDiagram"
    names = {host.name: f"h{number}" for number, host in enumerate(ladder.hosts)}
    for host in ladder.hosts:
        address = f"<br/>{_escaped(safe(host.address))}" if host.address else ""
        yield f"  participant {names[host.name]} as {_escaped(safe(host.name))}{address}"
    first, left_out, last = first_and_last(ladder.rows, most_rows)
    for row in first:
        yield _row(row, names, [label(row, safe), *map(safe, row.details)])
    if left_out:
        everybody = ",".join(dict.fromkeys((next(iter(names.values())), list(names.values())[-1])))
        yield f"  Note over {everybody}: {left_out} rows are left out"
    for row in last:
        yield _row(row, names, [label(row, safe), *map(safe, row.details)])


def _row(row: Row, names: dict[str, str], lines: list[str]) -> str:
    words = "<br/>".join(_escaped(each) for each in lines)
    if row.source == row.target:
        return f"  Note over {names[row.source]}: {words}"
    arrow = "->>" if row.arrived else "-x"
    return f"  {names[row.source]}{arrow}{names[row.target]}: {words}"


def _escaped(text: str) -> str:
    """Return a text in which Mermaid sees no syntax: entities in its own spelling, and no word `end`."""
    shown = cut(text, LONGEST) or " "
    return _SPECIAL.sub(lambda found: f"{found[0][:-1]}#{ord(found[0][-1])};", shown)
