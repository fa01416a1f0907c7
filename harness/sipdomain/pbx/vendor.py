"""A vendor: whose configuration is written, which files that are, and what its syntax cannot hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

from sipdomain.errors import SetupError
from sipdomain.pbx.settings import Settings

_CONDITIONS: Final = frozenset({"udp", "tcp", "tls", "rtp", "srtp"})
_NAME: Final = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Vendor:
    """A program or a device that can be set up to call a SIP domain.

    Attributes:
        name: As it is typed; also the folder of its templates.
        title: As its makers write it.
        files: The names of its files, with the condition under which there is one ("" for always).
        next_step: What to do with the files.
        escapes: Characters of a password that are written in another way.
        refused: Characters that its files cannot hold within a password.
        lacks: Conditions that it cannot meet, each with the reason.
        user_agents: By which it is known: one of these stands, in lower case, in the User-Agent of its messages.
    """

    name: str
    title: str
    files: Mapping[str, str]
    next_step: str
    escapes: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    lacks: Mapping[str, str] = field(default_factory=dict)
    user_agents: tuple[str, ...] = ()

    def fill(self, settings: Settings) -> dict[str, str]:
        """Return the files by their names.

        Raises:
            SetupError: This vendor has no such transport or audio, or its files cannot hold this password.
        """
        holding = settings.conditions()
        for condition, reason in self.lacks.items():
            if condition in holding:
                raise SetupError(f"{self.title}: {reason}")
        bad = next((each for each in settings.password if each in self.refused), "")
        if bad:
            raise SetupError(f"{self.title}: its files cannot hold a password with {bad!r}")
        password = "".join(self.escapes.get(each, each) for each in settings.password)
        values = {**settings.values(), "password": password}
        return {
            name: filled(self._template(name), values, holding)
            for name, condition in self.files.items()
            if not condition or condition in holding
        }

    def _template(self, name: str) -> str:
        return files("sipdomain.pbx").joinpath("templates", self.name, name).read_text("utf-8")


def filled(template: str, values: Mapping[str, str], holding: frozenset[str]) -> str:
    """Return a template with its names filled in, and of its conditional lines those that hold.

    Args:
        template: The text: `{{name}}` stands for a value, and a line that begins with a condition and `@ ` is left
            out where that does not hold.
        values: What stands in the place of each name.
        holding: The conditions that hold.
    """
    lines = []
    for line in template.splitlines(keepends=True):
        condition, at, rest = line.partition("@ ")
        if not at or condition not in _CONDITIONS:
            lines.append(line)
        elif condition in holding:
            lines.append(rest)
    return _NAME.sub(lambda found: values[found[1]], "".join(lines))
