"""The fidelity page says what the rules, the facts, their tests and the scenarios say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sipdomain.twilio.fidelity.rules import RULES, Rule
from tests.parity import catalogue, facts, ledger, sentences
from tests.parity.catalogue import Entry
from tests.parity.facts import FACTS, Fact
from tests.parity.sentences import SENTENCES, Sentence

KNOWN = Rule("known", "observed", "", "It answers.", labels=("LAB",))
FACT = Fact("answers", "1.1", "It answers.", "observed", ("LAB",), ("options",))
TESTS = {"options": ["test_x.py::test_y"], "call-limit": ["test_x.py::test_y"]}
SCENARIOS = {
    "options": ["calls/options"],
    **{key: ["calls/options"] for key in ("call-limit", "acl-drop", "optoins")},
}
SENTENCE = Sentence("How it works", "It answers.", ("calls/options",))
ENTRIES = {"calls/options": Entry("calls/options", ("How it works",), ("options",))}


def test_every_rule_is_proved_and_every_proof_names_a_rule() -> None:
    assert ledger.complaints(RULES, ledger.proofs()) == []


def test_every_fact_has_a_rule_a_test_and_a_scenario_or_a_reason() -> None:
    assert facts.complaints(FACTS, ledger.proofs(), catalogue.shown()) == []


def test_every_sentence_of_the_documentation_page_has_a_scenario_or_a_reason() -> None:
    assert sentences.complaints(SENTENCES, catalogue.entries()) == []


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert ledger.main(["--check"]) == 0, capsys.readouterr().err


def test_what_is_missing_is_said_by_name() -> None:
    rules = {"options": RULES["options"]}
    assert ledger.complaints(rules, {"optoins": ["test_x.py::test_y"]}) == [
        "no test names the rule options",
        "test_x.py::test_y names optoins, which is no rule",
    ]


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (KNOWN, []),
        (replace(KNOWN, labels=()), ["the rule known is observed, and has no label of a source"]),
        (
            replace(KNOWN, labels=("NOBODY",)),
            ["the rule known has the label NOBODY, which is no source that saw the live service"],
        ),
        (
            replace(KNOWN, labels=("SEND",)),
            ["the rule known has the label SEND, which is no source that saw the live service"],
        ),
        (
            replace(KNOWN, mark="documented", source="RFC 3261 section 18.3"),
            ["the rule known is documented, and names no page"],
        ),
        (replace(KNOWN, mark="standard", source="RFC 3261 section 18.3"), []),
        (
            replace(KNOWN, mark="standard", source="hearsay"),
            ["the rule known is standard, and rests on something else than an RFC"],
        ),
        (replace(KNOWN, mark="assumed"), ["the rule known is assumed, and does not say why"]),
        (
            replace(KNOWN, source="https://x.example (the status is assumed)"),
            [
                "the rule known is observed, and hides something that is assumed: make that a rule of its own",
            ],
        ),
    ],
)
def test_a_mark_is_borne_out_by_its_sources(rule: Rule, wrong: list[str]) -> None:
    assert list(ledger.unsupported(rule)) == wrong


@pytest.mark.parametrize(
    ("fact", "wrong"),
    [
        (FACT, []),
        (replace(FACT, tests=("test_x.py::test_y",)), []),
        (replace(FACT, rules=()), ["needs a rule, or a reason why there is none"]),
        (replace(FACT, not_testable="unknown"), ["needs a rule, or a reason why there is none"]),
        (replace(FACT, rules=("optoins",)), ["names optoins, which is no rule"]),
        (replace(FACT, rules=("acl-drop",)), ["names the rule acl-drop, which no test proves"]),
        (
            replace(FACT, tests=("test_x.py::test_z",)),
            ["names test_x.py::test_z, which is no test of its rules"],
        ),
        (replace(FACT, sources=("NOBODY", "LAB")), ["names NOBODY, which is no source"]),
        (replace(FACT, rules=("call-limit",)), ["is observed, and its rules are assumed alone: divide them"]),
        (replace(FACT, sure="assumed"), ["is assumed, and none of its rules is"]),
        (replace(FACT, sources=("SEND",)), ["is observed, and names no source of that kind"]),
        (replace(FACT, sure="documented"), ["is documented, and names no source of that kind"]),
        (
            replace(FACT, rules=(), not_emulated="<Juggle>"),
            ["is not emulated, and not-emulated.md does not say <Juggle>"],
        ),
        (replace(FACT, rules=(), not_emulated="`<Dial>`"), []),
        (replace(FACT, rules=(), not_testable="nothing is seen from outside"), []),
        (replace(FACT, scenarios=("calls/options",)), []),
        (replace(FACT, scenarios=("calls/hops",)), ["names calls/hops, which is no scenario of its rules"]),
        (replace(FACT, not_shown="nobody sees it"), []),
        (
            replace(FACT, scenarios=("calls/options",), not_shown="nobody sees it"),
            ["names scenarios, and says why there is none"],
        ),
        (
            replace(FACT, rules=(), not_testable="nothing is seen from outside", not_shown="nobody sees it"),
            ["has no rule, and says why no scenario shows it"],
        ),
    ],
)
def test_what_a_fact_lacks_is_said(fact: Fact, wrong: list[str]) -> None:
    found = [text for text in facts.complaints([fact], TESTS, SCENARIOS) if "section" not in text]
    assert found == [f"the fact answers {text}" for text in wrong]


def test_a_fact_without_a_scenario_is_found() -> None:
    assert facts.complaints([FACT], TESTS, {})[0] == (
        "the fact answers needs a scenario that names one of its rules, or a reason why there is none"
    )


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        (SENTENCE, []),
        (replace(SENTENCE, scenarios=()), ["needs a scenario, or a reason why there is none"]),
        (replace(SENTENCE, scenarios=(), not_shown="nobody sees it"), []),
        (replace(SENTENCE, not_shown="nobody sees it"), ["needs a scenario, or a reason why there is none"]),
        (replace(SENTENCE, scenarios=("calls/hops",)), ["names calls/hops, which is no scenario"]),
    ],
)
def test_what_a_sentence_lacks_is_said(sentence: Sentence, wrong: list[str]) -> None:
    assert sentences.complaints([sentence], ENTRIES) == [
        f"the sentence `It answers.` {text}" for text in wrong
    ]


def test_a_sentence_and_its_scenarios_are_of_one_section() -> None:
    assert sentences.complaints([replace(SENTENCE, section="Overview")], ENTRIES) == [
        "the sentence `It answers.` names calls/options, whose seed does not have Overview",
        "the scenario calls/options names How it works, which is no section of the page",
    ]


def test_a_row_links_to_three_scenarios_and_counts_the_others() -> None:
    assert catalogue.links(["a/b", "a/c", "a/d", "a/e", "a/f"]) == (
        "[a/b](../../scenarios/a/b.scenario.yaml)<br>[a/c](../../scenarios/a/c.scenario.yaml)<br>"
        "[a/d](../../scenarios/a/d.scenario.yaml)<br>and 2 more"
    )


def test_an_empty_section_and_a_doubled_name_are_found() -> None:
    other = replace(FACT, section="1.0")
    assert facts.complaints([other, other], TESTS, SCENARIOS)[:2] == [
        "two facts are called answers",
        "section 1.1 has no fact",
    ]
