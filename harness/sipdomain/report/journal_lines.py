"""A journal as other programs have it, JSON lines of `run --jsonl` or of the control API, back to entries."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from sipdomain import entries as records, socket_entries as socket_records, voice_entries as voice_records
from sipdomain.entries import Entry

_KINDS: Final[dict[str, type[Entry]]] = {
    name: kind
    for module in (records, voice_records, socket_records)
    for name, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Entry) and kind is not Entry
}


def entry_of(row: Mapping[str, Any]) -> Entry | None:
    """Return the entry that a row is; None for a row of another kind, such as a result.

    Raises:
        TypeError: The row is not what an entry of its kind has.
    """
    kind = _KINDS.get(str(row.get("kind")))
    if kind is None:
        return None
    types = {each.name: each.type for each in fields(kind)}
    return kind(**{name: _value(value, types[name]) for name, value in row.items() if name in types})


def _value(value: Any, kind: object) -> Any:
    """Return a value as an entry has it: bytes come as text, and tuples as lists."""
    if kind == "bytes":
        return str(value).encode()
    return tuple(map(tuple, value)) if isinstance(value, list) else value


def journals(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the title of each scenario with its journal, if it has one; of an emulator the one that there is, and "".

    The row of a scenario's result comes before those of its journal.

    Raises:
        TypeError: A row is not what an entry of its kind has.
    """
    title = ""
    found: list[Entry] = []
    for row in rows:
        if row.get("kind") == "Result":
            if found:
                yield title, found
            title, found = str(row.get("title")), []
        elif (entry := entry_of(row)) is not None:
            found.append(entry)
    if found:
        yield title, found
