"""PJSIP, a foreign phone: calls over UDP and TCP, hold and resume, a transfer, registration, at `sipdomain serve`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from sipdomain.media.match import find
from tests.integration.control_api import journal
from tests.integration.pjsip_process import by_pjsip
from tests.integration.served import PASSWORD, Served, served, webhooks
from tests.integration.spoken import spoken

pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")

WORDS = "Welcome to the demo."
# PJSIP loses a packet now and then on a busy machine: the best of three is what counts.
TIMES = 3


@pytest.fixture(scope="module")
def app() -> Iterator[tuple[str, Any]]:
    with webhooks({"/voice": {"say": [WORDS] * TIMES}}) as running:
        yield running


@pytest.fixture(scope="module")
def cloud(app: tuple[str, Any]) -> Iterator[Served]:
    url = f"{app[0]}/voice"
    with served("--voice-url", url, "--user", "alice", "--password", PASSWORD) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def said() -> npt.NDArray[np.int16]:
    """The words as the emulator's own voice says them."""

    return spoken(WORDS)


def invites(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in entries if each.get("lane") == "in" and each["data"].startswith("INVITE ")]


def directions(entries: list[dict[str, Any]]) -> list[str]:
    """Return the directions of the emulator's answers, each once, in order."""
    sent = [each["data"] for each in entries if each.get("lane") == "out"]
    found = [
        line.removeprefix("a=") for data in sent for line in data.splitlines()
        if line in {"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"}
    ]  # fmt: skip
    return [each for each, before in zip(found, ["", *found], strict=False) if each != before]


def correlation(wav: Path, said: npt.NDArray[np.int16]) -> float:
    heard, rate = soundfile.read(wav, dtype="int16")
    assert rate == 8000
    return find(heard, said).correlation


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_pjsip_hears_the_prompt_and_its_header_arrives(
    cloud: Served, app: tuple[str, Any], said: npt.NDArray[np.int16], tmp_path: Path, transport: str
) -> None:
    wav, before = tmp_path / "heard.wav", len(journal(cloud.http))
    outcome = by_pjsip(cloud.sip.port, transport=transport, wav=str(wav), headers={"X-Order": transport})
    entries = journal(cloud.http)[before:]
    assert outcome["status"] == 200
    assert {each["transport"] for each in invites(entries)} == {transport}
    assert correlation(wav, said) > 0.8
    assert [each["outcome"] for each in entries if each["kind"] == "Decision"] == [
        "passed", "challenged", "passed", "passed", "passed",
    ]  # fmt: skip
    assert [each["status"] for each in entries if each["kind"] == "CallChanged"][-1] == "completed"
    asked = dict(app[1].requests("/voice")[-1].parameters)
    assert asked["SipHeader_X-Order"] == transport


def test_an_invite_above_1300_bytes_comes_by_tcp_to_the_port_of_udp(cloud: Served) -> None:
    before = len(journal(cloud.http))
    outcome = by_pjsip(
        cloud.sip.port, large_by_tcp=True, headers={"X-Large": "a" * 1000}, acts=["hang up"]
    )  # fmt: skip
    came = invites(journal(cloud.http)[before:])
    assert outcome["status"] == 200
    assert ";transport=udp" in came[0]["data"]
    assert {each["transport"] for each in came} == {"tcp"}
    assert min(len(each["data"]) for each in came[:2]) > 1300


def test_pjsip_settles_on_the_first_codec_at_once(cloud: Served) -> None:
    before = len(journal(cloud.http))
    by_pjsip(cloud.sip.port, transport="tcp", acts=["hang up"])
    last = invites(journal(cloud.http)[before:])[-1]["data"]
    # Its phone offers RTP/AVP 96 97 98 ... first, is answered 0 and 8, and keeps what stood first in the answer.
    assert " RTP/AVP 0 121\r\n" in last


def test_pjsip_holds_and_resumes_and_hears_what_comes_then(
    cloud: Served, said: npt.NDArray[np.int16], tmp_path: Path
) -> None:
    wav, before = tmp_path / "heard.wav", len(journal(cloud.http))
    outcome = by_pjsip(cloud.sip.port, wav=str(wav), acts=["hold", "resume"])
    assert outcome["status"] == 200
    assert directions(journal(cloud.http)[before:]) == ["sendrecv", "recvonly", "sendrecv"]
    assert correlation(wav, said) > 0.8


def test_a_transfer_by_pjsip_is_refused_and_the_call_goes_on(
    cloud: Served, said: npt.NDArray[np.int16], tmp_path: Path
) -> None:
    wav, before = tmp_path / "heard.wav", len(journal(cloud.http))
    outcome = by_pjsip(cloud.sip.port, wav=str(wav), acts=["transfer"])
    decided = [each for each in journal(cloud.http)[before:] if each["kind"] == "Decision"]
    assert (outcome["status"], outcome["referred"]) == (200, 403)
    assert (decided[-1]["outcome"], decided[-1]["reason"]) == ("refused", "transfer-not-offered")
    assert correlation(wav, said) > 0.8


def test_pjsip_registers_for_longer_after_423_and_unregisters(cloud: Served) -> None:
    before = len(journal(cloud.http))
    assert by_pjsip(cloud.sip.port, register=True)["registered"] == [200, 200]
    entries = journal(cloud.http)[before:]
    assert sum(each.get("data", "").startswith("SIP/2.0 423 ") for each in entries) == 1
    assert [each["kind"] for each in entries if each["kind"].endswith("egistered")] == [
        "Registered", "Unregistered",
    ]  # fmt: skip
