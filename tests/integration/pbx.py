"""PBXs and phones of others, as programs from Debian, each set up by the files of `fixtures/pbx` that the guides show.

In these files 192.0.2.10 stands for the emulator, and 192.0.2.20 for where the PBX itself listens; `filled` puts the
addresses of a test in their place, and that is all that it changes, but for folders, and the transport where asked.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import soundfile

from sipdomain.sip.outputs import Address
from tests.integration.served import free_ports, until
from tests.patience import PATIENCE

FILES = Path(__file__).parents[2] / "fixtures" / "pbx"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a test puts into the files.

    Attributes:
        cloud: Where the PBX sends to.
        own: Where the PBX listens.
        folder: Where its files lie, and what it hears.
        transport: "udp", "tcp" or "tls".
        changes: Further texts and what takes their place.
    """

    cloud: Address
    own: Address
    folder: Path
    transport: str = "udp"
    changes: tuple[tuple[str, str], ...] = ()

    def filled(self, name: str) -> Path:
        """Copy a file of `fixtures/pbx` into the folder, with the addresses of this test in it."""
        text = (FILES / name).read_text("utf-8")
        for old, new in (
            *self.changes,
            ("192.0.2.10:5060", str(self.cloud)),
            ("192.0.2.10:5061", str(self.cloud)),
            ("192.0.2.20:5060", str(self.own)),
            ("192.0.2.10", self.cloud.host),
            ("192.0.2.20", self.own.host),
            ("transport=udp", f"transport={self.transport}"),
        ):
            text = text.replace(old, new)
        path = self.folder / Path(name).name
        path.write_text(text, "utf-8")
        return path


@contextmanager
def _running(*command: str, folder: Path, home: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "HOME": str(home or folder)}
    with (folder / "output").open("w") as output, subprocess.Popen(
        command, cwd=folder, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def kamailio(setting: Setting) -> Iterator[Address]:
    """Run Kamailio; yields where it listens."""
    (secure,) = free_ports(1)
    places = (("/etc/kamailio", str(setting.folder)), ("192.0.2.20:5061", f"{setting.own.host}:{secure}"))
    setting = replace(setting, changes=places)
    file, _ = setting.filled("kamailio/kamailio.cfg"), setting.filled("kamailio/tls.cfg")
    command = ["kamailio", "-DD", "-E", "-f", str(file), "-Y", str(setting.folder)]
    if setting.transport == "tls":
        command += ["-A", "WITH_TLS"]
        _certify(setting.folder / "kamailio.pem")
    with _running(*command, folder=setting.folder) as process:

        def is_up() -> bool:
            assert process.poll() is None, (setting.folder / "output").read_text()
            with socket.socket() as probe:
                return probe.connect_ex(setting.own) == 0

        until(is_up)
        yield setting.own


def _certify(file: Path) -> None:
    """Make a certificate that signs itself, and its key, as the guide does."""
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=pbx"]
    subprocess.run([*made, "-keyout", str(file), "-out", str(file)], capture_output=True, check=True)


class Baresip:
    """A running baresip."""

    def __init__(self, folder: Path, control: int) -> None:
        self._folder, self._control = folder, control

    def call(self, uri: str) -> None:
        """Call."""
        self._send_command("dial", uri)

    def hold(self) -> None:
        """Put the call on hold."""
        self._send_command("hold")

    def resume(self) -> None:
        """Take the call up again."""
        self._send_command("resume")

    def hang_up(self) -> None:
        """End the call."""
        self._send_command("hangup")

    def heard(self) -> npt.NDArray[np.int16]:
        """Return what it heard, at 8 kHz."""
        return _samples(sorted(self._folder.glob("dump-*-dec.wav")))

    def _send_command(self, command: str, parameter: str = "") -> None:
        told = json.dumps({"command": command, "params": parameter})
        with socket.create_connection(("127.0.0.1", self._control), timeout=PATIENCE) as connection:
            connection.sendall(f"{len(told)}:{told},".encode())
            connection.recv(65_535)


@contextmanager
def baresip(setting: Setting) -> Iterator[Baresip]:
    """Run Debian's baresip; it registers at once."""
    (control,) = free_ports(1)
    changes = (("127.0.0.1:4444", f"127.0.0.1:{control}"), ("/tmp/baresip", str(setting.folder)))
    setting = replace(setting, changes=changes)
    for name in ("config", "accounts"):
        setting.filled(f"baresip/{name}")
    (setting.folder / "contacts").write_text("")
    command = ["baresip", "-4", "-f", str(setting.folder), "-t", "60"]
    with _running(*command, folder=setting.folder):
        yield Baresip(setting.folder, control)


class Linphone:
    """A running linphonec."""

    def __init__(self, folder: Path, commands: IO[str]) -> None:
        self._folder, self._commands = folder, commands

    def call(self, uri: str) -> None:
        """Call."""
        self._send_command(f"call {uri}")

    def hold(self) -> None:
        """Put the call on hold."""
        self._send_command("pause")
        # Before it says so it does not resume.
        until(lambda: "is now paused" in (self._folder / "output").read_text())

    def resume(self) -> None:
        """Take the call up again."""
        self._send_command("resume")

    def hang_up(self) -> None:
        """End the call."""
        self._send_command("terminate")

    def heard(self) -> npt.NDArray[np.int16]:
        """Return what it heard, at 8 kHz."""
        return _samples([self._folder / "heard.wav"])

    def _send_command(self, command: str) -> None:
        self._commands.write(command + "\n")
        self._commands.flush()


@contextmanager
def linphone(setting: Setting, file: str = "linphonerc") -> Iterator[Linphone]:
    """Run linphonec; it registers at once, and answers calls."""
    home, changes = setting.folder / "home", (("/tmp/linphone", str(setting.folder)),)
    (home / ".local/share/linphone").mkdir(parents=True)
    setting = replace(setting, changes=setting.changes + changes)
    commands = setting.filled("linphone/commands")
    command = ["linphonec", "-a", "-c", str(setting.filled(f"linphone/{file}"))]
    with _running(*command, folder=setting.folder, home=home) as process:
        assert process.stdin is not None
        phone = Linphone(setting.folder, process.stdin)
        for line in commands.read_text().splitlines():
            if not line.startswith("call "):
                phone._send_command(line)
        yield phone


def _samples(files: list[Path]) -> npt.NDArray[np.int16]:
    for path in files:
        if path.exists() and path.stat().st_size > 0:
            samples, rate = soundfile.read(path, dtype="int16")
            heard: npt.NDArray[np.int16] = samples[:: rate // 8000]
            return heard
    return np.zeros(0, np.int16)
