"""Two scorecards side by side: what a new firmware, or another configuration, did."""

from __future__ import annotations

from collections.abc import Iterator

from sipdomain.mask import printable
from sipdomain.qa.check import in_columns
from sipdomain.qa.report.card import Card


def worse(before: Card, after: Card) -> list[str]:
    """Return the checks that passed before, and fail now, or failed and were never seen before."""
    was = {row.name: row.outcome for row in before.rows}
    return [row.name for row in after.rows if row.outcome == "failed" and was.get(row.name) != "failed"]


def comparison(before: Card, after: Card) -> Iterator[str]:
    """Yield what differs, the worse first."""
    yield f"before: {printable(before.user_agent) or 'no User-Agent'}, grade {before.grade}: {before.summary}"
    yield f"after:  {printable(after.user_agent) or 'no User-Agent'}, grade {after.grade}: {after.summary}"
    was = {row.name: row for row in before.rows}
    now = {row.name: row for row in after.rows}
    groups: dict[str, list[str]] = {
        "fails now": [], "mended": [], "not told any more": [], "told now": [], "new check": [], "check is gone": []
    }  # fmt: skip
    unchanged = 0
    for name, row in now.items():
        old = was.get(name)
        line = f"{in_columns(row.level, name)} {printable(row.said)}"
        told = row.outcome in {"passed", "failed"}
        if row.outcome == "failed" and (old is None or old.outcome != "failed"):
            groups["fails now"].append(line)
        elif old is None:
            groups["new check"].append(f"{line} ({row.outcome})")
        elif old.outcome == row.outcome:
            unchanged += 1
        elif old.outcome == "failed" and row.outcome == "passed":
            groups["mended"].append(line)
        elif not told:
            groups["not told any more"].append(f"{line} (was {old.outcome})")
        else:
            groups["told now"].append(f"{line} ({row.outcome})")
    groups["check is gone"] = [f"{row.level:<6} {name}" for name, row in was.items() if name not in now]
    for title, lines in groups.items():
        if lines:
            yield f"{title}:"
            yield from (f"  {line}" for line in lines)
    yield f"unchanged: {unchanged}"
