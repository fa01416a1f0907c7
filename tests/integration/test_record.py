"""`sipdomain record`: a call becomes a scenario that plays, and shows what has changed since."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.program import ended

ROOT = Path(__file__).parents[2]
NAMES = ("webhooks/static-document", "gather/menu", "transports/tcp", "authentication/wrong-password")


MENUS = """\
scenario: Two menus
given:
  access_lists: {office: [127.0.0.1]}
  domains: {acme: {calls: [office], voice: /voice}}
  app:
    /voice: {verbs: [{gather: {numDigits: 1, action: /second, say: Press one}}]}
    /second: {verbs: [{gather: {numDigits: 2, action: /third, say: Dial an extension}}]}
    /third: [{when: {parameters: {Digits: "23"}}, say: Sales}, {hangup: }]
  phones: {pbx: {}}
steps:
  - dial: sip:100@acme
  - expect: {heard: {say: Press one}, within: 10}
  - press: {keys: "1"}
  - expect: {heard: {say: Dial an extension}, within: 10}
  - press: {keys: "23"}
  - expect: {said: Sales, status: completed, within: 10}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("recorded")
    files = [str(ROOT / "scenarios" / f"{name}.scenario.yaml") for name in NAMES]
    done = ended("run", "--net", "sim", "--pcap", str(made), "--jsonl", str(made / "run.jsonl"), *files)
    assert done.returncode == 0, done.stderr
    return made


@pytest.mark.parametrize("name", ["static-document", "menu", "tcp", "wrong-password"])
def test_a_call_of_a_capture_plays_again(folder: Path, name: str) -> None:
    done = ended("record", str(folder / f"{name}.pcapng"))
    assert (done.returncode, done.stderr) == (0, "")
    made = folder / f"{name}.scenario.yaml"
    assert done.stdout.startswith(f"written to {made}: ")
    assert done.stdout.endswith("\nplayed once in virtual time, with that `app`: it passes\n")
    assert " steps\nnote: a capture has no TwiML: `app` only lasts as long as the call did; " in done.stdout
    assert made.read_text().startswith("# a capture has no TwiML: ")
    again = ended("record", str(folder / f"{name}.pcapng"))
    assert again.returncode == 2
    assert again.stderr == f"error: {made} is there already; name another file with -o\n"


def test_a_journal_says_what_the_application_answered(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "call.scenario.yaml"
    done = ended("record", str(folder / "run.jsonl"), "-o", str(made))
    assert (done.returncode, done.stderr) == (0, "")
    assert "<Response>" in made.read_text()
    assert "a capture has no TwiML" not in made.read_text() + done.stdout
    assert "/static.xml" in made.read_text()
    assert done.stdout.endswith(" steps\nplayed once in virtual time: it passes\n")


def test_a_scenario_is_printed_alone_for_a_dash(folder: Path, tmp_path: Path) -> None:
    done = ended("record", str(folder / "tcp.pcapng"), "-o", "-", folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr.startswith("note: a capture has no TwiML: ")
    assert done.stderr.endswith("\nplayed once in virtual time, with that `app`: it passes\n")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "printed.scenario.yaml").write_text(done.stdout)
    assert ended("run", "--net", "sim", "printed.scenario.yaml", folder=tmp_path).returncode == 0


def test_a_journal_says_which_keys_were_pressed_in_which_menu(tmp_path: Path) -> None:
    (tmp_path / "menus.scenario.yaml").write_text(MENUS)
    played = ended("run", "--net", "sim", "--jsonl", "run.jsonl", "menus.scenario.yaml", folder=tmp_path)
    assert played.returncode == 0, played.stdout
    done = ended("record", "run.jsonl", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    made = (tmp_path / "run.scenario.yaml").read_text()
    pressed = re.findall(r"keys: '(.*)'", made)
    assert pressed == ["1", "23"]
    (tmp_path / "run.scenario.yaml").write_text(made.replace("keys: '1'", "keys: '#'"))
    assert ended("run", "--net", "sim", "run.scenario.yaml", folder=tmp_path).returncode == 1


def test_what_has_changed_since_is_named_by_message_and_header_field(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "call.scenario.yaml"
    assert ended("record", str(folder / "menu.pcapng"), "-o", str(made)).returncode == 0
    text = made.read_text()
    made.write_text(text.replace("Server: Twilio", "Server: Other"))
    done = ended("run", "--net", "sim", str(made))
    assert done.returncode == 1
    assert "Server" in done.stdout
    assert "Other" in done.stdout
    made.write_text(text.replace("status: 180", "status: 183"))
    done = ended("run", "--net", "sim", str(made))
    assert done.returncode == 1
    assert "183" in done.stdout


def test_what_cannot_be_recorded_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.pcap"
    file.write_bytes(bytes.fromhex("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000"))
    done = ended("record", str(file))
    assert (done.returncode, done.stderr) == (2, f"error: {file} has no call\n")
    assert not (tmp_path / "empty.scenario.yaml").exists()


def test_the_commands_of_the_guide_do_what_it_says(tmp_path: Path) -> None:
    guide = (ROOT / "docs/how-to/look-into-a-capture.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)
    commands = [
        line.split()[1:] for block in blocks for line in block.splitlines() if line.startswith("sipdomain ")
    ]
    explain, run, record, again = commands
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    for command in (run, explain, record, again):
        done = ended(*command, folder=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing found" in ended(*explain, folder=tmp_path).stdout
