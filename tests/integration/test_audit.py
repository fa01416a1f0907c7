"""`sipdomain audit` against servers that are weak, each in one way, and against the emulator."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from sipdomain.cli import application
from sipdomain.errors import SetupError
from tests.integration.program import Program
from tests.integration.served import PASSWORD, served
from tests.integration.weak_servers import WeakServer, serving
from tests.patience import PATIENCE

OWN = ("anonymous", "enumeration", "replay", "passwords", "timing")


def audit(*arguments: str) -> Result:
    """Run the command; what it raises comes through, but its exit."""
    result = CliRunner().invoke(application(["audit"]), ["audit", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def probed(server: WeakServer, *probes: str) -> list[str]:
    """Return the lines of what was found, looked for in vain, or could not be told, without evidence."""
    with serving(server) as address:
        options = [option for each in probes for option in ("--only", each)]
        result = audit(
            address, "--domain", "pbx.example", "--user", "alice", "--password", server.password,
            "--rate", "1000", *options,
        )  # fmt: skip
    return [line for line in result.output.splitlines() if line[:1] in "✓✗?-"]


def of(lines: list[str], sign: str) -> set[str]:
    return {line.split()[1] for line in lines if line.startswith(sign)}


@pytest.mark.parametrize(
    ("server", "probe"),
    [
        (WeakServer(takes_calls=True), "anonymous"),
        (WeakServer(names_strangers=True), "enumeration"),
        (WeakServer(accepts_replays=True), "replay"),
        (WeakServer(password="1234"), "passwords"),
        (WeakServer(is_slow_for_users=True), "timing"),
    ],
    ids=["takes calls", "names strangers", "accepts replays", "weak password", "slow for users"],
)
def test_each_weakness_is_found_and_named(server: WeakServer, probe: str) -> None:
    assert probe in of(probed(server, probe), "✗")


def test_a_server_without_these_weaknesses_is_clean_and_every_call_of_ours_is_ended() -> None:
    server = WeakServer()
    lines = probed(server, *OWN)
    assert of(lines, "✓") == set(OWN)
    assert of(lines, "✗") | of(lines, "?") | of(lines, "-") == set()
    taking = WeakServer(takes_calls=True)
    probed(taking, "anonymous")
    assert taking.requests == ["INVITE", "ACK", "BYE", "REGISTER"]


def test_nobody_who_answers_nothing_is_never_clean() -> None:
    silent = audit("127.0.0.1:9", "--only", "anonymous", "--user", "alice", "--only", "enumeration")
    assert "clean" not in silent.output.replace("0 clean", "")
    assert silent.exit_code == 3


def test_without_a_user_what_needs_one_is_not_run() -> None:
    with serving(WeakServer()) as address:
        result = audit(address, "--rate", "1000", *(f"--only={each}" for each in OWN))
    assert "2 clean" in result.output
    assert "4 not run" in result.output


def test_the_emulator_as_it_comes_has_nothing_above_info_until_a_list_has_the_password(
    tmp_path: Path,
) -> None:
    report, words = tmp_path / "audit.xml", tmp_path / "words.txt"
    words.write_text(f"Other-Horse-1\n{PASSWORD}\n")
    known = ("--user", "alice", "--password", PASSWORD, "--rate", "1000")
    serving_alice = (
        "--no-speech", "--voice-url", "http://127.0.0.1:9/", "--user", "alice", "--password", PASSWORD,
    )  # fmt: skip
    with served(*serving_alice) as emulator, served(*serving_alice) as other:
        # Scanners wait most of their time: the two audits do so beside each other.
        guessing = Program("audit", str(other.sip), *known, "--words", str(words), "--only", "scanners")
        try:
            result = audit(
                str(emulator.sip), *known, "--junit", str(report),
                *(f"--only={each}" for each in ("scanners", *OWN[:-1])),
            )  # fmt: skip
            guessing.wait(PATIENCE)
            assert guessing.stdout is not None
            guessed = guessing.stdout.read()
        finally:
            guessing.close()
    assert result.exit_code == 0, result.output
    found = [line for line in result.output.splitlines() if line.startswith("✗")]
    assert found == ["✗ scanners     svmap: the server says what it is: Twilio Gateway (info)"]
    assert "✓ replay" in result.output
    assert "✓ passwords" in result.output
    assert "✓ scanners     svcrack guesses a password" in result.output
    suite = ET.parse(report).getroot()[0]
    assert suite.get("failures") == "0"
    assert int(suite.get("skipped") or 0) == len([each for each in suite if each.find("skipped") is not None])
    assert guessing.returncode == 1
    assert "✗ scanners     svcrack guesses a password (high)" in guessed
    assert PASSWORD not in result.output + guessed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("192.0.2.1:5060",), "192.0.2.1 is not this machine: say --i-own-this 192.0.2.1"),
        (("8.8.8.8:5060", "--i-own-this", "8.8.8.8"), "8.8.8.8 is a public address"),
        (("10.0.0.1:5060",), "10.0.0.1 is not this machine: say --i-own-this 10.0.0.1 if it is yours"),
        (
            ("10.0.0.1:5060", "--i-own-this", "10.0.0.2"),
            "--i-own-this names 10.0.0.2, and TARGET is 10.0.0.1",
        ),
        (("pbx.example:5060",), "TARGET needs an IP address, not a name"),
        (("127.0.0.1:5060", "--only", "magic"), "--only 'magic' is not a probe"),
        (("127.0.0.1:5060", "--fail-on", "bad"), "--fail-on needs one of info, low, medium, high, critical"),
        (("127.0.0.1:5060", "--password", "Correct-Horse-42"), "--password needs --user"),
    ],
)
def test_what_may_not_be_attacked_is_refused_before_anything_is_sent(
    arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SetupError, match=said.replace("(", r"\(")):
        audit(*arguments)
