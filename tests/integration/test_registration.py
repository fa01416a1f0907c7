"""Foreign phones register at `sipdomain serve`: SIPp and baresip."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from baresip import Account, Config
from baresip.errors import RegistrationError
from baresip.runtime import Runtime
from baresip.ua import UserAgent

from tests.integration.control_api import control, journal
from tests.integration.served import PASSWORD, Served, served
from tests.patience import PATIENCE

SIPP = Path(__file__).parents[2] / "fixtures" / "sipp" / "register.xml"
DOMAIN = "demo.sip.twilio.com"
USERS = ("sipp-udp", "sipp-tcp", "baresip-udp", "baresip-tcp", "mallory")
CONFIGURATION = f"""\
# A user for each test: more than five REGISTERs a second of one user are refused.
credential_lists: {{phones: {{{", ".join(f"{user}: {PASSWORD}" for user in USERS)}}}}}
domains: {{demo: {{registrations: [phones]}}}}
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = tmp_path_factory.mktemp("serve") / "domains.yaml"
    file.write_text(CONFIGURATION)
    with served("--config", str(file), "--no-speech") as emulator:
        yield emulator


def registrations(cloud: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control(cloud.http, "GET", "registrations")["registrations"]
    return found


def kinds(cloud: Served) -> list[str]:
    return [each["kind"] for each in journal(cloud.http)]


@pytest.mark.skipif(shutil.which("sipp") is None, reason="sipp is missing: python -m tests.peers")
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_sipp_registers_and_unregisters(cloud: Served, tmp_path: Path, transport: str) -> None:
    before, user = kinds(cloud), f"sipp-{transport}"
    command = [
        "sipp", str(cloud.sip), "-sf", str(SIPP), "-i", "127.0.0.1", "-t", f"{transport[0]}1", "-s", user,
        "-key", "domain", DOMAIN, "-key", "caller", user, "-au", user, "-ap", PASSWORD,
        "-auth_uri", DOMAIN, "-m", "2", "-r", "1", "-timeout", "20s", "-nostdin",
        "-trace_err", "-error_file", str(tmp_path / "errors.log"),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, (
        (tmp_path / "errors.log").read_text() if any(tmp_path.iterdir()) else done.stderr
    )
    new = kinds(cloud)[len(before) :]
    assert (new.count("Registered"), new.count("Unregistered")) == (2, 2)
    assert registrations(cloud) == []


async def register(
    cloud: Served, transport: Literal["udp", "tcp"], user: str, password: str
) -> list[dict[str, Any]]:
    """Register, look who is registered, and unregister."""
    runtime = Runtime()
    await runtime.start(Config(net_interface="127.0.0.1"))
    try:
        account = Account(
            user, DOMAIN, password, registrar=f"127.0.0.1:{cloud.sip.port};transport={transport}",
            transport=transport,
        )  # fmt: skip
        agent = await UserAgent.create(runtime, account)
        await agent.register(timeout=10)
        found = await asyncio.to_thread(registrations, cloud)
        await agent.unregister()
        return found
    finally:
        await runtime.close()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_baresip_registers_and_unregisters(cloud: Served, transport: Literal["udp", "tcp"]) -> None:
    (binding,) = asyncio.run(register(cloud, transport, f"baresip-{transport}", PASSWORD))
    assert (binding["domain"], binding["user"]) == (DOMAIN, f"baresip-{transport}")
    assert binding["received"].startswith(f"{transport}:127.0.0.1:")
    assert binding["user_agent"].startswith("baresip")
    assert 598 <= binding["expires"] <= 600
    assert registrations(cloud) == []


def test_baresip_with_a_wrong_password_gets_403(cloud: Served) -> None:
    with pytest.raises(RegistrationError) as refused:
        asyncio.run(register(cloud, "udp", "mallory", "Wrong-Horse-42"))
    assert refused.value.status == 403
    assert registrations(cloud) == []
