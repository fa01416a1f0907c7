"""A ladder as a picture: one SVG file without scripts and fonts of its own, for tickets, wikis and browsers."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from sipdomain.mask import Mask, masking, printable
from sipdomain.report.columns import cut
from sipdomain.report.ladder.label import first_and_last, label
from sipdomain.report.ladder.model import APP, CLOUD, Ladder, Row

MOST_ROWS: Final = 600
"""How many rows a picture has, the first 200 and the last 400."""

_ROW, _SMALL, _TOP, _LEFT, _PHONE, _LANE, _INSIDE = 20, 15, 82, 118, 230, 330, 470
_LETTER, _SMALL_LETTER = 7.25, 6.7
_COLOURS: Final = {"plain": "#1c2126", "good": "#116329", "bad": "#b3121d", "dim": "#5d6873"}
_STYLE: Final = "font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
_LIFELINE: Final = "#d4dae0"


def svg(ladder: Ladder, *, mask: Mask | None = None) -> str:
    """Return a ladder as a document of SVG. Secrets are hidden, and foreign text is made harmless, before anything is cut.

    Args:
        ladder: What happened.
        mask: Hides secrets; by default only what has the form of a credential.
    """
    return _Picture(ladder, mask or masking(())).drawn()


class _Picture:
    def __init__(self, ladder: Ladder, mask: Mask) -> None:
        self._ladder = ladder
        self._mask = mask
        phones = [host.name for host in ladder.hosts if host.name not in {CLOUD, APP}]
        self._across = _PHONE if len(phones) > 1 else _LANE
        self._places = {name: _LEFT + number * self._across for number, name in enumerate(phones)}
        self._places[CLOUD] = _LEFT + len(phones) * self._across
        self._places[APP] = self._places[CLOUD] + _INSIDE
        self._width = self._places[APP] + 90
        self._root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "style": _STYLE})
        self._began_at = self._before = ladder.rows[0].at if ladder.rows else 0.0

    def drawn(self) -> str:
        ladder = self._ladder
        name = f"{ladder.title or 'call'} · {ladder.call_id or 'outside any call'}"
        ET.SubElement(self._root, "title").text = self._safe(name)
        paper = ET.SubElement(self._root, "rect", {"width": "100%", "height": "100%", "fill": "#fff"})
        self._text(4, 18, cut(self._safe(name), int(self._width / _LETTER)), size=12)
        lifelines = ET.SubElement(self._root, "g", {"stroke": _LIFELINE})
        first, left_out, last = first_and_last(ladder.rows, MOST_ROWS)
        y: float = _TOP
        for row in first:
            y = self._row(row, y)
        if left_out:
            self._text(_LEFT + 8, y, f"{left_out} rows are left out", colour="dim")
            y += _ROW
        for row in last:
            y = self._row(row, y)
        for host in ladder.hosts:
            x = self._places[host.name]
            ET.SubElement(lifelines, "line", _numbers(x1=x, x2=x, y1=_TOP - 14, y2=y))
            self._text(x, 44, cut(self._safe(host.name), 28), size=12, middle=True)
            self._text(x, 58, cut(self._safe(host.address), 28), colour="dim", middle=True)
        self._root.attrib |= _numbers(width=self._width, height=y + 8)
        self._root.set("viewBox", f"0 0 {self._width} {y + 8}")
        paper.set("height", str(y + 8))
        return ET.tostring(self._root, encoding="unicode") + "\n"

    def _safe(self, text: str) -> str:
        return printable(self._mask(text))

    def _row(self, row: Row, y: float) -> float:
        """Draw a row at a height, and return that of the next."""
        # As in a terminal: the order is that of the journal.
        self._before = max(self._before, row.at)
        self._text(4, y, f"{self._before - self._began_at:.3f} s", colour="dim")
        source, target = (self._places.get(each, self._places[CLOUD]) for each in (row.source, row.target))
        inside = row.source == row.target
        own_room = self._across if row.lane == "sip" else _INSIDE
        room = own_room if inside else abs(target - source)
        left = min(source, target)
        words = label(row, self._safe)
        self._text(
            left + 8,
            y - (0 if inside else 2),
            words,
            size=12,
            colour=row.tone,
            most=int((room - 16) / _LETTER),
        )
        if not inside:
            self._arrow(source, target, y + 3, row)
        for number, detail in enumerate(row.details, 1):
            most = int((room - 28) / _SMALL_LETTER)
            self._text(left + 20, y + _SMALL * number + 1, self._safe(detail), colour="dim", most=most)
        return y + _ROW + _SMALL * len(row.details)

    def _arrow(self, source: float, target: float, y: float, row: Row) -> None:
        way = 1 if target > source else -1
        tip = target if row.arrived else target - way * 24
        colour = _COLOURS[row.tone]
        line = ET.SubElement(self._root, "line", _numbers(x1=source, x2=tip, y1=y, y2=y))
        line.set("stroke", colour)
        if row.arrived:
            ET.SubElement(self._root, "path", {"d": f"M{tip} {y}l{-way * 7} -3.5v7z", "fill": colour})
        else:
            line.set("stroke-dasharray", "4 3")
            self._text(tip - 3, y + 4, "✘", size=12, colour=row.tone)

    def _text(
        self, x: float, y: float, words: str, *, size: int = 11, colour: str = "plain", middle: bool = False,
        most: int = 1_000,
    ) -> None:  # fmt: skip
        shown = cut(words, most)
        about = _numbers(x=x, y=y) | {"font-size": str(size), "fill": _COLOURS[colour]}
        element = ET.SubElement(self._root, "text", about | ({"text-anchor": "middle"} if middle else {}))
        element.text = shown
        if shown != words:
            ET.SubElement(element, "title").text = words


def _numbers(**values: float) -> dict[str, str]:
    return {name: f"{value:g}" for name, value in values.items()}
