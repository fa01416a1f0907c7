"""Captures of a run, read by tshark."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.integration.program import ended
from tests.patience import PATIENCE

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def run(folder: Path, *scenarios: str) -> subprocess.CompletedProcess[str]:
    files = [str(SCENARIOS / f"{each}.scenario.yaml") for each in scenarios]
    return ended("run", "--net", "sim", "--pcap", str(folder), *files)


def tshark(file: Path, *fields: str, only: str = "") -> list[list[str]]:
    """Return some fields of the packets that match, a row a packet."""
    command = ["tshark", "-r", str(file), "-T", "fields", "-E", "separator=|", "-Y", only]
    for each in fields:
        command += ["-e", each]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return [line.split("|") for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("captures") / "new"
    done = run(
        made, "webhooks/static-document", "transports/ipv6", "transports/tls", "secure-media/a-secure-call",
        "gather/menu",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return made


def test_each_scenario_has_a_capture_of_its_name(folder: Path) -> None:
    assert sorted(each.name for each in folder.iterdir()) == [
        "a-secure-call-with-keys.pcapng",
        "a-secure-call.pcapng",
        "ipv6.pcapng",
        "menu.pcapng",
        "static-document.pcapng",
        "tls-with-keys.pcapng",
        "tls.pcapng",
    ]


def test_tshark_sees_the_call_with_its_session_descriptions(folder: Path) -> None:
    file = folder / "static-document.pcapng"
    rows = tshark(file, "sip.Method", "sip.Status-Code", "sdp.media.port", only="sip")
    assert rows == [
        ["INVITE", "", "16384"],
        ["", "100", ""],
        ["", "180", ""],
        ["", "200", "16386"],
        ["ACK", "", ""],
        ["BYE", "", ""],
        ["", "200", ""],
    ]


def test_tshark_sees_the_webhook_with_its_answer(folder: Path) -> None:
    rows = tshark(folder / "static-document.pcapng", "http.request.uri", "http.response.code", only="http")
    assert [row[1] for row in rows] == ["", "200"]
    assert rows[0][0].startswith("/static.xml?")
    (title, *_) = tshark(folder / "static-document.pcapng", "frame.comment", only="frame.number == 1")
    assert title == ["A static TwiML document will do"]


NAMES = [
    "static-document",
    "ipv6",
    "tls",
    "a-secure-call",
    "tls-with-keys",
    "a-secure-call-with-keys",
    "menu",
]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_capture_is_malformed(folder: Path, name: str) -> None:
    file = folder / f"{name}.pcapng"
    assert tshark(file, "frame.number", only="sip")
    broken = "_ws.malformed || tcp.analysis.lost_segment || tcp.analysis.retransmission"
    assert tshark(file, "frame.number", "frame.protocols", only=broken) == []


def test_a_call_by_tls_can_be_read_without_keys_and_says_so(folder: Path) -> None:
    rows = tshark(folder / "tls.pcapng", "sip.Method", "frame.comment", only="sip.Method == INVITE")
    assert rows
    assert all("TLS, shown decrypted as UDP" in comment for _, comment in rows)


def test_a_call_by_tls_can_be_decrypted_with_the_keys_in_its_file(folder: Path) -> None:
    file = folder / "tls-with-keys.pcapng"
    clear = tshark(folder / "tls.pcapng", "sip.Method", "sip.Status-Code", only="sip")
    assert len(clear) == 11
    assert tshark(file, "sip.Method", "sip.Status-Code", only="sip && tls && tcp") == clear
    (comment,) = {row[0] for row in tshark(file, "frame.comment", only="sip")}
    assert "encrypted anew for this file" in comment
    assert b"Digest" not in file.read_bytes()
    assert b"CLIENT_HANDSHAKE_TRAFFIC_SECRET" in file.read_bytes()


def streams(file: Path) -> list[list[str]]:
    """Return what tshark says of the RTP streams: source, its port, payload, packets, lost, and what is wrong."""
    command = ["tshark", "-r", str(file), "-q", "-z", "rtp,streams"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    rows = [line.rstrip() for line in done.stdout.splitlines()[2:-1]]
    form = r" *\S+ +\S+ +(\S+) +(\d+) +\S+ +\d+ +\w+ +(.*?) +(\d+) +(-?\d+) \(.*?%\)(?: +[\d.]+){6} *(.*)"
    found = [re.fullmatch(form, row) for row in rows]
    return sorted([*each.groups()] for each in found if each)


HEALTHY = {count: ["g711U", str(count), "0", ""] for count in (49, 67)}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("static-document", [["127.0.0.1", "16386", *HEALTHY[67]], ["127.0.0.10", "16384", *HEALTHY[67]]]),
        ("a-secure-call", [["127.0.0.1", "16384", *HEALTHY[49]], ["127.0.0.1", "16386", *HEALTHY[49]]]),
    ],
)  # fmt: skip
def test_tshark_sees_rtp_streams_without_loss(folder: Path, name: str, rows: list[list[str]]) -> None:
    assert streams(folder / f"{name}.pcapng") == rows


def test_tshark_sees_the_keys(folder: Path) -> None:
    rows = tshark(folder / "menu.pcapng", "rtpevent.event_id", only="rtpevent.end_of_event == 1")
    assert rows


def test_the_packets_of_a_live_call_are_those_that_went(tmp_path: Path) -> None:
    file = str(SCENARIOS / "webhooks/static-document.scenario.yaml")
    done = ended("run", "--no-speech", "--pcap", str(tmp_path), file)
    assert done.returncode == 0, done.stderr
    capture = tmp_path / "static-document.pcapng"
    found = streams(capture)
    assert [(row[0], row[2], row[4]) for row in found] == [
        ("127.0.0.1", "g711U", "0"),
        ("127.0.0.10", "g711U", "0"),
    ]
    counted = tshark(capture, "rtcp.sender.packetcount", "rtcp.pt", only="rtcp.pt == 203")
    # What each end says at its end that it sent is what the capture has of it.
    assert sorted(row[0] for row in counted) == sorted(row[3] for row in found)
    assert tshark(capture, "frame.number", only="_ws.malformed") == []


def test_media_keys_and_digest_responses_stay_out_of_a_capture(folder: Path) -> None:
    data = (folder / "a-secure-call.pcapng").read_bytes()
    assert b"inline:" + b"A" * 40 in data
    assert b'response="********"' in data


def test_a_folder_that_cannot_be_made_is_reported_before_anything_is_played(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = run(tmp_path / "file", "webhooks/static-document")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: --pcap {tmp_path / 'file'} is not a folder that can be written to")
    assert (tmp_path / "file").read_text() == "mine"


def test_what_was_in_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert run(tmp_path, "webhooks/static-document").returncode == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["notes.txt", "static-document.pcapng"]
