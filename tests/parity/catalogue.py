"""Which scenarios of the catalogue show which rules of the service: their own words, read without playing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

from sipdomain.scenario.loader import SUFFIX, find

FOLDER: Final = Path(__file__).parents[2] / "scenarios"
MOST_SHOWN: Final = 3
"""How many scenarios a row of the page links to; of the others it gives the number."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a scenario says of itself.

    Attributes:
        name: Its path below the catalogue's folder, without the suffix.
        seed: Titles of sections of the provider's documentation.
        rules: Ids of the rules that it shows.
    """

    name: str
    seed: tuple[str, ...]
    rules: tuple[str, ...]


@lru_cache(maxsize=1)
def entries() -> Mapping[str, Entry]:
    """Return what each scenario says of itself, by its name."""
    found: dict[str, Entry] = {}
    for path in find([FOLDER]):
        said = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
        name = path.relative_to(FOLDER).as_posix().removesuffix(SUFFIX)
        found[name] = Entry(name, tuple(said.get("seed", ())), tuple(said.get("rules", ())))
    return found


def shown() -> dict[str, list[str]]:
    """Return for each rule the scenarios that name it."""
    found: dict[str, list[str]] = {}
    for entry in entries().values():
        for rule in entry.rules:
            found.setdefault(rule, []).append(entry.name)
    return found


def links(names: Iterable[str]) -> str:
    """Return links to scenarios, as a cell of the page has them: the first ones, and how many more there are."""
    names = list(names)
    cells = [f"[{name}](../../scenarios/{name}{SUFFIX})" for name in names[:MOST_SHOWN]]
    if more := names[MOST_SHOWN:]:
        cells.append(f"and {len(more)} more")
    return "<br>".join(cells)
