"""baresip and PJSIP in situations within a call: what they do right is seen so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.test_qa import qa, rows

NAMES = (
    "answers-407-to-reinvite",
    "answers-407-in-call",
    "answer-numbers",
    "session-version",
    "sends-refer",
    "takes-refer",
    "early-media",
    "answers-options",
    "unknown-bye",
)


@pytest.mark.parametrize("driver", ["baresip", "pjsip"])
def test_a_phone_that_does_right_within_its_calls_passes(driver: str, tmp_path: Path) -> None:
    if driver == "pjsip":
        pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")
    card = tmp_path / "card.json"

    qa("--driver", driver, *(text for name in NAMES for text in ("--only", name)), "--json", str(card))

    assert {name: rows(card)[name]["said"] for name in NAMES if rows(card)[name]["outcome"] != "passed"} == {}
