"""Foreign programs as phones of a test: PJSIP and baresip, which take orders as JSON, and a SIPp that is called."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from sipdomain.runtime.process import Process, find_program
from tests.benchmarks.processes import ROOT, child
from tests.benchmarks.sipp import scenario
from tests.integration.served import free_ports, until
from tests.patience import PATIENCE

PLAYED_WITH_PEERS = ("callee_refuses", "callee_with_digest", "press_keys", "recorder_answers")
"""The files of `fixtures/sipp` that `test_foreign_callees` and `test_siprec` play."""


class Ordered:
    """A running PJSIP or baresip.

    Attributes:
        events: What it reported.
        folder: What it hears, by the names of its calls.
    """

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.events: list[dict[str, Any]] = []
        self.folder = folder
        self._process = process
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                self.events.append(json.loads(line))

    def did(self, event: str, call: str = "") -> bool:
        """Return whether it reported something."""
        return any(each["event"] == event and each.get("call", "") == call for each in self.events)

    def order(self, do: str, name: str, **more: str) -> None:
        """Have it do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, "name": name, **more}) + "\n")
        self._process.stdin.flush()

    def heard(self, name: str) -> npt.NDArray[np.int16]:
        """Return what a finished call heard, at 8 kHz."""
        samples, rate = soundfile.read(self.folder / f"{name}.wav", dtype="int16")
        assert rate == 8000
        found: npt.NDArray[np.int16] = samples
        return found


@contextmanager
def ordered(module: str, plan: dict[str, Any]) -> Iterator[Ordered]:
    """Run a program of `tests.integration` that takes orders, for the length of a `with` block."""
    command = [sys.executable, "-m", f"tests.integration.{module}", json.dumps(plan)]
    with Path(plan["folder"], f"{module}.log").open("w") as log, subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
    ) as process:  # fmt: skip
        try:
            peer = Ordered(process, Path(plan["folder"]))
            until(lambda: peer.did("ready") or process.poll() is not None)
            assert process.poll() is None, f"{module} ended"
            yield peer
        finally:
            process.terminate()
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def sipp(file: str, folder: Path, *options: str) -> Iterator[tuple[int, Process]]:
    """Let SIPp call or be called once, for the length of a `with` block; yields its port, and its process."""
    port, media = free_ports(2)
    command = [
        find_program("sipp", package="sip-tester"), *scenario(file), "-i", "127.0.0.1", "-p", str(port),
        "-mi", "127.0.0.1", "-mp", str(media & ~1), "-rtp_echo", "-m", "1", "-timeout", f"{3 * PATIENCE:.0f}s", "-nostdin",
        *options, "-trace_err", "-error_file", str(folder / f"{port}.log"),
    ]  # fmt: skip
    with child(command, folder=folder) as process:
        until(lambda: f":{port:04X} " in Path("/proc/net/udp").read_text() or process.poll() is not None)
        assert process.poll() is None, process.output
        yield port, process
