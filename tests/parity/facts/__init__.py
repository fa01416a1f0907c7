"""What is known of the live service, fact by fact, and its rules, tests and scenarios: the TOML files beside this."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from sipdomain.twilio.fidelity.rules import RULES, SOURCES, Mark
from tests.parity.catalogue import links

HERE = Path(__file__).parent
NOT_EMULATED = HERE.parents[2] / "docs" / "reference" / "not-emulated.md"
SECTIONS: Final = {
    "1.1": "Parameters of every webhook request",
    "1.2": "The first request of a call",
    "1.3": "Requests of verbs",
    "1.4": "The fallback request",
    "1.5": "Status callbacks",
    "1.6": "The webhook client",
    "1.7": "Signatures",
    "1.8": "ConversationRelay",
    "2": "Error codes",
    "3": "The REST API",
    "3.1": "SIP resources",
    "3.2": "Other resources",
    "4.1": "Names, transports, addresses",
    "4.2": "First responses",
    "4.3": "Authentication",
    "4.4": "INVITE and TwiML",
    "4.5": "Media",
    "4.6": "Within a call",
    "4.7": "Registration",
    "4.8": "Sizes and limits",
    "5": "The status of a call",
    "6": "Names and lists",
    "7": "Recording by SIPREC",
    "8": "Media streams",
    "9": "Real-time transcription",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known, or thought, of the live service.

    Either `rules` are there, or `not_emulated`, or `not_testable`.

    Attributes:
        id: A stable name.
        section: One of `SECTIONS`.
        text: The fact in a sentence.
        sure: How sure it is, by the marks of rules.
        sources: Labels of `sipdomain.twilio.fidelity.rules.SOURCES`; none for what is assumed or rests on an RFC.
        rules: The rules that say what the emulator does about it.
        tests: Of the tests of these rules the ones that prove the fact, as FILE::TEST; all when empty.
        scenarios: Of the scenarios that show these rules the ones that show the fact, as FOLDER/NAME; all when empty.
        not_shown: Why no scenario shows it.
        not_emulated: What is not emulated, in the words of docs/reference/not-emulated.md.
        not_testable: Why there is nothing to test.
    """

    id: str
    section: str
    text: str
    sure: Mark
    sources: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    not_shown: str = ""
    not_emulated: str = ""
    not_testable: str = ""


def load(folder: Path) -> Iterator[Fact]:
    """Yield the facts of a folder, section by section.

    Raises:
        TypeError: A fact has a key that is none.
    """
    for section in SECTIONS:
        entries = tomllib.loads((folder / f"{section}.toml").read_text("utf-8"))
        for name, keys in entries.items():
            values: Any = {
                key: tuple(value) if isinstance(value, list) else value for key, value in keys.items()
            }
            yield Fact(name, section, **values)


def complaints(
    facts: Iterable[Fact], proved: Mapping[str, list[str]], shown: Mapping[str, list[str]]
) -> list[str]:
    """Return what is wrong with facts; `proved` has the tests of each rule, `shown` the scenarios."""
    facts = list(facts)
    found = [text for fact in facts for text in (*_complaints(fact, proved), *_without_scenario(fact, shown))]
    names = [fact.id for fact in facts]
    found += [
        f"two facts are called {name}" for name in sorted({each for each in names if names.count(each) > 1})
    ]
    return found + [
        f"section {each} has no fact" for each in SECTIONS if each not in {fact.section for fact in facts}
    ]


def _complaints(fact: Fact, proved: Mapping[str, list[str]]) -> Iterator[str]:
    name = f"the fact {fact.id}"
    if sum(map(bool, (fact.rules, fact.not_emulated, fact.not_testable))) != 1:
        yield f"{name} needs a rule, or a reason why there is none"
    for rule in fact.rules:
        if rule not in RULES:
            yield f"{name} names {rule}, which is no rule"
        elif not proved.get(rule):
            yield f"{name} names the rule {rule}, which no test proves"
    tests = {test for rule in fact.rules for test in proved.get(rule, ())}
    for test in fact.tests:
        if test not in tests:
            yield f"{name} names {test}, which is no test of its rules"
    if fact.not_emulated and fact.not_emulated not in NOT_EMULATED.read_text("utf-8"):
        yield f"{name} is not emulated, and {NOT_EMULATED.name} does not say {fact.not_emulated}"
    yield from (f"{name} {text}" for text in _unsupported(fact))


