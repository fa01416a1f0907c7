"""`sipdomain bot` against bots on real sockets: the command, its files, its exit codes, and sockets that are not signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from sipdomain.cli import application
from sipdomain.errors import SetupError
from sipdomain.runtime.development import AUTH_TOKEN
from sipdomain.runtime.worlds.app_server import AppServer
from sipdomain.runtime.worlds.application import make_app
from sipdomain.runtime.worlds.world import WorldSpec

LINES = ["Good evening", "I have written down a table for two people"]
ANSWERING = {"kind": "answering", "lines": LINES, "keys": {"1": "You have pressed one"}, "signed": True}
TURNS = "say,press,pause\nHello,,1.0\n,1,0.8\n"


@pytest.fixture(scope="module")
def server() -> Iterator[AppServer]:
    bots = {"/signed": ANSWERING, "/unsigned": {**ANSWERING, "fault": "unsigned"}}
    document = '<Response><Connect><Stream url="/signed"/></Connect></Response>'
    server = AppServer(make_app(WorldSpec(bots=bots, replies={"/voice": {"twiml": document}}), AUTH_TOKEN))
    yield server
    server.close()


def bot(*arguments: str) -> Result:
    """Run the command; what it raises comes through, but its exit."""
    result = CliRunner().invoke(application(["bot"]), ["bot", "--no-speech", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def outcomes(path: Path) -> dict[str, str]:
    return {each["name"]: each["outcome"] for each in json.loads(path.read_text())["rows"]}


@pytest.fixture
def turns(tmp_path: Path) -> str:
    path = tmp_path / "turns.csv"
    path.write_text(TURNS)
    return str(path)


def test_a_bot_that_takes_sockets_without_a_signature_is_named(
    server: AppServer, tmp_path: Path, turns: str
) -> None:
    files = {name: tmp_path / f"card.{name}" for name in ("json", "junit", "html")}
    options = [text for name, path in files.items() for text in (f"--{name}", str(path))]

    result = bot(server.url.replace("http", "ws") + "/unsigned", "--turns", turns, "--calls", "2", *options)

    assert result.exit_code == 1
    assert outcomes(files["json"])["signature"] == "failed"
    assert "a socket with a wrong signature is taken: 101, and the bot speaks to it" in result.output
    assert ET.fromstring(files["junit"].read_text())[0].get("name") == "sipdomain bot"
    assert "Validate X-Twilio-Signature" in files["html"].read_text()
    assert json.loads(files["json"].read_text())["figures"]["calls"] == 2


def test_a_bot_behind_a_webhook_passes_and_refuses_sockets_that_are_not_signed(
    server: AppServer, tmp_path: Path, turns: str
) -> None:
    file = tmp_path / "card.json"

    result = bot(f"{server.url}/voice", "--turns", turns, "--json", str(file))

    found = outcomes(file)
    assert found["signature"] == "passed", result.output
    assert "2 wrong ones are refused: HTTP 403" in result.output
    assert set(found.values()) == {"passed", "not run"}, result.output
    assert result.exit_code == 0


def test_several_bots_are_called_one_after_another_and_the_worst_decides(
    server: AppServer, tmp_path: Path, turns: str
) -> None:
    file, socket = tmp_path / "cards.json", server.url.replace("http", "ws")

    result = bot(f"{socket}/signed", f"{socket}/unsigned", "--turns", turns, "--json", str(file))

    assert result.exit_code == 1
    right, wrong = json.loads(file.read_text())["bots"]
    assert [row["name"] for row in wrong["rows"] if row["outcome"] == "failed"] == ["signature"]
    assert [row["name"] for row in right["rows"] if row["outcome"] == "failed"] == []
    first, second = result.output.splitlines()[-2:]
    assert (first.split()[:2], second.split()[:2]) == ([f"{socket}/signed", "0"], [f"{socket}/unsigned", "1"])


def test_a_socket_is_not_probed_where_that_is_not_wanted(server: AppServer, tmp_path: Path) -> None:
    file, table = tmp_path / "card.json", tmp_path / "turns.yaml"
    table.write_text("- {say: Hello}\n")
    address = f"bot.example={server.url}"

    bot(
        "wss://bot.example/signed",
        "--turns",
        str(table),
        "--no-signature-probe",
        "--map-host",
        address,
        "--json",
        str(file),
    )

    rows = {each["name"]: each for each in json.loads(file.read_text())["rows"]}
    assert rows["signature"]["outcome"] == "not run"
    assert rows["signature"]["said"] == "not checked: --no-signature-probe"


def test_words_of_a_bot_whose_voice_is_not_ours_cannot_be_told(server: AppServer, tmp_path: Path) -> None:
    file, table = tmp_path / "card.json", tmp_path / "turns.yaml"
    table.write_text("- {heard: Good evening, within: 1}\n")

    result = bot(f"{server.url}/voice", "--turns", str(table), "--json", str(file))

    rows = {each["name"]: each for each in json.loads(file.read_text())["rows"]}
    assert rows["words"]["outcome"] == "could not tell"
    assert rows["words"]["said"] == (
        "call 1, turn 1: “Good evening”: 0% of them; nobody of ours says them, "
        "and what is recognised of another voice fails no bot"
    )
    assert result.exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bot.example"], "'bot.example' is not the URL of a bot"),
        (["http://127.0.0.1:1/voice", "--relay"], "--relay and --parameter are for the URL of a socket"),
        (["ws://127.0.0.1:1/", "--parameter", "who"], "--parameter needs NAME=VALUE (got 'who')"),
        (["ws://127.0.0.1:1/", "--calls", "100", "--repeat", "11"], "--calls and --repeat make 1100 calls"),
        (["ws://127.0.0.1:1/", "ws://127.0.0.1:2/", "--calls", "100", "--repeat", "6"], "make 1200 calls"),
        (["ws://127.0.0.1:1/", "bot.example"], "'bot.example' is not the URL of a bot"),
    ],
)
def test_what_cannot_be_called_is_refused(arguments: list[str], said: str) -> None:
    with pytest.raises(SetupError, match=said.replace("(", r"\(").replace(")", r"\)")):
        bot(*arguments)


def test_a_bot_that_is_not_there_is_named_with_its_code() -> None:
    result = bot("ws://127.0.0.1:9/bot", "--no-signature-probe")

    assert result.exit_code == 1
    assert "31910" in result.output or "31902" in result.output or "31901" in result.output
