"""Kits by which people build voice bots, unchanged and without keys, as bots of calls: `fixtures/bots`.

Each plays in a cage (see `cage.py`), where whatever it sends beyond this machine is seen.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.integration.cage import watched
from tests.integration.kits import FOLDER, PATHS, ROOT
from tests.integration.test_silence import FOREIGN_PROXY
from tests.peers import BOTS

REPORTS_HOME = """
import os
import tac.core.analytics as analytics
analytics._UPLOAD_INTERVAL_SECONDS = 0.1
analytics.track_event("Call", "AC00000000000000000000000000000001")
analytics.shutdown_analytics()
os._exit(0)
"""
"""The provider's kit as it comes, but it collects no events for 10 s, and does not wait for an answer when it ends."""
UNDERSTOOD = {
    "agent_connect": ("interrupted after 'Our roses are red and our violets are blue.",),
    "pipecat": ("Detected transport: twilio", "Successfully terminated Twilio call CA"),
}
"""What the kit itself says of a call."""


@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_bot_by_a_kit_talks_and_is_interrupted_and_sends_nothing_to_others(
    tmp_path: Path, name: str
) -> None:
    seen = watched(tmp_path, sys.executable, "-m", "tests.integration.kits", name, environment=FOREIGN_PROXY)
    assert "unsigned 403 403\n" in seen.output, seen.output
    assert "1 passed, 0 failed, 0 not run" in seen.output, seen.output
    for each in UNDERSTOOD[name]:
        assert each in seen.output, seen.output
    assert (seen.code, seen.names, seen.packets, seen.written) == (0, [], [], [])


def test_every_bot_has_its_scenario_and_a_page_names_it() -> None:
    guide = (ROOT / "docs" / "how-to" / "test-a-voice-bot.md").read_text("utf-8")
    assert {path.name.removesuffix("_bot.py") for path in FOLDER.glob("*.py")} == set(PATHS)
    for name in PATHS:
        assert (FOLDER / f"{name}.scenario.yaml").is_file()
        assert f"(../../fixtures/bots/{name}_bot.py)" in guide


def test_the_kit_of_the_provider_that_reports_home_is_seen(tmp_path: Path) -> None:
    seen = watched(tmp_path, str(BOTS / "bin" / "python"), "-c", REPORTS_HOME)
    assert "api.segment.io." in seen.names
