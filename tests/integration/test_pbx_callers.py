"""SIPp and PJSIP with the files of `sipdomain config pbx`: they register, and call until they are hung up on."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sipdomain.runtime.process import find_program
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.sip.outputs import Address
from tests.integration.control_api import journal
from tests.integration.pbx import Setting
from tests.integration.program import ROOT
from tests.integration.served import PASSWORD, Served, free_ports, served, webhooks
from tests.patience import PATIENCE

pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")

CONFIGURATION = """\
credential_lists: {{phones: {{alice: {password}}}}}
domains:
  demo: {{voice: {app}/voice, calls: [phones], registrations: [phones]{secure}}}
"""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A running emulator, and the folder of its authority."""

    emulator: Served
    authority: Path
    secure: bool

    def journal(self, start: int = 0) -> list[dict[str, Any]]:
        """Return the entries from one on."""
        return journal(self.emulator.http)[start:]

    def setting(self, folder: Path, transport: str) -> Setting:
        """Return for whom a configuration is written."""
        (port,) = free_ports(1)
        edge = self.emulator.tls if transport == "tls" else self.emulator.sip
        own = Address("127.0.0.21", port)
        return Setting(edge, own, folder, transport, secure=self.secure, authority=self.authority)


@contextmanager
def running(folder: Path, *, secure: bool) -> Iterator[Cloud]:
    # The OpenSSL 1.0.2 of PJSIP's wheels knows no name constraints on addresses.
    CertificateAuthority.kept_in(folder / "ca", constrained=False)
    with webhooks({"/voice": {"say": ["Goodbye."]}}) as (app, _):
        text = CONFIGURATION.format(password=PASSWORD, app=app, secure=", secure: yes" if secure else "")
        (folder / "domains.yaml").write_text(text)
        with served(
            "--config", str(folder / "domains.yaml"), "--ca-folder", str(folder / "ca"), "--no-speech"
        ) as emulator:
            yield Cloud(emulator, folder / "ca", secure)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("plain"), secure=False) as made:
        yield made


def check(cloud: Cloud, start: int, transport: str) -> None:
    """See that a call was completed over this transport, and that nothing was complained of."""
    entries = cloud.journal(start)
    assert "completed" in [each["status"] for each in entries if each["kind"] == "CallChanged"]
    assert {each["transport"] for each in entries if each.get("lane")} == {transport}
    assert [each for each in entries if each["kind"] == "Alert"] == []


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_sipp_registers_and_calls_as_the_first_lines_of_its_files_say(
    cloud: Cloud, tmp_path: Path, transport: str
) -> None:
    start = len(cloud.journal())
    cloud.setting(tmp_path, transport).write("sipp")
    program = find_program("sipp", package="sip-tester")
    for name in ("register.xml", "call.xml"):
        [command] = re.findall(r"<!-- sipp (.*)$", (tmp_path / name).read_text(), re.MULTILINE)
        done = subprocess.run(
            [program, *shlex.split(command), "-nostdin", "-timeout", "30s"],
            cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    check(cloud, start, transport)


def by_pjsua(cloud: Cloud, folder: Path, transport: str) -> None:
    start = len(cloud.journal())
    cloud.setting(folder, transport).write("pjsip")
    module = [sys.executable, "-m", "tests.integration.pjsua"]
    done = subprocess.run(
        [*module, str(folder / "pjsua.cfg"), "sip:100@demo.sip.twilio.com"],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith('\n{"registered": 200, "called": 200, "over": true}\n')
    check(cloud, start, transport)


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_pjsip_registers_and_calls_by_the_options_of_pjsua(
    cloud: Cloud, tmp_path: Path, transport: str
) -> None:
    by_pjsua(cloud, tmp_path, transport)


def test_pjsip_calls_a_secure_domain_by_the_options_of_pjsua(tmp_path: Path) -> None:
    with running(tmp_path, secure=True) as cloud:
        by_pjsua(cloud, tmp_path, "tls")
