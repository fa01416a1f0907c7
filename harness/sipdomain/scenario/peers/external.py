"""Any other program: a PBX's own test call, a script; its exit code is its verdict."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from sipdomain.errors import SetupError
from sipdomain.runtime.process import Process, find_program


def start(command: Sequence[str], folder: Path) -> Process:
    """Start a command in a folder; a name without a slash is looked for in PATH.

    Raises:
        SetupError: There is no such program.
    """
    if not command:
        raise SetupError("an external command needs a program")
    program, *arguments = command
    if "/" not in program:
        program = find_program(program, package=program)
    return Process([program, *arguments], folder=folder)


def spelled(command: Sequence[str]) -> str:
    """Return a command as one would type it."""
    return shlex.join(command)
