"""Behaviours of the far end on a running emulator, set by the control API, as foreign programs meet them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.served import Served, served
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def cloud() -> Iterator[Served]:
    with served("--no-speech") as emulator:
        yield emulator
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        assert "Traceback" not in emulator.process.stderr.read()


def control(cloud: Served, method: str, name: str = "behaviours", value: Any = None) -> Any:
    data = None if value is None else json.dumps(value).encode()
    request = urllib.request.Request(f"{cloud.http}/_sipdomain/{name}", method=method, data=data)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read())


def test_behaviours_are_added_shown_and_removed_one_by_one_or_by_a_reset(cloud: Served) -> None:
    added = control(
        cloud,
        "POST",
        value=[{"challenge": {"stale": True, "nth": 2}}, {"silence": {"of": "ACK", "times": 2}}],
    )
    assert [each["line"] for each in added["behaviours"]] == [
        "challenge: {code: 407, stale: true, nth: 2}",
        "silence: {of: ACK, times: 2}",
    ]
    first, second = (each["id"] for each in added["behaviours"])
    assert control(cloud, "GET", f"behaviours/{first}")["challenge"] == {"code": 407, "stale": True, "nth": 2}
    with pytest.raises(urllib.error.HTTPError) as wrong:
        control(cloud, "POST", value=[{"status": {}}, {"status": {"code": 100}}])
    with wrong.value as answer:
        assert json.loads(answer.read()) == {
            "message": "behaviours.1.status: `code` must be from 300 to 699, not 100"
        }
    left = control(cloud, "DELETE", f"behaviours/{first}")
    assert [each["id"] for each in left["behaviours"]] == [second]
    with pytest.raises(urllib.error.HTTPError) as gone:
        control(cloud, "GET", f"behaviours/{first}")
    with gone.value as answer:
        assert answer.code == 404
    control(cloud, "POST", "reset")
    assert control(cloud, "GET") == {"behaviours": []}
