"""A scenario that is played once for each row of a table: rows as written, all combinations of values, or a CSV file."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, model_validator

from sipdomain.errors import FileError, Position
from sipdomain.mask import HIDDEN
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, did_you_mean, locate
from sipdomain.scenario.checked import check
from sipdomain.scenario.csv_rows import csv_rows
from sipdomain.scenario.environment import SECRET_NAME
from sipdomain.scenario.values import Strict

MOST_ROWS: Final = 1_000
_LONGEST_SHOWN: Final = 40
"""How much of a value stands in a title, in characters."""
_NAME: Final = re.compile("[A-Za-z][A-Za-z0-9_-]*")


class Matrix(Strict):
    """The rows that a scenario is played for: one of the two."""

    rows: Annotated[list[dict[str, str]], Field(min_length=1)] | str | None = Field(
        None,
        description="The rows, all with the same names; or a CSV file, beside this one, whose first line has the names.",
        examples=[[{"user": "alice", "status": 200}]],
    )
    product: Annotated[dict[str, Annotated[list[str], Field(min_length=1)]], Field(min_length=1)] | None = (
        Field(
            None,
            description="For each name its values; each combination is a row, and the last name changes first.",
            examples=[{"transport": ["udp", "tcp"]}],
        )
    )

    @model_validator(mode="after")
    def _is_one(self) -> Matrix:
        if (self.rows is None) == (self.product is None):
            raise ValueError("a matrix has either `rows` or `product`")
        return self


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        values: Its texts by name.
        number: Which one, counted from 1.
    """

    values: dict[str, str]
    number: int

    def __call__(self, name: str, where: Position) -> str:
        """Return what `${row.NAME}` stands for.

        Raises:
            FileError: The row has no such name.
        """
        if name not in self.values:
            raise FileError(
                f"unknown placeholder `${{row.{name}}}`", where=where, hint=did_you_mean(name, self.values)
            )
        return self.values[name]

    def secrets(self) -> frozenset[str]:
        """Return the values whose name says that no report may show them."""
        return frozenset(value for name, value in self.values.items() if SECRET_NAME.search(name))

    def __str__(self) -> str:
        """Return it as titles have it: `user=alice, status=200`."""
        return ", ".join(f"{name}={_shown(name, value)}" for name, value in self.values.items())


def no_row(name: str, where: Position) -> str:
    """Refuse `${row.NAME}` in a file without rows.

    Raises:
        FileError: Always.
    """
    raise FileError(f"`${{row.{name}}}` has no row", where=where, hint="write the rows below `matrix:`")


def rows(node: Node, folder: Path) -> list[Row]:
    """Return the rows of a matrix.

    Args:
        node: What stands below `matrix:`.
        folder: Where the file of the scenario is.

    Raises:
        FileError: It is not a matrix, or has too many rows.
    """
    matrix = check(Matrix, node)
    if isinstance(matrix.rows, str):
        where = locate(node, ["rows"])
        return _numbered(_from_csv(folder / matrix.rows, matrix.rows, where), where)
    if matrix.product is not None:
        where = locate(node, ["product"])
        _check_names((name, locate(node, ["product", name])) for name in matrix.product)
        count = math.prod(map(len, matrix.product.values()))
        if count > MOST_ROWS:
            raise FileError(f"these are {count} combinations: at most {MOST_ROWS} can be played", where=where)
        return _numbered(
            [
                dict(zip(matrix.product, each, strict=True))
                for each in itertools.product(*matrix.product.values())
            ],
            where,
        )
    written = matrix.rows or []
    for number, each in enumerate(written):
        place = locate(node, ["rows", number])
        _check_names((name, locate(node, ["rows", number, name])) for name in each)
        for name in each:
            if name not in written[0]:
                where = locate(node, ["rows", number, name])
                raise FileError(
                    f"the first row has no `{name}`", where=where, hint=did_you_mean(name, written[0])
                )
        if missing := next((name for name in written[0] if name not in each), None):
            raise FileError(f"this row has no `{missing}`", where=place, hint="all rows have the same names")
    return _numbered(written, locate(node, ["rows"]))


def _numbered(written: Iterable[dict[str, str]], where: Position) -> list[Row]:
    found = [Row(values, number) for number, values in enumerate(written, 1)]
    if len(found) > MOST_ROWS:
        raise FileError(f"these are {len(found)} rows: at most {MOST_ROWS} can be played", where=where)
    return found


def _check_names(names: Iterable[tuple[str, Position]]) -> None:
    for name, where in names:
        if _NAME.fullmatch(name) is None:
            raise FileError(
                f"`{name}` cannot be the name of a value",
                where=where,
                hint="a name has letters, digits, `_` and `-`, and begins with a letter",
            )


def _from_csv(path: Path, name: str, where: Position) -> list[dict[str, str]]:
    at, found = csv_rows(path, name, where, "it is looked for beside this file")
    _check_names((each, at) for each in found[0][1])
    return [values for _, values in found]


def _shown(name: str, value: str) -> str:
    if SECRET_NAME.search(name):
        return HIDDEN
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"


def titled(root: Node, row: Row, *, is_one_of_several: bool) -> Node:
    """Return a file with its row in the title, and the row's number where another row looks the same."""
    found = root.items.get("scenario") if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or found is None or not isinstance(found[1], Scalar):
        return root
    number = f" #{row.number}" if is_one_of_several else ""
    named = Scalar(f"{found[1].value} [{row}]{number}", found[1].where)
    return Mapping({**root.items, "scenario": (found[0], named)}, root.where)


def without_matrix(root: Mapping) -> Mapping:
    """Return a file as it is for each row."""
    return Mapping({key: value for key, value in root.items.items() if key != "matrix"}, root.where)
