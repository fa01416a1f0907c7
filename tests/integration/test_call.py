"""`sipdomain call` and `sipdomain demo`, as a person types them."""

from __future__ import annotations

import re
import wave
from pathlib import Path

import pytest

from mock_webhooks import create_app
from sipdomain.runtime.worlds.app_server import AppServer
from tests.integration.program import ended
from tests.integration.served import PASSWORD, served


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return int(file.getnframes()) / 8000


def test_a_call_to_a_webhook_of_ones_own_shows_the_ladder_the_requests_and_the_end(tmp_path: Path) -> None:
    app = AppServer(create_app())
    try:
        done = ended(
            "call", "--voice-url", f"{app.url}/menu", "--keys", "1", "--header", "X-Order: 4711",
            "--record", "heard.wav", "--no-speech", folder=tmp_path,
        )  # fmt: skip
    finally:
        app.close()
    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "SipHeader_X-Order 4711" in lines
    assert "Digits 1" in lines
    assert lines.index(f"POST {app.url}/menu (voice)") < lines.index(f"POST {app.url}/menu (action)")
    assert any("▸ Say You pressed 1." in line for line in lines)
    assert lines[-2].startswith("answered, and the cloud hung up after ")
    assert lines[-1] == "written to heard.wav"
    assert seconds(tmp_path / "heard.wav") > 2


def test_a_running_emulator_is_called_with_a_password(tmp_path: Path) -> None:
    app = AppServer(create_app())
    try:
        with served(
            "--no-speech", "--voice-url", f"{app.url}/hangup", "--user", "alice", "--password", PASSWORD
        ) as emulator:
            sip = str(emulator.sip)
            right = ended("call", "--sip", sip, "--password", PASSWORD, "--no-speech", folder=tmp_path)
            wrong = ended("call", "--sip", sip, "--password", "Wrong-Horse-42", folder=tmp_path)
    finally:
        app.close()
    assert (right.returncode, right.stderr) == (0, "")
    assert "200 OK" in right.stdout
    assert (wrong.returncode, wrong.stderr) == (1, "")
    assert "\nrefused: 403; 0.0 s of audio heard\n" in wrong.stdout
    assert wrong.stdout.splitlines()[-1].startswith("what the emulator decided: sipdomain explain ")
    assert "Horse" not in right.stdout + wrong.stdout


def test_a_call_that_lasts_is_hung_up_at_its_limit_which_counts_from_the_answer(tmp_path: Path) -> None:
    app = AppServer(
        create_app(
            replies={
                "/voice": {"delay": 1.2, "twiml": '<Response><Say>Hi</Say><Pause length="50"/></Response>'}
            }
        )
    )
    try:
        done = ended(
            "call", "--voice-url", f"{app.url}/voice", "--limit", "1", "--no-speech", folder=tmp_path
        )
    finally:
        app.close()
    assert done.returncode == 0
    assert re.search(r"^answered, and the phone hung up after [1-9]\d*\.\d s", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "error: not a URI to call: 'nonsense'"),
        (("--keys", "1w2"), "error: --keys takes 0-9, *, # and A-D (got '1w2')"),
        (("--header", "X-Order"), "error: --header needs 'Name: value' (got 'X-Order')"),
        (("--header", "Via: SIP/2.0/UDP a", "--voice-url", "http://127.0.0.1:9/"), "error: "),
        (("--sip", "127.0.0.1"), "error: --sip needs HOST:PORT"),
        (("--sip", "127.0.0.1:5060", "--voice-url", "http://127.0.0.1:9/"), "error: --sip names an emulator"),
        (
            ("--record", "no/such/folder.wav"),
            "error: --record no/such/folder.wav cannot be written: No such file",
        ),
        (("--voice-url", "ftp://127.0.0.1/"), "error: --voice-url needs a URL"),
        (("--voice-url", "localhost:5000/voice"), "error: --voice-url needs a URL"),
        (("--voice-url", "/menu"), "error: --voice-url needs a URL, such as http://127.0.0.1:5000/voice"),
        (
            ("--user", "a b", "--sip", "127.0.0.1:9"),
            "error: --user needs what may stand before the @ of a SIP URI (got 'a b')",
        ),
    ],
)
def test_what_cannot_be_called_is_refused_in_one_line(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = ended("call", *arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said), done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_demo_is_heard_and_leaves_a_file_to_play(tmp_path: Path) -> None:
    done = ended("demo", "--no-speech", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✔ credentials alice" in done.stdout
    assert "pressed 1" in done.stdout
    assert "POST /menu (action)" in done.stdout
    assert "  1.00  You pressed one, good bye.\n" in done.stdout
    assert seconds(tmp_path / "sipdomain-demo.wav") > 2
    assert "Horse" not in done.stdout
