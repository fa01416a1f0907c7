"""What a relay hears of the caller: when words interrupt, and which are reported."""

from __future__ import annotations

import re
from typing import Final, Protocol

from sipdomain.media.hearing import HearingFailed, HearingInput, SpeechBegan, StartHearing, WordsHeard
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.relay.talk import Line, Talk
from sipdomain.twiml.profanity import filtered
from sipdomain.twiml.relay import OpenRelay

BACKCHANNEL: Final = frozenset(
    {"ah", "aha", "hm", "hmm", "mhm", "mm", "mm-hmm", "ok", "okay", "right", "uh", "uh-huh", "um", "yeah"}
)
"""Words that interrupt nothing where `ignoreBackchannel` says so (assumed: no list is published)."""
_WORDS_NEEDED: Final = {"high": 0, "medium": 1, "low": 2}
"""How many words interrupt; none: the beginning of the sound (assumed)."""


class Hearer(Protocol):
    """Who wants to know what the caller says."""

    def interrupt(self, turn: Turn) -> None:
        """Let the caller have the floor: what is being said yields to what came."""

    def caller_speaks(self, turn: Turn, *, on: bool) -> None:
        """The caller begins to speak, or has ended."""

    def prompted(self, text: str, turn: Turn, *, last: bool) -> None:
        """The caller said this; `last` when that is all."""

    def cannot_hear(self, reason: str, turn: Turn) -> None:
        """Nothing is understood; called once."""


class RelayEar:
    """Hears the caller, from `begin` to `end`.

    Attributes:
        language: In which language, a BCP 47 tag or "multi".
    """

    __slots__ = (
        "_cut", "_during", "_engine", "_failed", "_hearer", "_hearing", "_identity", "_is_speaking", "_quiet_at",
        "_session", "_talk", "_wish", "language",
    )  # fmt: skip

    def __init__(self, engine: Engine, line: Line, wish: OpenRelay, talk: Talk, hearer: Hearer) -> None:
        """Hear nothing yet.

        Args:
            engine: The engine.
            line: The call.
            wish: What is wanted.
            talk: What is said meanwhile.
            hearer: Who wants to know what the caller says.
        """
        self._engine = engine
        self._session = line.session
        self._identity = line.identity
        self._wish = wish
        self._talk = talk
        self._hearer = hearer
        self._hearing = 0
        self._is_speaking = self._during = self._cut = self._failed = False
        self._quiet_at = 0.0
        self.language = wish.transcription_language

    def begin(self, turn: Turn) -> None:
        """Hear from now on; what is being said at the moment of a change of language is lost."""
        self.end(turn)
        self._is_speaking = False
        wish = self._wish
        needs_words = _WORDS_NEEDED[wish.sensitivity] > 0 or wish.ignores_backchannel
        heard = StartHearing(
            self._session, 0, pause=wish.pause, partials=wish.partials or needs_words, hints=wish.hints,
            language="en-US" if self.language == "multi" else self.language,
        )  # fmt: skip
        self._hearing = self._engine.hearings.begin(heard, "relay", self._identity, self._take, turn)

    def end(self, turn: Turn) -> None:
        """Hear nothing more."""
        if self._hearing:
            self._engine.hearings.drop(self._hearing, turn)
            self._hearing = 0

    def fell_silent(self, turn: Turn) -> None:
        """Take note that nothing is said any more."""
        self._quiet_at = turn.now

    def _take(self, event: HearingInput, turn: Turn) -> None:
        match event:
            case SpeechBegan():
                self._is_speaking, self._cut = True, False
                self._during = self._talk.is_speaking
                self._hearer.caller_speaks(turn, on=True)
                self._try_to_interrupt("", turn)
            case WordsHeard(text=text, final=final):
                if text:
                    self._try_to_interrupt(text, turn)
                if final and self._is_speaking:
                    self._is_speaking = False
                    self._hearer.caller_speaks(turn, on=False)
                if text and (final or self._wish.partials) and self._is_reported(event):
                    shown = filtered(text) if self._wish.profanity_filter else text
                    self._hearer.prompted(shown, turn, last=final)
            case HearingFailed(reason=reason) if not self._failed:
                self._failed = True
                self._hearer.cannot_hear(reason, turn)
            case _:
                pass

    def _try_to_interrupt(self, text: str, turn: Turn) -> None:
        """Interrupt what is said, if it yields to these words, and these are enough (rule relay-sensitivity)."""
        wish = self._wish
        if self._cut or not self._during or not self._talk.yields_to("speech"):
            return
        words = [each for each in re.split(r"[\s,.!?;:]+", text.lower()) if each]
        enough = len(words) >= _WORDS_NEEDED[wish.sensitivity]
        if wish.ignores_backchannel and not set(words) - BACKCHANNEL:
            enough = False
        if enough:
            self._cut = True
            self._hearer.interrupt(turn)

    def _is_reported(self, event: WordsHeard) -> bool:
        """Return whether words are reported (rule relay-reports)."""
        if not self._during or self._cut or self._wish.reports in {"speech", "any"}:
            return True
        return not self._talk.is_speaking and event.ended_at > self._quiet_at
