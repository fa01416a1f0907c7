"""`python -m tests.integration.kits NAME`: starts a bot of `fixtures/bots`, asks it unsigned, and plays its scenario."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sipdomain.runtime.development import ACCOUNT_SID, AUTH_TOKEN
from tests.integration.served import free_ports, until
from tests.peers import BOTS, has_kits

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "fixtures" / "bots"
SETTINGS = {
    "PUBLIC_HOST": "bot.example",
    "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
    "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
}
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
PATHS = {"agent_connect": ("/twiml", "/ws"), "pipecat": ("/voice", "/ws")}
"""For each bot where it is asked for TwiML, and where its WebSocket is."""


@contextmanager
def served(name: str) -> Iterator[int]:
    """Run a bot until the block ends; yields its port."""
    assert has_kits(), "the kits of voice bots are missing: python -m tests.peers"
    (port,) = free_ports(1)
    command = (BOTS / "bin" / "python", FOLDER / f"{name}_bot.py")
    bot = subprocess.Popen(command, env={**os.environ, **SETTINGS, "PORT": str(port)})

    def answers() -> bool:
        assert bot.poll() is None, f"the bot ended by itself: {bot.returncode}"
        try:
            return status(port, "GET", "/") > 0
        except OSError:
            return False

    try:
        until(answers)
        yield port
    finally:
        bot.terminate()
        try:
            bot.wait(10)
        except subprocess.TimeoutExpired:
            bot.kill()
            bot.wait()


def status(port: int, method: str, path: str, headers: dict[str, str] | None = None) -> int:
    """Ask a bot; return the status of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        return connection.getresponse().status
    finally:
        connection.close()


def main(name: str) -> int:
    """Start, ask, play."""
    voice, socket = PATHS[name]
    with served(name) as port:
        print("unsigned", status(port, "POST", voice), status(port, "GET", socket, HANDSHAKE), flush=True)
        command = (
            sys.executable,
            "-m",
            "sipdomain",
            "run",
            "--ladder",
            "failed",
            FOLDER / f"{name}.scenario.yaml",
        )
        environment = {**os.environ, "BOT": f"http://127.0.0.1:{port}"}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
