"""The ledger's rows and the refusals that cite them."""

from __future__ import annotations

import pytest

from sipdomain.error_codes import lookup
from sipdomain.twilio.admission.admission import REFUSALS, Refusal
from sipdomain.twilio.fidelity.profile import PROFILES
from sipdomain.twilio.fidelity.rules import RULES, Rule

WITHOUT_A_CODE = {
    "address-of-record-elsewhere",
    "answer-not-acceptable",
    "bad-registration",
    "interval-too-brief",
    "register-out-of-order",
    "sips-not-supported",
    "session-too-brief",
    "unusable-session-timer",
    "too-many-calls",
    "too-many-registrations",
    "unsupported-encoding",
    "unsupported-extension",
    "unsupported-media-type",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_a_source_a_sentence_and_known_profiles(rule: Rule) -> None:
    assert rule.source or rule.labels
    assert rule.text.endswith(".")
    assert set(rule.profiles) <= set(PROFILES)
    assert rule.profiles


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_every_refusal_cites_a_rule_and_a_code_of_the_provider_where_it_has_one(refusal: Refusal) -> None:
    assert refusal.rule in RULES
    assert 400 <= refusal.status < 700
    if refusal.symbol in WITHOUT_A_CODE:
        assert refusal.code == 0
    else:
        assert lookup(refusal.code) is not None
        assert refusal.text
