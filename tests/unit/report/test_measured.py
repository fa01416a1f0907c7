"""What a journal's figures of audio say went wrong."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from sipdomain.entries import AudioMeasured, Entry, SipMessage
from sipdomain.report.diagnosis import of_journal
from tests.unit.report.journals import a_call

GOOD: dict[str, Any] = {
    "sent": 500, "received": 500, "lost": 2, "jitter": 0.01, "remote_lost": 2, "remote_jitter": 0.029,
}  # fmt: skip


def found(journal: list[Entry], **figures: object) -> list[str]:
    """Return the findings on audio of a call with these figures, each with what was seen."""
    measured = AudioMeasured(at=2.7, call_sid="CA1", call_id="c1@phone", **{**GOOD, **figures})
    lines, _ = of_journal([*journal, measured])
    return [
        f"{line.split('  at ')[0].strip()}: {seen.strip().removeprefix('seen').strip()}"
        for line, seen in pairwise(lines)
        if line.startswith(("  ✗ rtp", "  ! rtp", "  ✗ one"))
    ]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, []),
        ({"lost": 3, "received": 297}, ["! rtp-loss: 3 of 300 packets from the phone are lost"]),
        ({"lost": 3, "received": 298}, []),
        ({"lost": 30, "received": 470}, ["✗ rtp-loss: 30 of 500 packets from the phone are lost"]),
        (
            {"remote_lost": 5},
            ["! rtp-loss: 5 of 500 packets to the phone are lost, as it reported by RTCP"],
        ),
        ({"remote_lost": None, "remote_jitter": None}, []),
        (
            {"jitter": 0.03},
            ["! rtp-jitter: the jitter from the phone is 30 ms at the end (RFC 3550 section 6.4.1)"],
        ),
        (
            {"remote_jitter": 0.0604},
            [
                "! rtp-jitter: the jitter to the phone is 60 ms at the end (RFC 3550 section 6.4.1), as it reported by RTCP"
            ],
        ),
        (
            {"received": 0, "lost": 50, "sent": 50},
            ["✗ one-way-audio: no RTP of the phone came; 50 packets were sent to it"],
        ),
        ({"received": 0, "lost": 0, "sent": 49, "remote_lost": 0}, []),
    ],
)
def test_audio_is_held_to_the_measure_of_captures(figures: dict[str, object], expected: list[str]) -> None:
    assert found(a_call(), **figures) == expected


def test_a_phone_that_was_not_to_send_is_not_missed() -> None:
    listens = b"a=recvonly\r\na=x-note:nothing here"
    journal = [
        replace(each, data=each.data.replace(b"a=rtpmap:101 telephone-event/8000", listens))
        if isinstance(each, SipMessage)
        else each
        for each in a_call()
    ]
    assert found(journal, received=0, lost=0) == []
