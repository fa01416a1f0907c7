"""What may happen in a scenario, as far as it is known: of what may not it proves nothing that it does not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from sipdomain.media.tones import spoken
from sipdomain.scenario.evidence import Evidence
from sipdomain.scenario.given import Given
from sipdomain.scenario.spoken import spoken_in


class Chances:
    """The paths of the application that may be asked, and the words that may be said.

    Attributes:
        mentioned: What was given to the REST API that may lead to paths of the application.
    """

    def __init__(self, given: Given, evidence: Evidence) -> None:
        """Look at what is written.

        Args:
            given: What stands before the first step.
            evidence: What has happened up to the moment at which it is asked.
        """
        self._given = given
        self._evidence = evidence
        self.mentioned: set[str] = set()

    def mention(self, texts: Iterable[str]) -> None:
        """Take note of what was given to the REST API, which may lead to paths of the application."""
        self.mentioned |= {each for each in texts if "/" in each}

    def may_be_asked(self, path: str) -> bool:
        """Return whether anything leads to a path of the application: else it proves nothing that nobody is asked there."""
        given = self._given
        if path in given.paths:
            return True
        urls = [
            url for each in given.domains.values() for url in (each.voice, each.fallback, each.status) if url
        ]
        named = (*urls, *self.mentioned, *given.bins.values())
        return any(path in each for each in named) or self._evidence.is_named(path)

    def may_be_said(self, text: str) -> bool:
        """Return whether these words stand in what is given, or were said in any call: else nobody hears them anyhow."""
        words = spoken(text)
        return words in self.texts or words in self._evidence.said

    @cached_property
    def texts(self) -> frozenset[str]:
        """The words that stand in what is given, as a voice reads them."""
        return spoken_in(self._given).texts
