"""The words that may be said of what is given: those that are written there, and whether there are no others."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sipdomain.errors import TwimlError
from sipdomain.media.tones import spoken as as_read
from sipdomain.runtime.worlds.application import usual_paths
from sipdomain.runtime.worlds.webhook_stub import words_of_bot
from sipdomain.scenario.given import Given, Reply
from sipdomain.scenario.values import several
from sipdomain.twilio.configuration.model import BIN
from sipdomain.twilio.interpreter.documents import APOLOGY
from sipdomain.twiml.document import Element
from sipdomain.twiml.parse import parse
from sipdomain.twiml.short_form import document
from sipdomain.twiml.verbs.say import spoken

UNKNOWN: Final = re.compile(r"://|\$\{|\{\{")
"""What leads to another application, or stands for a text that is not known beforehand."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words that may be said.

    Attributes:
        texts: Each that is known, as a voice reads it.
        documents: Where they stand.
        is_all: Whether there are no others: every document can be read beforehand, and none leads elsewhere.
    """

    texts: frozenset[str]
    documents: tuple[str, ...]
    is_all: bool


def spoken_in(given: Given) -> Spoken:
    """Return the words that may be said of what is given."""
    texts: set[str] = {APOLOGY}
    is_all = given.app_is_ours and not _asks_elsewhere(given)
    documents = list(_documents(given))
    known = tuple(each for each in documents if each is not None)
    is_all = is_all and len(known) == len(documents)
    for written in known:
        texts |= said_in(written)
        is_all = is_all and not UNKNOWN.search(written) and not _leads_to_a_flow(written, given)
    texts |= {as_read(each) for bot in given.bots.values() for each in words_of_bot(bot.plain())}
    for subscriber in (*given.numbers.values(), *given.clients.values()):
        texts |= {as_read(act.say) for act in subscriber.then if act.say}
    return Spoken(frozenset(texts), known, is_all and not any("${" in each for each in texts))


def said_in(written: str) -> set[str]:
    """Return the words of each `<Say>` of a document, as a voice reads them; a text that is none is read as a whole."""
    try:
        verbs = parse(written.encode()).verbs
    except TwimlError:
        return {as_read(written)}
    return {text for each in verbs for text in _below(each)}


def _below(element: Element) -> Iterator[str]:
    if element.name == "Say":
        yield spoken(element)
    for each in element.children:
        yield from _below(each)


def _documents(given: Given) -> Iterator[str | None]:
    """Yield each document; None for one that stands in a file, "" for audio."""
    for replies in given.paths.values():
        for reply in several(replies):
            yield _of_a_reply(reply)
    yield from given.bins.values()


def _of_a_reply(reply: Reply) -> str | None:
    if reply.file is not None:
        return "" if is_audio(reply.file) else None
    if reply.verbs is not None:
        return document(reply.verbs)
    if (written := reply.twiml if reply.twiml is not None else reply.body) is not None:
        return written
    words = several(reply.say or [])
    redirect = [{"redirect": reply.redirect}] if reply.redirect else []
    return document([*({"say": each} for each in words), *redirect])


def is_audio(name: str) -> bool:
    """Return whether a file is one of audio, which has no document in it, by its name."""
    return (mimetypes.guess_type(name)[0] or "").startswith("audio/")


def flows_of(given: Given) -> frozenset[str]:
    """Return the paths at which the application answers of itself, and not as is given."""
    return usual_paths() - given.paths.keys()


def _leads_to_a_flow(written: str, given: Given) -> bool:
    return any(f"{each}{end}" in written for each in flows_of(given) for end in ('"', "<"))


def _asks_elsewhere(given: Given) -> bool:
    """Return whether a domain's URL leads to what is not written here."""
    urls = [url for each in given.domains.values() for url in (each.voice, each.fallback) if url]
    return any(not url.startswith(BIN) and url not in given.paths for url in urls)
