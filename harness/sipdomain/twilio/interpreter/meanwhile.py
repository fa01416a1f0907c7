"""What a call hears while it waits for others, or is with them: music of ours, or documents, one or the other."""

from __future__ import annotations

from collections.abc import Callable

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activities import PlayingMusic
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twiml.program import Happened, Nested, Outcome, PlayMusic, Reason


class Meanwhile:
    """One at a time: what begins takes the place of what is heard."""

    __slots__ = ("_page", "_stop", "_stops")

    def __init__(self, page: Page) -> None:
        self._page = page
        self._stop: Callable[[Reason, Turn], None] | None = None
        self._stops = 0

    def music(self, turn: Turn) -> None:
        """Hear music."""
        self.stop(turn)
        music = PlayingMusic(self._page, PlayMusic())
        music.begin(_unheard, turn)
        self._stop = music.stop

    def documents(self, want: Nested, ended: Callable[[Outcome, Turn], None], turn: Turn) -> None:
        """Hear documents; `ended` is called with how the last of them ended, unless they are stopped."""
        self.stop(turn)
        stops = self._stops
        documents = self._page.nest(want, ended, turn)
        if stops == self._stops:
            self._stop = documents.leave
        else:
            documents.leave("stopped", turn)  # They were stopped as they began.

    def stop(self, turn: Turn) -> None:
        """Hear that no more; harmless when nothing is heard."""
        self._stops += 1
        stop, self._stop = self._stop, None
        if stop is not None:
            stop("stopped", turn)


def _unheard(_happened: Happened, _turn: Turn) -> None:
    """Go on in silence: the music cannot be rendered."""
