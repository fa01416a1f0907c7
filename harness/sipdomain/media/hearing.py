"""Words in what a session hears or says: what asks for them, and what is reported of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["inbound", "outbound"]
"""What a session hears, or what it sends."""
LONGEST_UTTERANCE: Final = 60.0
"""Seconds: what somebody says without a pause is cut there into two."""


@dataclass(frozen=True, slots=True)
class StartHearing:
    """Hear words from now on: `SpeechBegan`, then `WordsHeard`, again and again until `StopHearing`.

    Attributes:
        session: The session's name.
        hearing: A number, unique within the owner.
        side: Whose words.
        pause: After how many seconds of silence an utterance is over.
        partials: Whether what is heard of an utterance so far is reported as it goes on.
        hints: Phrases that are likely; a recogniser of sounds hears better for them.
        language: A BCP 47 tag.
    """

    session: str
    hearing: int
    side: Side = "inbound"
    pause: float = 0.8
    partials: bool = False
    hints: tuple[str, ...] = ()
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class StopHearing:
    """Hear words no more: an utterance that goes on is over; then `HearingOver`.

    The end of a session is the end of its hearings.
    """

    session: str
    hearing: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and when it was said.

    Attributes:
        text: The word, with what is written at it: "Hello,".
        began_at: When it began, in seconds.
        ended_at: When it ended.
    """

    text: str
    began_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Somebody began to speak, after a pause or for the first time; to within 50 ms.

    Attributes:
        session: The session's name.
        hearing: The number that it was begun with.
        began_at: When, in seconds.
    """

    session: str
    hearing: int
    began_at: float


@dataclass(frozen=True, slots=True)
class WordsHeard:
    """What was said in an utterance: all of it, or as far as it has come.

    Attributes:
        session: The session's name.
        hearing: The number that it was begun with.
        text: The words, with one space between; "" when there was a sound and no word was understood.
        final: Whether the utterance is over.
        confidence: From 0 to 1, of a final one.
        stability: From 0 to 1, of one that goes on: how likely it stays as it is.
        ended_at: When its last word, or sound, ended, in seconds.
    """

    session: str
    hearing: int
    text: str
    final: bool = True
    confidence: float = 0.0
    stability: float = 0.0
    ended_at: float = 0.0


@dataclass(frozen=True, slots=True)
class HearingOver:
    """Nothing more will be reported.

    Attributes:
        session: The session's name.
        hearing: The number that it was begun with.
    """

    session: str
    hearing: int


@dataclass(frozen=True, slots=True)
class HearingFailed:
    """Somebody spoke, and cannot be understood: there is no recogniser, or it failed. It goes on all the same.

    Attributes:
        session: The session's name.
        hearing: The number that it was begun with.
        reason: Why.
    """

    session: str
    hearing: int
    reason: str


HearingOutput = StartHearing | StopHearing
HearingInput = SpeechBegan | WordsHeard | HearingFailed | HearingOver
