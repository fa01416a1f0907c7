"""`sipdomain explain` of captures and journals: faults of the line and of callers are named, and a clean call has none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.integration.program import ended
from tests.integration.served import served

ROOT = Path(__file__).parents[2]
CALL = """\
scenario: A call
given:
  credential_lists: {{staff: {{alice: Correct-Horse-42}}}}
  domains: {{acme: {{calls: [staff], voice: /voice}}}}
  app: {{/voice: {{say: Welcome to Acme and its many lines}}}}
  phones: {{alice: {{user: alice, password: {password}}}}}
  {faults}
steps:
  - dial: {{name: call, phone: alice, to: sip:100@acme}}
{keys}  - expect: {{call: call, responses_begin: [100], within: 40}}
"""
PRESSES = """\
  - expect: {call: call, responses_begin: [100, 407, 100, 180, 200], within: 5}
  - press: {call: call, keys: "5"}
"""
FAULTS = {
    "clean": "faults: {}",
    "ack-lost-once": "faults: {drop: [{of: [ACK], until: 0.3}]}",
    "no-ack": "faults: {drop: [{of: [ACK]}]}",
    "bye-unanswered": "faults: {drop: [{of: [BYE]}]}",
    "invite-lost-once": "faults: {drop: [{of: [INVITE], until: 0.3}]}",
    "answer-late": "faults: {delay: [{of: [180, 200 INVITE], by: 5}]}",
    "wrong-password": "faults: {}",
    "audio-one-way": "rtp_faults: {one_way: {from: phone}}",
    "audio-lossy": "rtp_faults: {drop: {from: cloud, chance: 0.1}}",
    "audio-in-bursts": "rtp_faults: {burst: {from: phone, p: 0.05, r: 0.3}}",
    # Packets that are still late when the call ends would count as lost.
    "audio-unsteady": "rtp_faults: {delay: {from: phone, by: 0.2, spread: 0.06, until: 1.5}}",
    "key-ends": "rtp_faults: {key_ends: {from: phone}}",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("explained")
    for name, faults in FAULTS.items():
        password = "Wrong-Horse-42" if name == "wrong-password" else "Correct-Horse-42"
        (made / f"{name}.scenario.yaml").write_text(
            CALL.format(faults=faults, password=password, keys=PRESSES if name == "key-ends" else "")
        )
    done = ended("run", "--net", "sim", "--pcap", str(made), "--jsonl", str(made / "run.jsonl"), str(made))
    assert sorted(each.stem for each in made.glob("*.pcapng")) == sorted(FAULTS), done.stderr
    return made


def names(output: str) -> list[str]:
    return re.findall(r"^  [✗!x] (\S+)  at ", output, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("clean", []),
        ("ack-lost-once", ["ack-lost", "ack-lost"]),
        ("no-ack", ["ack-lost", "ack-lost"]),
        ("bye-unanswered", ["bye-unanswered", "bye-unanswered"]),
        ("invite-lost-once", ["request-repeated"]),
        ("answer-late", ["response-repeated", "one-way-audio"]),
        ("wrong-password", ["credentials"]),
        ("audio-one-way", ["one-way-audio"]),
        ("audio-lossy", ["rtp-loss"]),
        ("audio-in-bursts", ["rtp-loss"]),
        ("audio-unsteady", ["rtp-jitter"]),
        ("key-ends", ["rtp-loss", "key-end-lost"]),
    ],
)
def test_what_a_bad_line_did_is_named(folder: Path, name: str, found: list[str]) -> None:
    done = ended("explain", str(folder / f"{name}.pcapng"))
    assert (names(done.stdout), done.stderr) == (found, "")
    assert done.returncode == (1 if found else 0)
    assert done.stdout.endswith(
        "nothing found\n" if not found else f"{len(found)} thing{'s' * (len(found) > 1)} found\n"
    )


LIVE = {
    "clean": set[str](), "audio-one-way": {"one-way-audio"}, "audio-lossy": {"rtp-loss"}, "audio-unsteady": {"rtp-jitter"},
    "key-ends": {"rtp-loss", "key-end-lost"},
}  # fmt: skip


def test_what_a_bad_line_did_to_real_packets_is_named_too(folder: Path, tmp_path: Path) -> None:
    for name in LIVE:
        (tmp_path / f"{name}.scenario.yaml").write_text((folder / f"{name}.scenario.yaml").read_text())
    done = ended("run", "--net", "live", "--pcap", str(tmp_path), "-n", "2", str(tmp_path))
    assert "5 passed, 0 failed, 0 not run" in done.stdout
    found = {name: set(names(ended("explain", str(tmp_path / f"{name}.pcapng")).stdout)) for name in LIVE}
    # A busy machine alone makes real packets unsteady.
    assert "rtp-jitter" in found["audio-unsteady"]
    busy = {"rtp-jitter"}
    assert {name: each - busy for name, each in found.items()} == {
        name: each - busy for name, each in LIVE.items()
    }


def test_a_codec_that_sipp_alone_has_is_named(tmp_path: Path) -> None:
    message = (ROOT / "fixtures/sipp/late_offer.xml").read_text()
    # The second INVITE is the last message but one.
    head, ack, end = message.rsplit("Content-Length: 0", 2)
    tail = f"{ack}Content-Length: 0{end}"
    offer = (
        "Content-Type: application/sdp\n      Content-Length: [len]\n\n      v=0\n      o=- 1 1 IN IP4 [local_ip]\n"
        "      s=-\n      c=IN IP4 [local_ip]\n      t=0 0\n      m=audio 41000 RTP/AVP 18\n      a=rtpmap:18 G729/8000\n"
    )
    (tmp_path / "g729.xml").write_text(head + offer + tail)
    scenario = tmp_path / "g729.scenario.yaml"
    shipped = (ROOT / "scenarios/peers/sipp-without-an-offer.scenario.yaml").read_text()
    scenario.write_text(
        shipped.replace("../../fixtures/sipp/late_offer.xml", "g729.xml").partition("  - expect")[0]
    )
    done = ended("run", "--no-speech", "--pcap", str(tmp_path), str(scenario))
    assert (tmp_path / "g729.pcapng").exists(), done.stdout + done.stderr
    told = ended("explain", str(tmp_path / "g729.pcapng"))
    assert names(told.stdout) == ["codec-mismatch"]
    assert "seen  the offer of RTP/AVP with G729/8000 was refused with 488" in told.stdout


def test_a_journal_is_explained_scenario_by_scenario(folder: Path) -> None:
    done = ended("explain", str(folder / "run.jsonl"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "credentials" in names(done.stdout)
    assert "x credentials   refused 32202 (bad-credentials)" in done.stdout
    # By the figures of audio: an answer that comes late is one way too, and lost ends of keys are lost packets.
    assert sorted(each for each in names(done.stdout) if each.startswith(("rtp", "one-way"))) == [
        "one-way-audio", "one-way-audio", "rtp-jitter", "rtp-loss", "rtp-loss", "rtp-loss",
    ]  # fmt: skip
    assert done.stdout.count("nothing found\n") == 2


def test_a_running_emulator_is_explained_by_its_url() -> None:
    with served("--no-speech") as emulator:
        done = ended("explain", emulator.http)
        assert (done.returncode, done.stdout) == (0, "nothing found: the journal is empty\n")
        assert emulator.stop() == 0


def test_a_file_that_is_neither_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(json.dumps({"kind": "Note"}) + "\nhello\n")
    done = ended("explain", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (f"error: {file} is not a journal; `sipdomain run --jsonl FILE` writes one\n")


def test_a_file_that_is_not_there_or_empty_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "calls.pcap"
    done = ended("explain", str(file))
    assert (done.returncode, done.stderr) == (2, f"error: {file} cannot be read: no such file\n")
    file.write_bytes(b"")
    done = ended("explain", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {file} is empty\n")


def test_a_capture_that_is_cut_off_is_read_so_far(folder: Path, tmp_path: Path) -> None:
    whole = (folder / "clean.pcapng").read_bytes()
    (tmp_path / "cut.pcapng").write_bytes(whole[:-100])
    done = ended("explain", str(tmp_path / "cut.pcapng"))
    assert "note: the file ends within frame " in done.stdout
