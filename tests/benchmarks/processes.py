"""Child processes of a benchmark: pinned to a core, awaited until they are ready, measured from /proc."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sipdomain.errors import SetupError
from sipdomain.runtime.process import Process

ROOT = Path(__file__).resolve().parents[2]
SERVER_CORE, LOAD_CORE = 0, 1
_TICKS = os.sysconf("SC_CLK_TCK")
_POLL = 0.02
_ENVIRONMENT = {"TERM": "dumb", "PYTHONDONTWRITEBYTECODE": ""}
"""Without a colour, and with compiled modules kept, as where the package was installed."""


@contextmanager
def child(command: Sequence[str], *, core: int | None = None, folder: Path = ROOT) -> Iterator[Process]:
    """Run a command for the length of a `with` block, pinned to a core where there are several.

    Raises:
        SetupError: It cannot be started.
    """
    process = Process([*_pinned(core), *command], folder=folder, environment=_ENVIRONMENT)
    try:
        yield process
    finally:
        process.close()


def _pinned(core: int | None) -> list[str]:
    if core is None or core not in os.sched_getaffinity(0) or shutil.which("taskset") is None:
        return []
    return ["taskset", "-c", str(core)]


def wait_for(process: Process, pattern: str, within: float) -> re.Match[str]:
    """Return the first match of a pattern in a child's output.

    Args:
        process: The child.
        pattern: A regular expression.
        within: Seconds.

    Raises:
        SetupError: It ended, or was not so far in time.
    """
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        code = process.poll()
        found = re.search(pattern, process.output, re.MULTILINE)
        if found is not None:
            return found
        if code is not None:
            raise SetupError(f"ended with {code}: {process.output[-2000:]}")
        time.sleep(_POLL)
    raise SetupError(f"no {pattern!r} in {within} s: {process.output[-2000:]}")


def wait_for_end(process: Process, within: float) -> int:
    """Return a child's exit code.

    Raises:
        SetupError: It was not over in time.
    """
    limit = time.monotonic() + within
    while time.monotonic() < limit:
        code = process.poll()
        if code is not None:
            return code
        time.sleep(_POLL)
    raise SetupError(f"still running after {within} s")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process took so far, user and system, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def waited_seconds(pid: int) -> float:
    """Return for how long a process could have run, and had to wait for a core: what others take (main thread)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


def resident(pid: int) -> float:
    """Return a process's resident memory in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
