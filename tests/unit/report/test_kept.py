"""How much sound of a run is kept for its reports."""

from __future__ import annotations

from typing import Literal

import pytest

from sipdomain.report import kept
from sipdomain.report.kept import KeptSound
from sipdomain.runtime.media.tap import MediaPacket, Traffic
from sipdomain.scenario.call_audio import CallAudio
from sipdomain.scenario.runner import Result
from sipdomain.sip.outputs import Address

PACKET = MediaPacket(1.0, Address("127.0.0.1", 4000), Address("127.0.0.1", 5000), bytes(172))


def result(outcome: Literal["passed", "failed"]) -> Result:
    return Result(
        "a.scenario.yaml", "A", outcome, "documented", "live",
        audio=(CallAudio("a@host", 0.0, ("phone",), 8, bytes(10)),), traffic=Traffic((PACKET, PACKET), 3),
    )  # fmt: skip


def test_of_scenarios_that_passed_half_as_much_is_kept_as_of_those_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "MOST_AUDIO", 20)
    monkeypatch.setattr(kept, "MOST_TRAFFIC", 4 * 272)
    sound = KeptSound()
    outcomes: list[Literal["passed", "failed"]] = ["passed", "passed", "failed", "failed"]
    found = [sound.fitted(result(each)) for each in outcomes]
    assert [len(each.audio) for each in found] == [1, 0, 1, 0]
    assert [(len(each.traffic.packets), each.traffic.left_out) for each in found] == [
        (2, 3), (0, 5), (2, 3), (0, 5),
    ]  # fmt: skip
