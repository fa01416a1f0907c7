"""The table of turns with which a bot is called: a YAML or CSV file, or the usual three."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, Sequence, load
from sipdomain.scenario.checked import check
from sipdomain.scenario.csv_rows import csv_rows
from sipdomain.scenario.steps.turns import MOST_TURNS, Turn
from sipdomain.scenario.values import Strict

LISTS: Final = {"heard"}
"""Columns that may have several values in CSV, one after another with `|` between them."""


class Table(Strict):
    """A table of turns: each row is one turn of the step `turns` of a scenario."""

    turns: Annotated[list[Turn], Field(min_length=1, max_length=MOST_TURNS)] = Field(
        description="The turns, in order."
    )


USUAL: Final = Table.model_validate({
    "turns": [
        {"say": "Hello, I would like to book a table for two people", "pause": 1.5},
        {"say": "Wait, I have another question for you", "barge_in_at": 0.8},
        {"press": "1", "pause": 1.0},
    ]
}).turns  # fmt: skip
"""Somebody who asks, interrupts the answer, and presses a key."""


def read_table(path: Path) -> list[Turn]:
    """Return the turns of a file: CSV when its name ends with .csv, else YAML, a list of turns.

    Raises:
        FileError: It cannot be read, or is not such a table; with the place.
    """
    root = _from_csv(path) if path.suffix.lower() == ".csv" else load(path)
    if not isinstance(root, Sequence):
        raise FileError("a table of turns is a list", where=root.where, hint="begin each turn with `- `")
    turns = check(Table, Mapping({"turns": (root.where, root)}, root.where)).turns
    for number, turn in enumerate(turns):
        if turn.stops_within is not None and turn.barge_in_at is None:
            raise FileError(
                "who says when the bot stops has to interrupt it",
                where=root.items[number].where, hint="add `barge_in_at: 1`",
            )  # fmt: skip
    return turns


def _from_csv(path: Path) -> Sequence:
    where, rows = csv_rows(path, str(path))
    items: list[Node] = []
    for at, values in rows:
        cells: dict[str, tuple[Position, Node]] = {}
        for name, value in values.items():
            if not value:
                continue
            parts = [Scalar(each.strip(), at) for each in value.split("|")] if name in LISTS else []
            node: Node = Sequence(list(parts), at) if len(parts) > 1 else Scalar(value, at)
            cells[name] = (at, node)
        items.append(Mapping(cells, at))
    return Sequence(items, where)
