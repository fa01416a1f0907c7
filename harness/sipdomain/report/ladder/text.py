"""A ladder for the terminal and for logs, in 80 columns or more; plain ASCII where there is no UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sipdomain.mask import Mask, masking, printable
from sipdomain.report.columns import columns, cut, pad, wrap
from sipdomain.report.ladder.label import TIMES_SIGN, label
from sipdomain.report.ladder.lanes import Lanes, share
from sipdomain.report.ladder.model import APP, CLOUD, Host, Ladder, Row
from sipdomain.report.moment import moment

WIDTH = 80
# Before the first of three bars: the phone's, the cloud's, the application's.
TIMES = 15
_ASCII = str.maketrans(
    {
        "│": "|",
        "─": "-",
        "▶": ">",
        "◀": "<",
        "┼": "+",
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
        wall_offset: What to add to the run's clock for the time of day, in seconds since 1970; None for no time of day.
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
        self._lanes = self._split(())

    def _split(self, phones: Sequence[str]) -> Lanes:
        """Divide a line among phones, and what happens inside and by HTTP."""
        room = self._width - TIMES - 3
        self._left = round(room * share(len(phones)))
        self._right = room - self._left
        return Lanes(phones, self._left)

    def lines(self, ladder: Ladder, wall_offset: float | None) -> Iterator[str]:
        began_at = before = ladder.rows[0].at if ladder.rows else 0.0
        name = f"{ladder.title or 'call'} · {ladder.call_id or 'outside any call'}"
        started = "" if wall_offset is None else f"{moment(began_at + wall_offset)} · "
        yield from wrap(f"{started}{self._safe(name)}", self._width, indent="  ")
        for number, leg in enumerate(ladder.legs, 2):
            name = f"  leg {number} · {f'{leg.title} · ' if leg.title else ''}{leg.call_id}"
            yield from wrap(self._safe(name), self._width, indent="    ")
        phones = [host for host in ladder.hosts if host.name not in {CLOUD, APP}]
        self._lanes = self._split([host.name for host in phones])
        named = {host.name: host for host in ladder.hosts}
        cloud, app = (named.get(name, Host("")) for name in (CLOUD, APP))
        if len(phones) > 1:
            # In so many lanes there is no room for addresses.
            places = " · ".join(f"{each.name} {each.address}".rstrip() for each in ladder.hosts)
            yield from wrap(f"  {self._safe(places)}", self._width, indent="  ")
            yield self._heads([each.name for each in phones], cloud.name, app.name)
        else:
            yield self._heads([each.name for each in phones], cloud.name, app.name)
            if any(host.address for host in (*phones, cloud, app)):
                yield self._heads([each.address for each in phones], cloud.address, app.address)
        for row in ladder.rows:
            # The order is that of the journal. A decision bears the moment at which its input came, which may be a
            # little before that of the message recorded just above it.
            at = max(row.at, before)
            yield from self._row(row, at - began_at, at - before)
            before = at

    def _safe(self, words: str) -> str:
        return printable(self._mask(words))

    def _heads(self, phones: Sequence[str], cloud: str, app: str) -> str:
        # Above the emulator's lifeline; beside a narrow lane as narrow as its name.
        half = 10 if len(phones) < 2 else 4
        left = self._lanes.heads([self._safe(each) for each in phones], self._left - half + 1)
        middle = cut(self._safe(cloud), 2 * half).center(2 * half)
        return f"{'':{TIMES}}{left}{middle}{cut(self._safe(app), self._right - 10):>{self._right - half + 2}}"

    def _row(self, row: Row, since_start: float, since_before: float) -> Iterator[str]:
        words = self._words(row)
        phone = row.source if row.source != CLOUD else row.target
        times = f"{since_start:7.3f}{_delta(since_before):>7} "
        left, right = self._lanes.blank(), " " * self._right
        details = [self._safe(each) for each in row.details]
        if row.lane == "http":
            right = _arrow(words, self._right, rightward=row.source == CLOUD)
        elif row.lane == "sip" and row.source != row.target:
            rightward = row.target == CLOUD
            left = self._lanes.cell(
                phone, lambda width: _arrow(words, width, rightward=rightward, arrived=row.arrived)
            )
        elif row.lane == "sip":
            left = self._lanes.note(phone, f" {words}")
        else:
            first, *more = wrap(words, self._right - 2, indent="  ") or [""]
            right = pad(f" {first}", self._right)
            details = [*more, *(f"  {line}" for line in details)]
        yield f"{times}│{left}│{right}│"
        for line in details:
            yield from self._detail(line, phone if row.lane == "sip" else None)

    def _words(self, row: Row) -> str:
        words = label(row, self._safe)
        if self._lanes.in_words and row.lane == "sip":
            words = f"{self._safe(row.source if row.source != CLOUD else row.target)}: {words}"
        return words

    def _detail(self, line: str, phone: str | None) -> Iterator[str]:
        """Yield a line below a row: in a phone's lane, or on the right without one."""
        width = self._right - 2 if phone is None else self._lanes.room(phone) - 4
        indent = " " * min(len(line) - len(line.lstrip()), 4)
        for part in wrap(line.strip(), width - len(indent)):
            if phone is None:
                left, right = self._lanes.blank(), pad(f" {indent}{part}", self._right)
            else:
                left, right = self._lanes.note(phone, f"   {indent}{part}"), " " * self._right
            yield f"{'':{TIMES}}│{left}│{right}│"


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
