"""A ladder for the terminal and for logs: three lanes, 80 columns or more, plain ASCII where there is no UTF-8."""

from __future__ import annotations

from collections.abc import Iterator

from sipdomain.mask import Mask, masking, printable
from sipdomain.report.columns import columns, cut, pad, wrap
from sipdomain.report.ladder.model import APP, CLOUD, Host, Ladder, Row
from sipdomain.report.moment import moment

TIMES_SIGN = "\N{MULTIPLICATION SIGN}"
WIDTH = 80
# Before the first of three bars: the phone's, the cloud's, the application's.
TIMES = 15
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


def text(
    ladder: Ladder,
    *,
    mask: Mask | None = None,
    ascii_only: bool = False,
    width: int = WIDTH,
    wall_offset: float | None = None,
) -> str:
    """Return a ladder as lines. Secrets are hidden, and foreign text is made harmless, before anything is cut or wrapped.

    Args:
        ladder: What happened.
        mask: Hides secrets; by default only what has the form of a credential.
        ascii_only: For terminals without UTF-8.
        width: How many columns a line may have; from 70 on.
        wall_offset: What to add to the run's clock for the time of day, in seconds since 1970; None to tell no time of day.
    """
    return "\n".join(lines(ladder, mask=mask, ascii_only=ascii_only, width=width, wall_offset=wall_offset))


def lines(
    ladder: Ladder,
    *,
    mask: Mask | None = None,
    ascii_only: bool = False,
    width: int = WIDTH,
    wall_offset: float | None = None,
) -> Iterator[str]:
    """Yield the lines of `text`, each when it is asked for."""
    for line in _Drawing(mask or masking(()), width).lines(ladder, wall_offset):
        whole = line.rstrip()
        yield whole.translate(_ASCII).encode("ascii", "replace").decode() if ascii_only else whole


class _Drawing:
    """Draws within some columns."""

    def __init__(self, mask: Mask, width: int) -> None:
        self._mask = mask
        self._width = width
        self._left = round((width - TIMES - 3) * 0.44)
        self._right = width - TIMES - 3 - self._left

    def lines(self, ladder: Ladder, wall_offset: float | None) -> Iterator[str]:
        began_at = before = ladder.rows[0].at if ladder.rows else 0.0
        name = f"{ladder.title or 'call'} · {ladder.call_id or 'outside any call'}"
        started = "" if wall_offset is None else f"{moment(began_at + wall_offset)} · "
        yield from wrap(f"{started}{self._safe(name)}", self._width, indent="  ")
        phones = [host for host in ladder.hosts if host.name not in {CLOUD, APP}]
        named = {host.name: host for host in ladder.hosts}
        columns = (
            phones[0] if len(phones) == 1 else Host("phones" if phones else ""),
            named.get(CLOUD),
            named.get(APP),
        )
        yield self._heads(*(host.name if host else "" for host in columns))
        if any(host and host.address for host in columns):
            yield self._heads(*(host.address if host else "" for host in columns))
        for row in ladder.rows:
            # The order is that of the journal. A decision bears the moment at which its input came, which may be a
            # little before that of the message recorded just above it.
            at = max(row.at, before)
            yield from self._row(row, at - began_at, at - before, several=len(phones) > 1)
            before = at

    def _safe(self, words: str) -> str:
        return printable(self._mask(words))

    def _heads(self, phone: str, cloud: str, app: str) -> str:
        left = pad(cut(self._safe(phone), self._left - 10), self._left - 9)
        middle = cut(self._safe(cloud), 20).center(20)
        return f"{'':{TIMES}}{left}{middle}{cut(self._safe(app), self._right - 10):>{self._right - 8}}"

    def _row(self, row: Row, since_start: float, since_before: float, *, several: bool) -> Iterator[str]:
        words = self._words(row, several=several)
        times = f"{since_start:7.3f}{_delta(since_before):>7} "
        left, right = " " * self._left, " " * self._right
        details = [self._safe(each) for each in row.details]
        if row.lane == "http":
            right = _arrow(words, self._right, rightward=row.source == CLOUD)
        elif row.lane == "sip" and row.source != row.target:
            left = _arrow(words, self._left, rightward=row.target == CLOUD, arrived=row.arrived)
        elif row.lane == "sip":
            left = pad(f" {cut(words, self._left - 2)}", self._left)
        else:
            first, *more = wrap(words, self._right - 2, indent="  ") or [""]
            right = pad(f" {first}", self._right)
            details = [*more, *(f"  {line}" for line in details)]
        yield f"{times}│{left}│{right}│"
        for line in details:
            yield from self._detail(line, in_left=row.lane == "sip")

    def _words(self, row: Row, *, several: bool) -> str:
        words = self._safe(row.text)
        if several and row.lane == "sip":
            words = f"{self._safe(row.source if row.source != CLOUD else row.target)}: {words}"
        if row.count > 1:
            words += f" {TIMES_SIGN}{row.count}"
        return words if row.arrived else f"{words} (lost)"

    def _detail(self, line: str, *, in_left: bool) -> Iterator[str]:
        width = self._left - 4 if in_left else self._right - 2
        indent = " " * min(len(line) - len(line.lstrip()), 4)
        for part in wrap(line.strip(), width - len(indent)):
            cell = f"   {indent}{part}" if in_left else f" {indent}{part}"
            left, right = (cell, "") if in_left else ("", cell)
            yield f"{'':{TIMES}}│{pad(left, self._left)}│{pad(right, self._right)}│"


def _arrow(words: str, width: int, *, rightward: bool, arrived: bool = True) -> str:
    shown = cut(words, width - 4)
    shaft = "─" * (width - columns(shown) - 3)
    if rightward:
        return f" {shown} {shaft}{'▶' if arrived else '✘'}"
    return f"{'◀' if arrived else '✘'}{shaft} {shown} "


def _delta(seconds: float) -> str:
    if seconds < 0.0005:
        return ""
    return f"+{seconds * 1000:.0f}ms" if seconds < 1 else f"+{seconds:.1f}s"
