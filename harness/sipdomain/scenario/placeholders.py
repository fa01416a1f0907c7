"""Placeholders that are replaced when a file is read: `${faker.KIND}`, `${env.NAME}` and `${row.NAME}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping as Table
from typing import Final

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, Sequence

_PLACEHOLDER: Final = re.compile(r"\$\{(faker|env|row)\.([^}]*)\}")
Source = Callable[[str, Position], str]
"""Returns what stands for the part behind the dot, at a place; raises `FileError` where that is nothing."""


def filled(node: Node, sources: Table[str, Source]) -> Node:
    """Return a YAML tree with placeholders replaced, places unchanged.

    Args:
        node: The tree as written.
        sources: For each word before the dot what replaces it; others stay as they are.

    Raises:
        FileError: A placeholder stands for nothing.
    """

    def text(written: str, where: Position) -> str:
        if "${" not in written:
            return written
        return _PLACEHOLDER.sub(
            lambda found: sources[found[1]](found[2], where) if found[1] in sources else found[0], written
        )

    match node:
        case Scalar(value=said, where=where):
            return Scalar(text(said, where), where) if "${" in said else node
        case Sequence(items=items, where=where):
            return Sequence([filled(item, sources) for item in items], where)
        case Mapping(items=pairs, where=where):
            new: dict[str, tuple[Position, Node]] = {}
            for key, (at, value) in pairs.items():
                name = text(key, at)
                if name in new:
                    raise FileError(
                        f"the key `{name}` is already given in line {new[name][0].line}",
                        where=at,
                        hint="remove one of the two",
                    )
                new[name] = (at, filled(value, sources))
            return Mapping(new, where)