def _without_scenario(fact: Fact, shown: Mapping[str, list[str]]) -> Iterator[str]:
    name = f"the fact {fact.id}"
    there = {scenario for rule in fact.rules for scenario in shown.get(rule, ())}
    for scenario in fact.scenarios:
        if scenario not in there:
            yield f"{name} names {scenario}, which is no scenario of its rules"
    if fact.scenarios and fact.not_shown:
        yield f"{name} names scenarios, and says why there is none"
    if fact.rules and not there and not fact.not_shown:
        yield f"{name} needs a scenario that names one of its rules, or a reason why there is none"
    if fact.not_shown and not fact.rules:
        yield f"{name} has no rule, and says why no scenario shows it"


def _unsupported(fact: Fact) -> Iterator[str]:
    if fact.sure not in get_args(Mark):
        yield f"is {fact.sure}, which is no mark"
    yield from (f"names {label}, which is no source" for label in fact.sources if label not in SOURCES)
    marks = {RULES[rule].mark for rule in fact.rules if rule in RULES}
    if fact.sure != "assumed" and marks == {"assumed"}:
        yield f"is {fact.sure}, and its rules are assumed alone: divide them"
    if fact.sure == "assumed" and marks and "assumed" not in marks:
        yield "is assumed, and none of its rules is"
    kinds = {SOURCES[label].kind for label in fact.sources if label in SOURCES}
    if (fact.sure == "documented" and "text" not in kinds) or (
        fact.sure == "observed" and "live" not in kinds
    ):
        yield f"is {fact.sure}, and names no source of that kind"


def summary(facts: Iterable[Fact]) -> str:
    """Return how many facts there are, and what became of them."""
    facts = list(facts)
    rules = sum(bool(fact.rules) for fact in facts)
    absent = sum(bool(fact.not_emulated) for fact in facts)
    hidden = sum(bool(fact.not_shown) for fact in facts)
    return (
        f"{len(facts)} facts: {rules} have rules and tests, {rules - hidden} of them scenarios too, "
        f"{absent} are of what is not emulated, "
        f"{len(facts) - rules - absent} cannot be tested"
    )


def table(
    facts: Iterable[Fact],
    proved: Mapping[str, list[str]],
    shown: Mapping[str, list[str]],
    row: Callable[[Iterable[str]], str],
) -> Iterator[str]:
    """Yield the lines of the tables of facts, by section."""
    facts = list(facts)
    yield f"What is known of the live service, and what bears it out here. {summary(facts)}."
    for section, title in SECTIONS.items():
        yield f"\n### {section} {title}\n"
        yield "| Fact | | Known | Sources | Rules | Proved by | Shown by |"
        yield "|---|---|---|---|---|---|---|"
        for fact in facts:
            if fact.section == section:
                sources = ", ".join(f"`{label}`" for label in fact.sources)
                reasons = (_rules(fact), _tests(fact, proved), _scenarios(fact, shown))
                yield row((f"`{fact.id}`", fact.text, fact.sure, sources, *reasons))


def _rules(fact: Fact) -> str:
    if fact.not_emulated:
        return f"[not emulated](not-emulated.md): {fact.not_emulated}"
    if fact.not_testable:
        return f"not testable: {fact.not_testable}"
    return "<br>".join(f"`{rule}`" for rule in fact.rules)


def _tests(fact: Fact, proved: Mapping[str, list[str]]) -> str:
    tests = fact.tests or tuple(dict.fromkeys(test for rule in fact.rules for test in proved.get(rule, ())))
    return "<br>".join(f"`{test}`" for test in tests)


def _scenarios(fact: Fact, shown: Mapping[str, list[str]]) -> str:
    if fact.not_shown:
        return fact.not_shown
    names = fact.scenarios or tuple(
        dict.fromkeys(name for rule in fact.rules for name in shown.get(rule, ()))
    )
    return links(names)


FACTS: Final = tuple(load(HERE))
