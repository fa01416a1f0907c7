"""Nothing is looked up, nothing leaves this machine, and nothing is written but where the docs say.

What is promised stands in docs/reference/files-and-network.md. Each command runs in a cage (see `cage.py`).
"""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path

import pytest

from tests.integration.cage import ROOT, watched

FOREIGN_PROXY = {
    name: "http://198.51.100.7:3128"
    for each in ("http_proxy", "https_proxy", "all_proxy")
    for name in (each, each.upper())
}
MISCHIEF = """
import pathlib, socket
print(socket.getaddrinfo("telemetry.example", 443, socket.AF_INET, socket.SOCK_STREAM)[0][4])
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("198.51.100.99", 9))
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"hello", ("2001:db8::99", 9))
socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect_ex(("127.0.0.1", 1))
(pathlib.Path.home() / ".cache").mkdir()
(pathlib.Path.home() / ".cache/deviceid").write_text("me")
pathlib.Path("/var/lib/telemetry").write_text("me")
pathlib.Path("here").write_text("me")
"""
RUN_WITHOUT_VOICE = (sys.executable, "-m", "sipdomain", "run", "--no-speech")
"""For foreign phones; the voice is played, and watched, in the other runs."""
USER_TEST = """
import pytest

@pytest.fixture
def twiml_app():
    return {"/voice": {"say": "Hello"}, "/fallback": {"say": "Sorry"}, "/status": {"status": 204, "body": ""}}

def test_the_caller_is_greeted(sip_domain):
    call = sip_domain.dial("100")
    assert sip_domain.wait_until_over(call)
    assert sip_domain.heard(call, "Hello") > 0.8
"""


def scenarios(*names: str) -> list[str]:
    return [str(ROOT / "scenarios" / f"{name}.scenario.yaml") for name in names]


def test_a_program_that_phones_home_is_seen(tmp_path: Path) -> None:
    seen = watched(tmp_path, sys.executable, "-c", MISCHIEF)
    assert seen.code == 0, seen.output
    assert set(seen.names) == {"telemetry.example."}
    assert seen.packets == ["17 to 198.51.100.99", "17 to 2001:db8::99"]
    assert seen.written == [
        "/cage/home/.cache/", "/cage/home/.cache/deviceid", "/cage/work/here", "/var/lib/telemetry",
    ]  # fmt: skip


def test_an_engine_that_writes_a_device_id_is_seen(tmp_path: Path) -> None:
    """The fault itself: the voice's engine as it comes, with nothing said about telemetry."""
    engine = "import hibari; hibari.Hibari()('Hello', seed=0)"
    seen = watched(tmp_path, sys.executable, "-c", engine)
    assert seen.code == 0, seen.output
    assert "/cage/home/.cache/Microsoft/DeveloperTools/.onnxruntime/deviceid" in seen.written


def test_serve_asks_nobody_and_writes_what_it_was_asked_to(tmp_path: Path) -> None:
    program = (sys.executable, "-m", "tests.integration.silent_serve")
    seen = watched(tmp_path, *program, environment=FOREIGN_PROXY)
    assert seen.output.splitlines() == [
        "call heard ['/status', '/voice']", "explain 0", "dns 127.0.1.1",
        "proxy ['demo.sip.twilio.com']", "tls TLSv1.3", "ended 0",
    ]  # fmt: skip
    assert (seen.code, seen.names, seen.packets) == (0, [], [])
    kept = "/cage/home/.local/state/sipdomain/ca/"
    assert [each for each in seen.written if not kept.startswith(each)] == [
        f"{kept}ca.key", f"{kept}ca.pem", "/cage/work/state.db",
    ]  # fmt: skip


@pytest.mark.parametrize("net", ["live", "sim"])
def test_run_asks_nobody_and_writes_nothing(tmp_path: Path, net: str) -> None:
    played = scenarios(
        "webhooks/plain-text", "transports/tls", "registration/register-and-unregister", "rest/alerts",
        "fallback/nobody-listens",
    )  # fmt: skip
    command = (sys.executable, "-m", "sipdomain", "run", "--net", net, *played)
    seen = watched(tmp_path, *command, environment=FOREIGN_PROXY)
    assert "5 passed, 0 failed, 0 not run" in seen.output
    assert (seen.code, seen.names, seen.packets, seen.written) == (0, [], [], [])


def test_foreign_phones_of_a_run_ask_nobody(tmp_path: Path) -> None:
    played = scenarios("peers/sipp-over-tcp", "peers/baresip-finds-us-by-dns")
    seen = watched(tmp_path, *RUN_WITHOUT_VOICE, *played)
    assert "2 passed, 0 failed, 0 not run" in seen.output
    assert (seen.code, seen.names, seen.packets, seen.written) == (0, [], [], [])


def test_pjsip_asks_for_its_own_machine_alone(tmp_path: Path) -> None:
    """It does so when it begins, whatever its settings."""
    seen = watched(tmp_path, *RUN_WITHOUT_VOICE, *scenarios("peers/pjsip-registers"))
    assert "1 passed, 0 failed, 0 not run" in seen.output
    assert set(seen.names) <= {f"{socket.gethostname()}."}
    assert (seen.code, seen.packets, seen.written) == (0, [], [])


def test_a_pytest_run_with_the_fixtures_asks_nobody(tmp_path: Path) -> None:
    (project := tmp_path / "project").mkdir()
    (project / "test_user.py").write_text(USER_TEST)
    shutil.copy(ROOT / "scenarios/calls/options.scenario.yaml", project)
    # Nothing here is about the text of a failed assertion, for which pytest compiles each module anew.
    plain = ("--assert=plain", "-p", "sipdomain.pytest_plugin", "--sip-net", "live")
    command = (sys.executable, "-m", "pytest", "-q", *plain)
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    seen = watched(tmp_path, *command, str(project), environment=FOREIGN_PROXY | alone)
    assert "2 passed" in seen.output
    assert (seen.code, seen.names, seen.packets) == (0, [], [])
    # What pytest keeps is its own.
    assert [each for each in seen.written if "/.pytest_cache/" not in each] == []
