"""A ladder for the terminal and for logs: 100 columns, three lanes, plain ASCII where there is no UTF-8."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from harness.mask import Mask, masking, printable
from harness.report.ladder.model import APP, CLOUD, Host, Ladder, Row

TIMES_SIGN = "\N{MULTIPLICATION SIGN}"
# Columns of the three bars: the phone's, the cloud's, the application's.
TIMES = 15
LEFT = 36
RIGHT = 46
WIDTH = TIMES + 1 + LEFT + 1 + RIGHT + 1
_ASCII = str.maketrans(
    {
        "│": "|",
        "─": "-",
        "▶": ">",
        "◀": "<",
        "✔": "+",
        "✘": "x",
        "●": "*",
        "▸": ">",
        "·": "-",
        TIMES_SIGN: "x",
        "…": "~",
    }
)


def text(ladder: Ladder, *, mask: Mask | None = None, ascii_only: bool = False) -> str:
    """Return a ladder as lines of at most 100 characters.

    Args:
        ladder: What happened.
        mask: Hides secrets; by default only what has the form of a credential.
        ascii_only: For terminals without UTF-8.
    """
    hide = mask or masking(())
    lines = [hide(line).rstrip() for line in _lines(ladder)]
    whole = "\n".join(lines)
    return whole.translate(_ASCII).encode("ascii", "replace").decode() if ascii_only else whole


def _lines(ladder: Ladder) -> Iterator[str]:
    yield _cut(f"{ladder.title or 'call'} · {ladder.call_id or 'outside any call'}", WIDTH)
    phones = [host for host in ladder.hosts if host.name not in {CLOUD, APP}]
    named = {host.name: host for host in ladder.hosts}
    columns = (
        phones[0] if len(phones) == 1 else Host("phones" if phones else ""),
        named.get(CLOUD),
        named.get(APP),
    )
    yield _heads(*(host.name if host else "" for host in columns))
    if any(host and host.address for host in columns):
        yield _heads(*(host.address if host else "" for host in columns))
    began_at = before = ladder.rows[0].at if ladder.rows else 0.0
    for row in ladder.rows:
        # The order is that of the journal. A decision bears the moment at which its input came, which may be a
        # little before that of the message recorded just above it.
        at = max(row.at, before)
        yield from _row(row, at - began_at, at - before, several=len(phones) > 1)
        before = at


def _heads(phone: str, cloud: str, app: str) -> str:
    left = _cut(printable(phone), LEFT - 12).ljust(LEFT - 11)
    middle = _cut(printable(cloud), 24).center(24)
    return f"{'':{TIMES}}{left}{middle}{_cut(printable(app), RIGHT - 12):>{RIGHT - 10}}"


def _row(row: Row, since_start: float, since_before: float, *, several: bool) -> Iterator[str]:
    words = _words(row, several=several)
    times = f"{since_start:7.3f}{_delta(since_before):>7} "
    left, right = " " * LEFT, " " * RIGHT
    details = list(row.details)
    if row.lane == "http":
        right = _arrow(words, RIGHT, rightward=row.source == CLOUD)
    elif row.lane == "sip" and row.source != row.target:
        left = _arrow(words, LEFT, rightward=row.target == CLOUD, arrived=row.arrived)
    elif row.lane == "sip":
        left = f" {_cut(words, LEFT - 2)}".ljust(LEFT)
    else:
        first, *more = textwrap.wrap(words, RIGHT - 4, subsequent_indent="  ") or [""]
        right = f" {first}".ljust(RIGHT)
        details = [*more, *(f"  {line}" for line in details)]
    yield f"{times}│{left}│{right}│"
    for line in details:
        yield from _detail(printable(line), in_left=row.lane == "sip")


def _words(row: Row, *, several: bool) -> str:
    words = printable(row.text)
    if several and row.lane == "sip":
        words = f"{printable(row.source if row.source != CLOUD else row.target)}: {words}"
    if row.count > 1:
        words += f" {TIMES_SIGN}{row.count}"
    return words if row.arrived else f"{words} (lost)"


def _detail(line: str, *, in_left: bool) -> Iterator[str]:
    width = (LEFT if in_left else RIGHT) - 4
    indent = " " * (len(line) - len(line.lstrip()))
    for part in textwrap.wrap(line.strip(), width - len(indent)):
        cell = f"   {indent}{part}" if in_left else f" {indent}{part}"
        left, right = (cell, "") if in_left else ("", cell)
        yield f"{'':{TIMES}}│{left:{LEFT}}│{right:{RIGHT}}│"


def _arrow(words: str, width: int, *, rightward: bool, arrived: bool = True) -> str:
    shown = _cut(words, width - 6)
    shaft = "─" * (width - len(shown) - 3)
    if rightward:
        return f" {shown} {shaft}{'▶' if arrived else '✘'}"
    return f"{'◀' if arrived else '✘'}{shaft} {shown} "


def _delta(seconds: float) -> str:
    if seconds < 0.0005:
        return ""
    return f"+{seconds * 1000:.0f}ms" if seconds < 1 else f"+{seconds:.1f}s"


def _cut(words: str, width: int) -> str:
    return words if len(words) <= width else f"{words[: width - 1]}…"
