"""The fidelity page says what the rules and their tests say."""

from __future__ import annotations

import pytest

from harness.twilio.rules import RULES
from tests.parity import ledger


def test_every_rule_is_proved_and_every_proof_names_a_rule() -> None:
    assert ledger.complaints(RULES, ledger.proofs()) == []


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert ledger.main(["--check"]) == 0, capsys.readouterr().err


def test_what_is_missing_is_said_by_name() -> None:
    rules = {"options": RULES["options"]}
    assert ledger.complaints(rules, {"optoins": ["test_x.py::test_y"]}) == [
        "no test in tests/parity names the rule options",
        "test_x.py::test_y names optoins, which is no rule",
    ]
