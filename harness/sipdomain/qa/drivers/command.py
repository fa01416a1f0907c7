"""Any command that places a call."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Final

from sipdomain.errors import SetupError
from sipdomain.qa.drivers.driver import Act, Order
from sipdomain.qa.drivers.program import ProgramDriver
from sipdomain.runtime.process import Process
from sipdomain.scenario.peers.external import start

NAMES: Final = (
    "target",
    "host",
    "port",
    "domain",
    "extension",
    "user",
    "password",
    "transport",
    "dns",
    "authority",
)
"""What may stand in braces in a command."""
_NAME: Final = re.compile(r"\{(\w*)\}")


class CommandDriver(ProgramDriver):
    """Runs a command for each call; it runs in the folder that it was given in."""

    name = "command"
    acts: frozenset[Act] = frozenset({"call by name", "call by TLS"})
    starts_anew = False

    def __init__(self, command: str) -> None:
        """Take a command.

        Raises:
            SetupError: It is none, or has a name in braces that stands for nothing.
        """
        super().__init__()
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise SetupError(f"--command cannot be read: {error}") from None
        if not self._words:
            raise SetupError("--command is empty")
        unknown = [name for word in self._words for name in _NAME.findall(word) if name not in NAMES]
        if unknown:
            raise SetupError(
                f"--command has {{{unknown[0]}}}; there are {', '.join(f'{{{name}}}' for name in NAMES)}"
            )

    def start(self, order: Order, folder: Path) -> Process:  # noqa: ARG002 - files are named as the user sees them
        """Start it."""
        values = {
            "target": str(order.target),
            "host": order.target.host,
            "port": str(order.target.port),
            "domain": order.domain,
            "extension": order.extension,
            "user": order.user,
            "password": order.password,
            "transport": order.transport,
            "authority": str(order.authority) if order.transport == "tls" else "",
            "dns": "" if order.dns is None else str(order.dns),
        }
        filled = [_NAME.sub(lambda found: values[found[1]], word) for word in self._words]
        return start(filled, Path.cwd())
