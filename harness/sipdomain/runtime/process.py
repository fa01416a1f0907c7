"""A child process with its output: started, polled, ended by its own id. Nothing waits for ever."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sipdomain.errors import SetupError

OUTPUT_LIMIT = 256 * 1024
"""How many bytes of output are kept; past that the oldest go."""

GRACE = 2.0
"""How long a process has to end after SIGTERM, in seconds, before SIGKILL."""


def find_program(name: str, *, package: str) -> str:
    """Return the path of a program.

    Args:
        name: As typed in a shell.
        package: The Debian package that has it.

    Raises:
        SetupError: It is not installed.
    """
    path = shutil.which(name)
    if path is None:
        raise SetupError(f"{name} is not installed (Debian: apt install {package})")
    return path


class Process:
    """A child in a process group of its own; its standard output and error come together."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        takes_input: bool = False,
    ) -> None:
        """Start it.

        Args:
            command: The program and its arguments; no shell is involved.
            folder: Where it runs.
            environment: Variables to add to our own.
            takes_input: Whether `write` gives it something to read; else its standard input is empty.

        Raises:
            SetupError: It cannot be started.
        """
        self._output = bytearray()
        try:
            self._child = subprocess.Popen(  # noqa: S603 - a command is what the scenario asks for
                list(command),
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.PIPE if takes_input else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise SetupError(f"cannot start {command[0]}: {error.strerror or error}") from None
        assert self._child.stdout is not None  # noqa: S101 - asked for above
        self._pipe = self._child.stdout
        for each in (self._child.stdin, self._pipe):
            if each is not None:
                os.set_blocking(each.fileno(), False)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    def poll(self) -> int | None:
        """Take what was written since, and return the exit code, or None while it runs; negative for a signal."""
        code = self._child.poll()
        self._read()
        return code

    @property
    def output(self) -> str:
        """What it wrote, the last 256 KiB of it, as of the last poll."""
        return self._output.decode("utf-8", "replace")

    def write(self, text: str) -> None:
        """Give it something to read on its standard input.

        Raises:
            OSError: It has ended, or does not read.
        """
        assert self._child.stdin is not None  # noqa: S101 - whoever writes has asked for it
        os.write(self._child.stdin.fileno(), text.encode())

    def close(self) -> None:
        """End it and its children, if they still run: SIGTERM, then SIGKILL after 2 seconds."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._child.poll() is None:
                self._signal(number)
                try:
                    self._child.wait(GRACE)
                except subprocess.TimeoutExpired:
                    continue
        if not self._pipe.closed:
            self._read()
            self._pipe.close()
        if self._child.stdin is not None:
            self._child.stdin.close()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._child.pid, number)
        except ProcessLookupError:
            return

    def _read(self) -> None:
        while not self._pipe.closed:
            try:
                data = os.read(self._pipe.fileno(), 65536)
            except BlockingIOError:
                return
            if not data:
                return
            self._output += data
            del self._output[:-OUTPUT_LIMIT]
