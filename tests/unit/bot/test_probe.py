"""Which sockets are probed with wrong signatures."""

from __future__ import annotations

import pytest

from sipdomain.bot.probe import is_near, targets
from tests.unit.bot.played import played

HOSTS = {"bot.example": "http://127.0.0.1:5000", "far.example": "https://192.0.2.1"}


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("ws://127.0.0.1:5000/bot", True),
        ("ws://[::1]:5000/bot", True),
        ("ws://localhost/bot", True),
        ("wss://bot.example/bot", True),
        ("wss://far.example/bot", False),
        ("wss://other.example/bot", False),
    ],
)
def test_a_socket_is_near_when_this_machine_answers(url: str, near: bool) -> None:
    assert is_near(url, HOSTS) is near


def test_a_probe_begins_as_a_call_did() -> None:
    ((url, first, agent),) = targets(played())

    assert url.endswith("/bot")
    assert ['"event":"connected"' in first[0], '"event":"start"' in first[1]] == [True, True]
    assert agent == "Twilio.TmeWs/1.0"
