"""Values from the environment: `${env.NAME}`, or `${env.NAME:-DEFAULT}` for when it is unset or empty, as in shells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import did_you_mean

_WRITTEN: Final = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>.*))?", re.ASCII | re.DOTALL)
SECRET_NAME: Final = re.compile("pass|secret|token|credential|api_?key", re.IGNORECASE)
"""What a value is called that no report may show."""


class Environment:
    """Looks values up.

    Attributes:
        secrets: Those whose name says that no report may show them.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.secrets: set[str] = set()

    def __call__(self, written: str, where: Position) -> str:
        """Return what `${env.WRITTEN}` stands for.

        Raises:
            FileError: Nothing is set by that name, and no default is written.
        """
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise FileError(
                f"`{written}` is not the name of an environment variable",
                where=where,
                hint="write `${env.NAME}` or `${env.NAME:-DEFAULT}`",
            )
        name, default = found["name"], found["default"]
        value = self._variables.get(name, "")
        if not value and default is None:
            close = did_you_mean(name, self._variables)
            hint = (
                close if close.startswith("did you mean") else f"set it, or write `${{env.{name}:-DEFAULT}}`"
            )
            raise FileError(f"the environment variable {name} is not set", where=where, hint=hint)
        if value and SECRET_NAME.search(name):
            self.secrets.add(value)
        return value or default or ""
