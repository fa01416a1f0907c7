"""One want being carried out: it begins, can be stopped, and ends once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twiml.program import Happened, Reason

Ended = Callable[[Happened, Turn], None]
W = TypeVar("W")


class Activity(ABC, Generic[W]):
    """One want being carried out.

    Attributes:
        over: Whether it has ended or was stopped.
    """

    __slots__ = ("_happened", "_page", "_then", "_want", "over")

    def __init__(self, page: Page, want: W) -> None:
        """Wait for `begin`.

        Args:
            page: The document that wants it.
            want: What is wanted.
        """
        self._page = page
        self._want = want
        self._then: Ended | None = None
        self._happened: Happened | None = None
        self.over = False

    def begin(self, then: Ended, turn: Turn) -> Happened | None:
        """Begin.

        Args:
            then: Called once with how it ended, unless it is stopped before, or ended within this call.
            turn: Now, and where outputs go.

        Returns:
            How it ended when it did so at once, else None.
        """
        self._begin(turn)
        if not self.over:
            self._then = then
        return self._happened

    def stop(self, reason: Reason, turn: Turn) -> None:
        """Stop, without a word to who began it; harmless when it is over."""
        if not self.over:
            self.over = True
            self._then = None
            self._stop(reason, turn)

    def _end(self, happened: Happened, turn: Turn) -> None:
        """End; nothing happens when it is over."""
        if self.over:
            return
        self.over = True
        then, self._then = self._then, None
        if then is None:
            self._happened = happened
        else:
            then(happened, turn)

    @abstractmethod
    def _begin(self, turn: Turn) -> None:
        """Begin; it may end at once."""

    def _stop(self, reason: Reason, turn: Turn) -> None:
        """Release what it holds; `over` is set."""
        del reason, turn
