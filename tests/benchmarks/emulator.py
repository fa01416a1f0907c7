"""The emulator and a webhook server as processes of their own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from sipdomain.runtime.process import Process
from sipdomain.sip.outputs import Address
from tests.benchmarks.processes import LOAD_CORE, SERVER_CORE, child, wait_for
from tests.benchmarks.sipp import PASSWORD, USER

READY_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator.

    Attributes:
        process: The process.
        sip: Where it listens for SIP.
        http: The base of its REST API.
    """

    process: Process
    sip: Address
    http: str

    def health(self) -> dict[str, Any]:
        """Return what it says of itself."""
        return _get(f"{self.http}/_sipdomain/health")


@dataclass(frozen=True, slots=True)
class Webhook:
    """A running webhook server.

    Attributes:
        url: Its base URL.
    """

    url: str

    def seen(self) -> dict[str, Any]:
        """Return its counts: requests by path, how many were checked, how many signatures were right."""
        return _get(f"{self.url}/counts")


def _get(url: str) -> dict[str, Any]:
    with urlopen(url, timeout=30) as response:
        found: dict[str, Any] = json.load(response)
    return found


@contextmanager
def webhook(*, keep: int = 2000, core: int | None = LOAD_CORE) -> Iterator[Webhook]:
    """Run a webhook server for the length of a `with` block."""
    command = [sys.executable, "-m", "tests.benchmarks.webhook", "--keep", str(keep)]
    with child(command, core=core) as process:
        yield Webhook(wait_for(process, r"^ready (\S+)$", READY_WITHIN)[1])


@contextmanager
def emulator(
    arguments: Sequence[str], *, core: int | None = SERVER_CORE, module: Sequence[str] = ("sipdomain",)
) -> Iterator[Emulator]:
    """Run `sipdomain serve` for the length of a `with` block, on ports that are free.

    Args:
        arguments: More of them.
        core: Where it runs.
        module: The module that is the command, and what comes before the command's own arguments.
    """
    command = [
        sys.executable, "-m", *module, "serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0",
        "--no-ladders", "--no-speech", *arguments,
    ]  # fmt: skip
    with child(command, core=core) as process:
        ready = wait_for(process, r"^ready sip=([\d.]+):(\d+) .*http=(\S+)", READY_WITHIN)
        yield Emulator(process, Address(ready[1], int(ready[2])), ready[3])


def first_call(hook: Webhook, profile: str) -> list[str]:
    """Return the arguments for a domain whose webhook hangs up."""
    return [
        "--voice-url", f"{hook.url}/hangup", "--status-url", f"{hook.url}/status", "--domain", "demo",
        "--user", USER, "--password", PASSWORD, "--profile", profile,
    ]  # fmt: skip
