from __future__ import annotations

import pytest

from mock_webhooks import create_app
from mock_webhooks.delay import VIRTUAL_TIME, seconds


@pytest.mark.parametrize(
    ("url", "waits"),
    [
        ("/slow", [20.0]),
        ("/slow?seconds=2.5", [2.5]),
        ("/slow?seconds=3600", [60.0]),
        ("/slow?seconds=soon", [0.0]),
        ("/greeting", []),
    ],
)
def test_a_delay_is_waited_for_and_its_header_stripped(url: str, waits: list[float]) -> None:
    waited: list[float] = []
    response = create_app(sleep=waited.append).test_client().get(url)
    assert waited == waits
    assert "X-Mock-Delay" not in response.headers
    assert response.status_code == 200


def test_under_virtual_time_the_answer_says_how_long_to_wait() -> None:
    waited: list[float] = []
    client = create_app(sleep=waited.append).test_client()
    response = client.get("/slow?seconds=5", environ_overrides={VIRTUAL_TIME: True})
    assert waited == []
    assert response.headers["X-Mock-Delay"] == "5"


@pytest.mark.parametrize(
    ("text", "value"), [("nan", 0.0), ("inf", 60.0), ("-1", 0.0), ("", 0.0), ("1e1", 10.0)]
)
def test_odd_delays_are_tamed(text: str, value: float) -> None:
    assert seconds(text) == value
