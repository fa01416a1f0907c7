"""What `sipdomain qa` looks at, as the reference page shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.situations import SITUATIONS


def _checks() -> str:
    """Return a table of the checks."""
    lines = [
        "| Check | Level | The PBX … | Situation | Mend | Source |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in CHECKS.values():
        level = f"{each.level}, if at all" if each.optional else each.level
        cells = (f"`{each.name}`", level, each.what, each.situation, _mends(each), each.source)
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(lines) + "\n"


def _mends(check: Check) -> str:
    rules = f" ([lint](pbx-mistakes.md): {', '.join(check.rules)})" if check.rules else ""
    return check.mend + rules


def _situations() -> str:
    """Return a table of the situations."""
    lines = ["| Situation | The cloud … | Who sits at the PBX | Takes |", "| --- | --- | --- | --- |"]
    for each in SITUATIONS.values():
        takes = f"{each.seconds:.0f} s{', only with `--long`' if each.is_long else ''}"
        asked = each.asks.format(extension=100, target="an address", authority="a certificate")
        lines.append(f"| {' | '.join(map(_cell, (f'`{each.name}`', each.provokes, asked, takes)))} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


QA_TABLES: Final[dict[str, Callable[[], str]]] = {
    "checks of a pbx": _checks,
    "situations of a pbx": _situations,
}
