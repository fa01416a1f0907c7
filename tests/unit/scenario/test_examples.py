"""The examples that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import SetupError
from sipdomain.scenario.examples import needed, root, topics

ROOT = Path(__file__).parents[3]


def test_installed_from_the_repository_they_are_its_own() -> None:
    assert root() == ROOT
    assert sum(len(each.files) for each in topics()) == len(
        list((ROOT / "scenarios").rglob("*.scenario.yaml"))
    )


def test_a_topic_comes_with_the_files_that_its_scenarios_name() -> None:
    found = topics(["phones"])
    assert [each.name for each in found] == ["phones"]
    names = [str(each) for each in needed(found)]
    assert "scenarios/phones/caller-plays-a-file.scenario.yaml" in names
    assert "fixtures/audio/tone-1000-hz.wav" in names
    assert "scenarios/scenario.schema.json" in names
    others = [name for name in names if not name.startswith(("scenarios/phones/", "fixtures/"))]
    assert others == ["scenarios/scenario.schema.json"]


def test_a_topic_comes_with_what_its_scenarios_include() -> None:
    names = [str(each) for each in needed(topics(["language"]))]
    assert "scenarios/language/office.given.yaml" in names
    assert "scenarios/language/shared.scenario.yaml" in names


def test_a_topic_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(SetupError, match=r"no examples have the topic 'gahter'; did you mean `gather`\?"):
        topics(["gahter"])
