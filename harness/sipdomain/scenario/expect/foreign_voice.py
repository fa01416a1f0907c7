"""The words of a voice that is none of ours, such as that of a bot elsewhere: recognised by their sound."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError
from sipdomain.media.wording import in_common, plain
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.talk import Stretch, Talk

if TYPE_CHECKING:
    from sipdomain.runtime.media.recognition import Recognised

PAUSE: Final = 0.6
"""After so long a silence an utterance is over, in seconds; shorter ones are between its words."""
LONGEST: Final = 30.0
"""So much is understood at a time, in seconds."""
_MARGIN: Final = 0.1


class ForeignVoice:
    """Understands one utterance after another, from a moment on.

    Attributes:
        words: What was understood so far, plain.
        ended_at: When the last utterance ended that was understood.
        why_not: Why the last one was not understood, or "".
        is_pending: Whether something that was heard is not understood yet, and will be.
    """

    def __init__(self, since: float) -> None:
        """Begin before anything is heard.

        Args:
            since: From which moment on.
        """
        self.words: list[str] = []
        self.ended_at = since
        self.why_not = ""
        self.is_pending = False
        self._asked: tuple[float, Future[Recognised]] | None = None

    def listen(self, stage: Stage, talk: Talk, *, is_over: bool) -> None:
        """Take what has been understood, and have understood what is new."""
        while not self.why_not:
            if self._asked is not None:
                until, asked = self._asked
                if not asked.done():
                    break
                self._asked, self.ended_at = None, until
                try:
                    self.words += plain(asked.result().text)
                except (MediaError, OSError) as error:
                    self.why_not = str(error)
                    break
            found = _next(talk, self.ended_at, is_over=is_over)
            if found is None:
                break
            begin, end = found
            try:
                asked = stage.world.understand(talk.heard_since(begin - _MARGIN, end + _MARGIN))
            except MediaError as error:
                self.why_not = str(error)
                break
            self._asked = end, asked
        self.is_pending = self._asked is not None


def together(wanted: Sequence[str], words: Sequence[str]) -> int:
    """Return how many of the wanted words stand in their order near each other: in a long talk all are said somewhere."""
    span = len(wanted) * 3 // 2 + 1
    starts = range(max(1, len(words) - span + 1))
    return max(in_common(wanted, words[at : at + span]) for at in starts)


def _next(talk: Talk, since: float, *, is_over: bool) -> tuple[float, float] | None:
    """Return from when to when the first utterance goes that ends after a moment, once it is over."""
    begin: float | None = None
    end = since
    for each in _ended(talk, is_over=is_over):
        until = each.end if each.end is not None else talk.end_of(each)
        if until <= since:
            continue
        if begin is None:
            begin = max(each.begin, since)
        elif each.begin - end >= PAUSE or until - begin > LONGEST:
            return begin, end
        end = min(until, begin + LONGEST)
    is_complete = is_over or (not talk.is_speaking and talk.heard_until - end >= PAUSE)
    return None if begin is None or not (is_complete or end - begin >= LONGEST) else (begin, end)


def _ended(talk: Talk, *, is_over: bool) -> list[Stretch]:
    """Return the stretches of speech that are over: all of them at the end of the call."""
    return [each for each in talk.voices if is_over or each.end is not None]
