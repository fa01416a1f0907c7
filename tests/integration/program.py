"""The command `sipdomain` as a process of its own, without its imports: a process that has them forks one for each command.

`python -m tests.integration.program NUMBER` is the one that forks; its orders come by the socket of that number.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
LATE = (
    "dnslib",
    "faker",
    "flask",
    "mock_webhooks",
    "numpy",
    "pylibsrtp",
    "soundfile",
    "soxr",
    "trustme",
    "uvloop",
)
"""What the program imports when it first needs it."""


class Program:
    """A running `sipdomain`: what a test needs of `subprocess.Popen`.

    Attributes:
        pid: Its process.
        stdout: What it prints, where that goes nowhere else.
        stderr: Likewise, its errors.
        returncode: How it ended; negative by a signal, None as long as it runs.
    """

    def __init__(
        self,
        *arguments: str,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        output: tuple[int, int] | None = None,
    ) -> None:
        """Start it: in a folder, with a whole environment, and with descriptors that take its output and errors."""
        order = {
            "arguments": ["sipdomain", *arguments],
            "folder": str(folder or Path.cwd()),
            "environment": dict(os.environ if environment is None else environment),
        }
        self._reports, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pipes = [] if output else [os.pipe(), os.pipe()]
        given = output or (pipes[0][1], pipes[1][1])
        socket.send_fds(_forker(), [json.dumps(order).encode()], [theirs.fileno(), *given])
        theirs.close()
        for _, written in pipes:
            os.close(written)
        ends: list[TextIO | None] = [os.fdopen(read, encoding="utf-8") for read, _ in pipes] or [None, None]
        self.stdout, self.stderr = ends
        self.returncode: int | None = None
        self._reports.settimeout(PATIENCE)
        self.pid = int(self._reports.recv(100))

    def wait(self, timeout: float) -> int:
        """Wait until it has ended; return its exit code.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        if self.returncode is None:
            self._reports.settimeout(timeout)
            try:
                self.returncode = int(self._reports.recv(100))
            except (TimeoutError, BlockingIOError) as error:
                raise subprocess.TimeoutExpired("sipdomain", timeout) from error
            self._reports.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return its exit code, if it has ended."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            # It may end between the two, and whoever forked it sees to it.
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send it SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it by SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """End it, if it runs, and close what leads to it."""
        self.terminate()
        try:
            self.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            self.wait(PATIENCE)
        for each in (self.stdout, self.stderr):
            if each is not None:
                each.close()


def ended(
    *arguments: str, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `sipdomain` to its end, for 50 seconds at most; return its exit code and what it printed."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        program = Program(
            *arguments, folder=folder, environment=environment, output=(output.fileno(), errors.fileno())
        )
        try:
            code = program.wait(PATIENCE)
        finally:
            program.close()
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(arguments, code, output.read(), errors.read())


@functools.cache
def _forker() -> socket.socket:
    """Return the socket of a process that forks programs; it ends when that is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    number = theirs.fileno()
    command = [sys.executable, "-m", "tests.integration.program", str(number)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[number]
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait(PATIENCE)

    atexit.register(end)
    return ours


def _import_all() -> None:
    """Import the program."""
    package: Any = importlib.import_module("sipdomain")
    for each in pkgutil.walk_packages(package.__path__, "sipdomain."):
        if not each.name.startswith(("sipdomain.__main__", "sipdomain.pytest_plugin")):
            importlib.import_module(each.name)
    for name in LATE:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _become_what_is_ordered(orders: socket.socket) -> bool:
    """Fork for each order; return True in a process that is to be the program, and False when no more orders come."""
    while True:
        words, files, _, _ = socket.recv_fds(orders, 1 << 20, 3)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        if not words:
            return False
        if os.fork() == 0:
            orders.close()
            reports = socket.socket(fileno=files[0])
            program = os.fork()
            if program == 0:
                reports.close()
                _dress(json.loads(words), files[1:])
                return True
            for each in files[1:]:
                os.close(each)
            # Whoever started it may be gone.
            try:
                reports.send(str(program).encode())
                code = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
                reports.send(str(code).encode())
            finally:
                os._exit(0)
        for each in files:
            os.close(each)


def _dress(order: dict[str, Any], output: list[int]) -> None:
    """Take over arguments, folder, environment and output, as a new interpreter would."""
    for number, each in enumerate(output, start=1):
        os.dup2(each, number)
        os.close(each)
    # The one it has was made for another destination, in which it could go back and forth.
    sys.stdout = open(1, "w", encoding=sys.stdout.encoding, closefd=False)  # noqa: SIM115 - kept
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[0] = order["folder"]
    sys.argv = order["arguments"]


if __name__ == "__main__":
    _import_all()
    if _become_what_is_ordered(socket.socket(fileno=int(sys.argv[1]))):
        importlib.import_module("sipdomain.cli").main()
