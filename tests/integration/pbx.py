"""PBXs and phones of others, as programs from Debian, each with exactly the files that `sipdomain config pbx` writes."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import soundfile

from sipdomain.sip.outputs import Address
from tests.integration.program import ended
from tests.integration.served import PASSWORD, until
from tests.patience import PATIENCE

DOMAIN, USER = "demo.sip.twilio.com", "alice"


@dataclass(frozen=True, slots=True)
class Setting:
    """For whom a configuration is written.

    Attributes:
        cloud: Where the PBX sends to.
        own: Where the PBX listens.
        folder: Where its files lie, and what it hears.
        transport: "udp", "tcp" or "tls".
        secure: Whether its audio is encrypted.
        authority: The folder of the authority that it trusts over TLS.
    """

    cloud: Address
    own: Address
    folder: Path
    transport: str = "udp"
    secure: bool = False
    authority: Path = Path()

    def write(self, vendor: str) -> None:
        """Have `sipdomain config pbx` write the files of a vendor into the folder."""
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o600)
        flags = [] if self.transport == "udp" else [f"--{self.transport}", "--ca-folder", str(self.authority)]
        done = ended(
            "config", "pbx", vendor, "--domain", DOMAIN, "--user", USER, "--password-file", str(password),
            "--edge", str(self.cloud), "--listen", str(self.own), "--output", str(self.folder),
            *flags, *(["--srtp"] if self.secure else []),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


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
    setting.write("kamailio")
    file = setting.folder / "kamailio.cfg"
    command = ["kamailio", "-DD", "-E", "-f", str(file), "-Y", str(setting.folder)]
    if setting.transport == "tls":
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

    def __init__(self, folder: Path, commands: IO[str]) -> None:
        self._folder, self._commands = folder, commands

    def call(self, uri: str) -> None:
        """Call."""
        self._send_command(f"dial {uri}")

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

    def _send_command(self, command: str) -> None:
        self._commands.write(f"/{command}\n")
        self._commands.flush()


@contextmanager
def baresip(setting: Setting) -> Iterator[Baresip]:
    """Run Debian's baresip; it registers at once."""
    setting.write("baresip")
    (setting.folder / "contacts").write_text("")
    command = ["baresip", "-4", "-f", str(setting.folder), "-t", "60"]
    with _running(*command, folder=setting.folder) as process:
        assert process.stdin is not None
        yield Baresip(setting.folder, process.stdin)


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
def linphone(setting: Setting) -> Iterator[Linphone]:
    """Run linphonec; it registers at once, and answers calls."""
    home = setting.folder / "home"
    (home / ".local/share/linphone").mkdir(parents=True)
    setting.write("linphone")
    command = ["linphonec", "-a", "-c", str(setting.folder / "linphonerc")]
    with _running(*command, folder=setting.folder, home=home) as process:
        assert process.stdin is not None
        phone = Linphone(setting.folder, process.stdin)
        phone._send_command("soundcard use files")
        phone._send_command(f"record {setting.folder / 'heard.wav'}")
        yield phone


def _samples(files: list[Path]) -> npt.NDArray[np.int16]:
    for path in files:
        if path.exists() and path.stat().st_size > 0:
            samples, rate = soundfile.read(path, dtype="int16")
            heard: npt.NDArray[np.int16] = samples[:: rate // 8000]
            return heard
    return np.zeros(0, np.int16)
