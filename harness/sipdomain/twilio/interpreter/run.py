"""One program as it runs: it says what it wants, and is sent what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.combined import activity_of
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twiml.dialling import LastCalled
from sipdomain.twiml.meeting import LastQueue
from sipdomain.twiml.program import Ask, End, Happened, Interrupted, Outcome, Program, Reason, Want
from sipdomain.twiml.recording import LastRecording
from sipdomain.twiml.relay import LastRelay
from sipdomain.twiml.streaming import LastStream
from sipdomain.twiml.transferring import LastTransfer

_LAST: Final = (Ask, LastRecording, LastQueue, LastCalled, LastTransfer, LastStream, LastRelay)
MOST_LAST_WANTS: Final = 10
"""How much a program may want after it was interrupted for good."""


class Run:
    """One program as it runs.

    Attributes:
        turn: The turn in which it was last resumed.
    """

    __slots__ = (
        "_activity", "_beginning", "_ended", "_interruption", "_left", "_page", "_program", "_reason", "turn",
    )  # fmt: skip

    def __init__(
        self, page: Page, program: Program, ended: Callable[[Outcome, Turn], None], turn: Turn
    ) -> None:
        """Take a program up.

        Args:
            page: The document that it belongs to.
            program: Not begun yet.
            ended: Called once, with its outcome.
            turn: The present one.
        """
        self._page = page
        self._program: Program | None = program
        self._ended = ended
        self._activity: Activity[Any] | None = None
        self._reason: Reason | None = None
        self._beginning = False
        self._interruption: Interrupted | None = None
        self.turn = turn
        self._left = MOST_LAST_WANTS

    def start(self) -> None:
        """Begin."""
        self._resume(None, self.turn)

    def interrupt(self, reason: Reason, turn: Turn, *, for_good: bool) -> None:
        """Stop what it waits for, and say why; for good, nothing that needs the caller can be had any more."""
        if self._program is None or self._reason is not None:
            return
        if for_good:
            self._reason = reason
        if self._beginning:
            self._interruption = Interrupted(reason)
        else:
            self._resume(self._stopped(Interrupted(reason), turn), turn)

    def _stopped(self, interruption: Interrupted, turn: Turn) -> Interrupted:
        """Stop what the program waits for, if anything, and return why."""
        if self._activity is not None:
            self._activity.stop(interruption.reason, turn)
        return interruption

    def _resume(self, happened: Happened | None, turn: Turn) -> None:
        self._activity = None
        self.turn = turn
        while self._program is not None:
            try:
                want = next(self._program) if happened is None else self._program.send(happened)
            except StopIteration as stop:
                self._program = None
                self._ended(stop.value, turn)
                return
            self._beginning = True
            happened = self._carry_out(want, turn)
            self._beginning = False
            if self._interruption is not None:
                # What began has interrupted the very program that wanted it.
                happened, self._interruption = self._stopped(self._interruption, turn), None
            if happened is None:
                return

    def _carry_out(self, want: Want, turn: Turn) -> Happened | None:
        """Begin what is wanted; None when it takes time, and `_resume` is called at its end."""
        if self._reason is not None:
            self._left -= 1
            if self._left < 0:
                self._give_up(turn)
                return None
            if not isinstance(want, _LAST):
                return Interrupted(self._reason)
        activity = activity_of(want, self._page)
        happened = activity.begin(self._resume, turn)
        if happened is None:
            self._activity = activity
        return happened

    def _give_up(self, turn: Turn) -> None:
        program, self._program = self._program, None
        if program is not None:
            program.close()
            self._ended(End(), turn)
