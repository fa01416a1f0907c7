"""The part of a ladder between the phones and the emulator: a lane for each phone, the outer ones first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sipdomain.report.columns import columns, cut, pad

MOST_LANES: Final = 3
"""How many phones have a lane of their own; of more, each message says whose it is."""
_SHARES: Final = (0.44, 0.44, 0.56, 0.64)
"""Which part of a line the phones get, by how many lanes there are; the rest is for decisions and HTTP."""
_OUTER: Final = 14
"""The width of an outer lane; the innermost has what is left."""
_BLANK: Final = " ◀▶✘─"


def share(phones: int) -> float:
    """Return which part of a line so many phones get."""
    return _SHARES[phones] if phones <= MOST_LANES else _SHARES[0]


class Lanes:
    """Where what belongs to a phone is drawn: from its own lifeline to the emulator's, across those between.

    Attributes:
        width: The columns of all of them.
        in_words: Whether messages have to say whose they are.
    """

    def __init__(self, phones: Sequence[str], width: int) -> None:
        self.width = width
        self.in_words = len(phones) > MOST_LANES
        lanes = () if self.in_words else phones
        outer = min(_OUTER, width // max(1, len(lanes)))
        self._starts = {name: index * outer for index, name in enumerate(lanes)}

    def cell(self, phone: str, draw: Callable[[int], str]) -> str:
        """Return the whole width, with what `draw` returns for the columns that are left from a phone's lifeline on."""
        start = self._starts.get(phone, 0)
        return self._crossed(" " * start + draw(self.width - start))

    def room(self, phone: str) -> int:
        """Return how many columns there are from a phone's lifeline on."""
        return self.width - self._starts.get(phone, 0)

    def note(self, phone: str, words: str) -> str:
        """Return the whole width, with words beside a phone's lifeline."""
        return self.cell(phone, lambda width: pad(cut(words, width - 1), width))

    def blank(self) -> str:
        """Return the whole width without anything but lifelines."""
        return self._crossed(" " * self.width)

    def heads(self, names: Sequence[str], width: int) -> str:
        """Return names above their lifelines, within so many columns."""
        if self.in_words or not names:
            return pad(cut("phones" if names else "", width - 1), width)
        ends = [*list(self._starts.values())[1:], width]
        cells = zip(names, self._starts.values(), ends, strict=True)
        return "".join(pad(cut(name, end - start - 1), end - start) for name, start, end in cells)

    def _crossed(self, cell: str) -> str:
        """Return a cell with the lifelines that pass through it; none through words, nor beside wide characters."""
        starts = [start for start in self._starts.values() if start]
        if not starts or columns(cell) != len(cell):
            return cell
        drawn = list(cell)
        for start in starts:
            before, here, after = cell[start - 2], cell[start - 1], cell[start]
            if here == "─":
                drawn[start - 1] = "┼"
            elif here == " " and (before in _BLANK or after in _BLANK):
                drawn[start - 1] = "│"
        return "".join(drawn)
