"""What chaos keeps of the faults of a seed: they break the scenario, and all but one of them do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.scenario.chaos.search import Search
from sipdomain.scenario.chaos.trial import Trial
from sipdomain.twilio.configuration.model import AccountSettings
from tests.docs.pages import blocks

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "how-to" / "break-your-app-on-purpose.md").read_text("utf-8")


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    (tmp_path / "app.py").write_text(blocks(PAGE, "python")[0])
    file = tmp_path / "again.scenario.yaml"
    file.write_text(blocks(PAGE, "yaml")[0])
    account = AccountSettings(sid="AC" + "1" * 32, auth_token="2" * 32)
    words = ("double", "shuffle", "delay", "drop")
    return Search(str(file), 1, account, "documented", words).trial()


def test_one_callback_that_comes_twice_is_all_that_is_kept(trial: Trial) -> None:
    verdicts = [trial.verdict(seed) for seed in range(40)]
    broken = [each for each in verdicts if each.outcome == "broken"]
    assert len([each for each in broken if len(each.faults) > 1]) >= 3
    for verdict in broken:
        kept = trial.minimised(verdict)
        assert [each.word for each in kept] == ["double"]
        assert trial.play(kept).outcome == "failed"
    assert trial.play(()).outcome == "passed"
