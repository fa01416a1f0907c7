"""`sipdomain scenarios` as a person types it."""

from __future__ import annotations

from pathlib import Path

from tests.integration.program import ended


def test_topics_are_listed_with_the_titles_of_their_scenarios() -> None:
    done = ended("scenarios")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == ["authentication", "  An address on the access list calls without a password"]
    assert "  PJSIP calls over UDP and over TCP  (needs pjsip)" in lines


def test_a_copied_topic_replaces_nothing(tmp_path: Path) -> None:
    there = tmp_path / "scenarios" / "bins" / "greets-by-name.scenario.yaml"
    there.parent.mkdir(parents=True)
    there.write_text("mine")
    done = ended("scenarios", "bins", "phones", "--copy", str(tmp_path))
    assert done.returncode == 0
    assert done.stdout.startswith(f"{there} was there before, and stays as it is\n")
    assert there.read_text() == "mine"
    assert (tmp_path / "fixtures" / "audio" / "tone-1000-hz.wav").is_file()


def test_a_topic_that_does_not_exist_is_bad_usage() -> None:
    done = ended("scenarios", "gahter")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no examples have the topic 'gahter'; did you mean `gather`?\n"
