"""The parameters of the commands, from the signatures of their functions."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo


# --- the command line ------------------------------------------------------------------------------------
class Option(NamedTuple):
    """A parameter of a command: its flags, its value, its default, its help."""

    flags: tuple[str, ...]
    value: str
    default: str
    help: str


def options(command: str) -> list[Option]:
    """Return the parameters of a command, from the signature of its function."""
    function = getattr(importlib.import_module(f"sipdomain.cli.{command}"), command)
    hints = get_type_hints(function, include_extras=True)
    return [
        _option(name, hints[name], each.default)
        for name, each in inspect.signature(function).parameters.items()
    ]


def _option(name: str, hint: Any, default: object) -> Option:
    kind, info = get_args(hint)
    if isinstance(info, ArgumentInfo):
        several = "…" if get_origin(kind) is list else ""
        return Option((name.upper() + several,), _kind(kind), "", info.help or "")
    dashed = name.replace("_", "-")
    # In an annotation the first declared flag stands where a default would.
    declared = (*((info.default,) if isinstance(info.default, str) else ()), *(info.param_decls or ()))
    if kind in {bool, bool | None}:
        flags = declared or (f"--{dashed}", f"--no-{dashed}")
        shown = "" if default is None else "yes" if default else "no"
        return Option(flags, "", shown, info.help or "")
    shown = "" if default in (None, "") else str(default)
    return Option(declared or (f"--{dashed}",), _kind(kind), shown, info.help or "")


def _kind(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(f"`{each}`" for each in get_args(kind))
    return {
        int: "number",
        int | None: "number",
        float: "number",
        float | None: "number",
        Path | None: "path",
        list[Path]: "path",
    }.get(kind, "text")
