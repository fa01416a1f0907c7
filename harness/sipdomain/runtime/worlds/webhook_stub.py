"""The webhook application that comes with us: a package of its own, found by name."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sipdomain.errors import SetupError

_PACKAGE: Final = "mock_webhooks"
_MARK: Final = "recording.py"


def webhook_stub(module: str = "") -> ModuleType:
    """Return the package, or a module of it.

    Raises:
        SetupError: Another package of that name comes before it, such as a folder where Python was started.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    places = (spec.submodule_search_locations if spec is not None else None) or ()
    if not any((Path(each) / _MARK).is_file() for each in places):
        found = spec.origin if spec is not None and spec.origin else "nothing"
        raise SetupError(
            f"`import {_PACKAGE}` finds {found}, not the application of that name that comes with sipdomain; rename "
            "yours, or start `sipdomain` and `pytest` by these names rather than by `python -m`"
        )
    return importlib.import_module(f"{_PACKAGE}.{module}" if module else _PACKAGE)


def bots_of(app: Any) -> Mapping[str, Any]:
    """Return the bots of an application behind WebSockets, by path; none of one that is not ours."""
    found: Mapping[str, Any] = getattr(app, "extensions", {}).get("bots", {})
    return found


def words_of_bot(bot: Mapping[str, Any]) -> list[str]:
    """Return all that a bot says, as it is written down."""
    said = (*bot.get("lines", ()), *bot.get("keys", {}).values())
    return [each for each in said if isinstance(each, str)]
