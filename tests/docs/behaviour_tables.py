"""The behaviours of the far end and their keys, as the page shows them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any, Final

from sipdomain.twilio.behaviours import BEHAVIOURS
from sipdomain.twilio.behaviours.behaviour import Behaviour, OnRequest
from sipdomain.twilio.behaviours.on_call import OnCall
from tests.docs.markdown import table


def _keys_of(kind: type[Behaviour], *, beside: type[Behaviour] | None = None) -> str:
    """Return the keys of a behaviour, but for those that it shares with a class."""
    shared = {each.name for each in fields(beside)} if beside is not None else set()
    rows = [
        (f"`{each.name}`", _default_of(each), each.metadata["description"])
        for each in fields(kind)
        if each.name not in shared
    ]
    return table(("Key", "Default", "Meaning"), rows) if rows else "It has no keys of its own.\n"


def _default_of(of: Field[Any]) -> str:
    match of.default:
        case bool():
            return f"`{str(of.default).lower()}`"
        case int() | float():
            return f"`{of.default:g}`"
        case str() if of.default:
            return f"`{of.default}`"
        case _:
            return ""


def _behaviours() -> str:
    parts = []
    for word, kind in BEHAVIOURS.items():
        text = inspect.cleandoc(kind.__doc__ or "").partition("\n\nAttributes:")[0]
        beside = OnRequest if issubclass(kind, OnRequest) else OnCall
        parts.append(f"### `{word}`\n\n{text}\n\n{_keys_of(kind, beside=beside)}")
    return "\n".join(parts)


BEHAVIOUR_TABLES: Final[dict[str, Callable[[], str]]] = {
    "common keys of behaviours": lambda: _keys_of(Behaviour),
    "keys of behaviours of requests": lambda: _keys_of(OnRequest, beside=Behaviour),
    "behaviours": _behaviours,
}
