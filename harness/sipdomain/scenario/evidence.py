"""The journal by call: what the emulator decided, asked and did for each SIP Call-ID, as it happens."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Set as AbstractSet
from typing import Final, TypeVar

from sipdomain.entries import (
    Alert,
    Announced,
    CallBegan,
    CallChanged,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    PhoneEvent,
    Registered,
    Unregistered,
    VerbStarted,
    size_of,
)
from sipdomain.journal import Journal
from sipdomain.media.tones import spoken
from sipdomain.socket_entries import SocketEnded, SocketMessage, SocketRequested, StreamEnded
from sipdomain.twilio.store.call_records import FINAL
from sipdomain.voice_entries import Company, CompanyChanged, KeyHeard, Played, RecordingEnded, SpeechHeard

E = TypeVar("E", bound=Entry)
_OF_A_CALL = (
    Decision,
    HttpRequested,
    HttpAnswered,
    CallBegan,
    CallChanged,
    VerbStarted,
    Announced,
    Alert,
    Registered,
    Unregistered,
    Played,
    KeyHeard,
    SpeechHeard,
    RecordingEnded,
    CompanyChanged,
    SocketRequested,
    SocketMessage,
    SocketEnded,
    StreamEnded,
)
# What each question to an application asks for: the other purposes are callbacks and media.
INSTRUCTIONS = frozenset({"voice", "fallback", "redirect", "action"})
CAPACITY_PER_CALL = 2_000
MOST_WORDS: Final = 1_000
"""How many different texts that were said are remembered; of further ones it is not known that they were."""
MOST_BODIES: Final = 200
"""How many different answers of applications, of at most 64 kB, are looked at for paths; further ones are not."""
MOST_BYTES_PER_CALL: Final = 32 * 1024 * 1024
"""How many bytes these may have; past that the oldest goes first."""


class Evidence:
    """Listens to a journal and keeps the entries of each call, at most 2,000 and so many bytes, the oldest going first.

    Attributes:
        has_streamed: Whether a media stream was begun in any call.
        has_sounded: Whether anything but words and keys may have been heard in any call.
    """

    def __init__(self, journal: Journal) -> None:
        self._entries: dict[str, deque[Entry]] = defaultdict(deque)
        self._sizes: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._together: Counter[tuple[Company, str]] = Counter()
        self._live: set[str] = set()
        self._bindings: dict[tuple[str, str], int] = {}
        self._said: set[str] = set()
        self._bodies: set[bytes] = set()
        self.has_streamed = False
        self.has_sounded = False
        self._stop: Callable[[], None] = journal.listen(self._keep)

    def close(self) -> None:
        """Stop listening."""
        self._stop()

    def of(
        self, call_id: str, kind: type[E], after: float = float("-inf"), until: float = float("inf")
    ) -> list[E]:
        """Return a call's entries of one kind, oldest first.

        Args:
            call_id: The SIP Call-ID.
            kind: Which entries.
            after: The moment after which they must be.
            until: The moment up to which they may be.
        """
        return [
            entry
            for entry in self._entries.get(call_id, ())
            if isinstance(entry, kind) and after < entry.at <= until
        ]

    def lost(self, call_id: str) -> int:
        """Return how many entries of a call were dropped, because there were too many."""
        return self._all[call_id] - len(self._entries.get(call_id, ()))

    def together(self, company: Company, name: str) -> int:
        """Return how many calls are in a conference, or wait in a queue, of a name."""
        return self._together[company, name]

    def places(self, company: Company) -> list[str]:
        """Return the names of all conferences, or queues, in which a call was, in the order of their beginning."""
        return [name for kind, name in self._together if kind == company]

    def live_calls(self) -> int:
        """Return how many calls there are at this moment."""
        return len(self._live)

    def bindings(self, user: str) -> int:
        """Return how many bindings a user has at this moment, in all domains."""
        return sum(count for (each, _), count in self._bindings.items() if each == user)

    def bound(self) -> list[str]:
        """Return the names of all users who ever had a binding, in the order of their first one."""
        return list(dict.fromkeys(user for user, _ in self._bindings))

    @property
    def said(self) -> AbstractSet[str]:
        """The words that anybody said in any call, to their end or not, as a voice reads them."""
        return self._said

    def is_named(self, path: str) -> bool:
        """Return whether an answer of an application has a path in its text, in any call, so that it may be asked there."""
        name = re.compile(re.escape(path.lstrip("/").encode()) + rb"(?![A-Za-z0-9_/-])")
        return any(name.search(body) for body in self._bodies)

    def has_answered(self, word: bytes) -> bool:
        """Return whether an answer of an application has a word, in any case; True once some are not kept.

        Args:
            word: In small letters.
        """
        return len(self._bodies) >= MOST_BODIES or any(word in body.lower() for body in self._bodies)

    def last_at(self, call_id: str) -> float:
        """Return the moment of a call's last entry; minus infinity when there is none."""
        entries = self._entries.get(call_id)
        return entries[-1].at if entries else float("-inf")

    def unanswered(self, call_id: str) -> int:
        """Return how many HTTP requests of a call still wait for their answer."""
        asked = {entry.token for entry in self.of(call_id, HttpRequested)}
        return len(asked - {entry.token for entry in self.of(call_id, HttpAnswered)})

    def call_sids(self, call_id: str) -> set[str]:
        """Return the provider's names of a call."""
        named = {entry.call_sid for entry in self.of(call_id, CallChanged)}
        named |= {entry.call_sid for entry in self.of(call_id, HttpRequested)}
        return named - {""}

    def _keep(self, entry: Entry) -> None:
        if isinstance(entry, CompanyChanged):
            self._together[entry.company, entry.text] += 1 if entry.moved == "joined" else -1
        elif isinstance(entry, CallChanged):
            (self._live.discard if entry.status in FINAL else self._live.add)(entry.call_sid)
        elif isinstance(entry, Registered | Unregistered):
            self._bindings[entry.user, entry.domain] = entry.bindings
        elif isinstance(entry, HttpAnswered) and entry.body and len(self._bodies) < MOST_BODIES:
            self._bodies.add(entry.body)
        elif isinstance(entry, Played) and entry.what == "words":
            self._remember(entry.text)
        elif isinstance(entry, Played):
            self.has_sounded |= entry.what != "keys"
        elif isinstance(entry, SocketRequested):
            self.has_streamed |= entry.purpose == "stream"
            self.has_sounded = True
        elif isinstance(entry, PhoneEvent) and entry.event == "says":
            # It may be a file.
            self.has_sounded = True
            self._remember(entry.detail)
        # Of what a phone notices itself, only its words are the other side's.
        if isinstance(entry, _OF_A_CALL) or (isinstance(entry, PhoneEvent) and entry.event == "says"):
            call_id, entries = entry.call_id, self._entries[entry.call_id]
            entries.append(entry)
            self._all[call_id] += 1
            self._sizes[call_id] += size_of(entry)
            while len(entries) > CAPACITY_PER_CALL or (
                self._sizes[call_id] > MOST_BYTES_PER_CALL and len(entries) > 1
            ):
                self._sizes[call_id] -= size_of(entries.popleft())

    def _remember(self, text: str) -> None:
        if len(self._said) < MOST_WORDS:
            self._said.add(spoken(text))
