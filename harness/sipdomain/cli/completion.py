"""`sipdomain completion`: the script that has a shell complete commands, options and their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import typer
from typer import completion as _shells

PROGRAM: Final = "sipdomain"
VARIABLE: Final = "_SIPDOMAIN_COMPLETE"
"""What the script sets when it asks this program what may stand next."""
_LINES: Final = ("_TYPER_COMPLETE_ARGS", "COMP_WORDS")
"""Where the shells hand over the line that is being typed."""


_SHELLS: Final[Any] = _shells
"""What the library has for shells, and does not declare."""


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(help="Which shell it is for.")],
) -> None:
    """Print the completion script of a shell; nothing is installed."""
    typer.echo(_SHELLS.get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell))


def words_to_complete(environment: Mapping[str, str]) -> list[str]:
    """Return the words that are being typed behind the program's name, and prepare to complete them."""
    _SHELLS.completion_init()
    line = next((environment[name] for name in _LINES if name in environment), "")
    return line.split()[1:]
