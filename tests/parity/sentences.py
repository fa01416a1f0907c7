"""What the provider's page on sending SIP says, sentence by sentence in our own words, and which scenarios show it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.parity.catalogue import Entry, links

FILE: Final = Path(__file__).parent / "sentences.toml"
PAGE: Final = "https://www.twilio.com/docs/voice/api/sending-sip"
OTHER_PAGES: Final = frozenset({"SIP Registration"})
"""What scenarios name that are other pages than this one."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that the page says.

    Either `scenarios` are there, or `not_shown`.

    Attributes:
        section: The title of its section, as scenarios give it in `seed`.
        text: What it says, in our own words.
        scenarios: Those that show it, as FOLDER/NAME; they name its section.
        not_shown: Why no scenario shows it.
    """

    section: str
    text: str
    scenarios: tuple[str, ...] = ()
    not_shown: str = ""


def load(file: Path) -> Iterator[Sentence]:
    """Yield the sentences of a file, in the page's order."""
    for section in tomllib.loads(file.read_text("utf-8"))["sections"]:
        for said in section["sentences"]:
            yield Sentence(
                section["title"], said["text"], tuple(said.get("scenarios", ())), said.get("not_shown", "")
            )


def complaints(sentences: Iterable[Sentence], entries: Mapping[str, Entry]) -> list[str]:
    """Return what is wrong with sentences; `entries` are the scenarios of the catalogue."""
    sentences = list(sentences)
    found = [text for each in sentences for text in _complaints(each, entries)]
    sections = {each.section for each in sentences}
    return found + [
        f"the scenario {entry.name} names {title}, which is no section of the page"
        for entry in entries.values()
        for title in entry.seed
        if title not in sections | OTHER_PAGES
    ]


def _complaints(sentence: Sentence, entries: Mapping[str, Entry]) -> Iterator[str]:
    name = f"the sentence `{sentence.text}`"
    if bool(sentence.scenarios) == bool(sentence.not_shown):
        yield f"{name} needs a scenario, or a reason why there is none"
    for scenario in sentence.scenarios:
        if scenario not in entries:
            yield f"{name} names {scenario}, which is no scenario"
        elif sentence.section not in entries[scenario].seed:
            yield f"{name} names {scenario}, whose seed does not have {sentence.section}"


def summary(sentences: Iterable[Sentence]) -> str:
    """Return how many sentences there are, and what became of them."""
    sentences = list(sentences)
    there = sum(bool(each.scenarios) for each in sentences)
    return f"{len(sentences)} sentences of the page: scenarios show {there}, {len(sentences) - there} cannot be shown"


def table(sentences: Iterable[Sentence], row: Callable[[Iterable[str]], str]) -> Iterator[str]:
    """Yield the lines of the table."""
    sentences = list(sentences)
    yield f"What [the page on sending SIP]({PAGE}) says, in our own words. {summary(sentences)}.\n"
    yield "| Section | What it says | Shown by |"
    yield "|---|---|---|"
    for each in sentences:
        yield row((each.section, each.text, links(each.scenarios) or each.not_shown))


SENTENCES: Final = tuple(load(FILE))
