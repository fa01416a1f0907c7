"""The applications of the how-to, which check signatures as the provider's libraries do, asked by their production URLs."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sipdomain.runtime.worlds.app_server import AppServer
from tests.docs.pages import blocks
from tests.integration.served import Served, call, free_ports, served, until
from tests.patience import PATIENCE

GUIDE = (Path(__file__).parents[2] / "docs" / "how-to" / "use-your-own-webhook.md").read_text("utf-8")
FLASK, EXPRESS = (blocks(GUIDE, language)[0] for language in ("python", "js"))
TOKEN = "0123456789abcdef0123456789abcdef"
TRUST = {
    "flask": "app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)\n",
    "express": 'app.set("trust proxy", true);\n',
}


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have emulator and application know the same token."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)


@contextmanager
def flask_application(code: str) -> Iterator[str]:
    """Serve the application that Python code makes; yields its URL."""
    found: dict[str, Any] = {"__name__": "guide"}
    exec(code, found)
    server = AppServer(found["app"])
    try:
        yield server.url
    finally:
        server.close()


@contextmanager
def express_application(code: str, folder: Path) -> Iterator[str]:
    """Serve the application that JavaScript code makes; yields its URL."""
    (port,) = free_ports(1)
    process = subprocess.Popen(["node", "-e", code], cwd=folder, env={**os.environ, "PORT": str(port)})

    def listens() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(listens)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@contextmanager
def mapped(app: str, host: str = "hooks.example.com") -> Iterator[Served]:
    """Run an emulator that asks `https://hooks.example.com/voice` of an application on this machine."""
    name = host.partition(":")[0]
    flags = ("--voice-url", f"https://{host}/voice", "--map-host", f"{name}={app}", "--allow", "127.0.0.1")
    with served(*flags, "--no-speech", "--no-ladders") as emulator:
        yield emulator


def told(emulator: Served) -> str:
    """Stop the emulator; return what it said to its terminal, in one line."""
    assert emulator.stop() == 0
    assert emulator.process.stderr is not None
    return " ".join(emulator.process.stderr.read().split())


@pytest.mark.parametrize("host", ["hooks.example.com", "hooks.example.com:8443"])
def test_flask_accepts_what_is_signed_for_its_production_url(host: str) -> None:
    with flask_application(FLASK) as app, mapped(app, host) as emulator:
        assert call(emulator).startswith(b"SIP/2.0 486 ")
        assert "403" not in told(emulator)


def test_express_accepts_what_is_signed_for_its_production_url(node: Path) -> None:
    with express_application(EXPRESS, node) as app, mapped(app) as emulator:
        assert call(emulator).startswith(b"SIP/2.0 486 ")
        assert "403" not in told(emulator)


@pytest.mark.parametrize("kind", TRUST)
def test_an_application_that_believes_no_proxy_refuses_and_the_doctor_says_so(kind: str, node: Path) -> None:
    code = {"flask": FLASK, "express": EXPRESS}[kind]
    assert TRUST[kind] in code
    code = code.replace(TRUST[kind], "")
    with (
        flask_application(code) if kind == "flask" else express_application(code, node) as app,
        mapped(app) as emulator,
    ):
        assert not call(emulator).startswith(b"SIP/2.0 486 ")
        said = told(emulator)
    assert re.search(
        r"signed POST https://hooks\.example\.com/voice by the token from TWILIO_AUTH_TOKEN, "
        r"over the URL and \d+ parameters: AccountSid, ApiVersion, ",
        said,
    )
    assert "no match: by http (http://hooks.example.com/voice); the application's own address" in said
    assert "most likely by http: believe X-Forwarded-Proto and X-Forwarded-Host, which are sent" in said
    assert TOKEN not in said


def test_of_an_application_with_another_token_it_is_reported_which_one_was_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with flask_application(FLASK) as app, mapped(app) as emulator:
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", "f" * 32)
        assert not call(emulator).startswith(b"SIP/2.0 486 ")
        assert "another token: give the application the token from TWILIO_AUTH_TOKEN; " in told(emulator)
