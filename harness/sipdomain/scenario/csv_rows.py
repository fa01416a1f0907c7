"""Rows of a CSV file, each with its place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import MAX_BYTES

Row = tuple[Position, dict[str, str]]
"""Where it stands, and its values by the names of the first line."""


def csv_rows(
    path: Path, name: str, where: Position | None = None, hint: str = ""
) -> tuple[Position, list[Row]]:
    """Read a CSV file (RFC 4180), in UTF-8.

    Args:
        path: The file.
        name: What errors call it.
        where: Where it was named, or None.
        hint: What to do where it cannot be read.

    Returns:
        Where the names stand, and the rows; at least one.

    Raises:
        FileError: It cannot be read, is not CSV, has no rows, a row that is too short or too long, or a name twice.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", "")
        raise FileError(f"cannot read {name}: {why or error}", where=where, hint=hint) from None
    if len(data) > MAX_BYTES:
        raise FileError(f"{name} is larger than {MAX_BYTES // 1024 // 1024} MiB", where=where)
    lines = text.splitlines()

    def at(line: int) -> Position:
        source = lines[line - 1] if 0 < line <= len(lines) else ""
        return Position(str(path), max(1, line), 1, source, max(1, len(source)))

    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = next(reader, [])
        if len(set(names)) < len(names):
            raise FileError("two columns have the same name", where=at(1), hint="rename one of the two")
        found = []
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(names):
                raise FileError(
                    f"this row has {len(cells)} values, and there are {len(names)} names",
                    where=at(reader.line_num),
                    hint="quote a value that has a comma in it",
                )
            found.append((at(reader.line_num), dict(zip(names, cells, strict=True))))
    except csv.Error as error:
        raise FileError(f"this is not CSV: {error}", where=at(reader.line_num)) from None
    if not found:
        raise FileError(f"{name} has no rows", where=where, hint="its first line has the names only")
    return at(1), found
