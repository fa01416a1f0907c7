"""One `<Dial>` under way: who is called, in which order, who won, and the bridge of the two."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, Literal

from sipdomain.media.outputs import Patch, Unpatch
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.voice import DialCaller, Voice
from sipdomain.twilio.rooms.company import Side, note
from sipdomain.twilio.rooms.parties import Child
from sipdomain.twilio.store.call_records import CallStatus
from sipdomain.twiml.dialling import Call, Called, CallEnd, Party
from sipdomain.twiml.program import Parameters, Reason

Make = Callable[[Party, "Attempt", Turn], Child | None]
"""Makes the leg of a party, or notes why it cannot and returns None."""

_ENDS: Final[dict[CallStatus, CallEnd]] = {"busy": "busy", "failed": "failed", "canceled": "canceled"}
"""DialCallStatus by the status of a leg that was not connected; no-answer for any other."""
_OF_SIP: Final = ("SipCallId", "SipResponseCode")


class Attempt:
    """One leg of a dial, and what it reports.

    Attributes:
        child: The leg, from when it is made.
    """

    __slots__ = ("_dial", "child")

    def __init__(self, dial: LiveDial) -> None:
        self._dial = dial
        self.child: Child | None = None

    def rang(self, turn: Turn) -> None:
        """The phone rings."""
        self._dial.rang(turn)

    def early(self, turn: Turn) -> None:
        """The phone plays something before it answers."""
        self._dial.early(self, turn)

    def answered(self, turn: Turn) -> None:
        """The phone answered."""
        self._dial.answered(self, turn)

    def ready(self, turn: Turn) -> None:
        """The leg may be connected."""
        self._dial.ready(self, turn)

    def redirected(self, turn: Turn) -> None:
        """The leg goes on by itself."""
        self._dial.redirected(self, turn)

    def transfer(self, to: str) -> Then | None:
        """Return what to do when the phone wants the caller moved to somebody; None when that is not allowed."""
        return self._dial.transfer(self, to)

    def ended(self, turn: Turn) -> None:
        """The leg is over."""
        self._dial.ended(self, turn)


class LiveDial:
    """One dial, from its first call to its end: `DialCaller.called` is called once, unless it is left before."""

    __slots__ = (
        "_bridged", "_caller", "_early", "_engine", "_goes_on", "_identity", "_last", "_left", "_limit", "_make", "_over",
        "_rang",
        "_session", "_starting", "_waiting", "_want", "_winner",
    )  # fmt: skip

    def __init__(self, engine: Engine, want: Call, voice: Voice, caller: DialCaller, make: Make) -> None:
        """Wait for `begin`.

        Args:
            engine: The engine.
            want: Who is called, and how.
            voice: The call that dials.
            caller: Hears what becomes of it.
            make: Makes the legs.
        """
        self._engine = engine
        self._want = want
        self._session = voice.session
        self._identity = voice.identity
        self._caller = caller
        self._make = make
        self._left = deque(want.parties)
        self._waiting: list[Attempt] = []
        self._winner: Attempt | None = None
        self._last: Attempt | None = None
        self._early: Attempt | None = None
        self._limit: Alarm[Then] | None = None
        self._bridged = ""
        self._over = self._rang = self._starting = self._goes_on = False

    def begin(self, turn: Turn) -> None:
        """Call all, or the first one; it may be over within."""
        self._call_on(turn)

    def _call_on(self, turn: Turn) -> None:
        """Call who is left, as far as that is to be; it is over when nobody is left, and nobody rings."""
        self._starting = True
        while self._left and self._is_open and not (self._want.sequential and self._waiting):
            attempt = Attempt(self)
            child = attempt.child = self._make(self._left.popleft(), attempt, turn)
            if child is not None:
                self._last = attempt
                self._waiting.append(attempt)
                child.begin(turn)
        self._starting = False
        if self._is_open and not self._waiting:
            self._finish(turn)

    @property
    def _is_open(self) -> bool:
        """Whether somebody may still answer."""
        return not self._over and self._winner is None

    # --- what the legs report ----------------------------------------------------------------------------

    def rang(self, turn: Turn) -> None:
        """Let the caller hear that it rings."""
        if self._is_open and not self._rang:
            self._rang = True
            self._caller.rang(turn)

    def early(self, attempt: Attempt, turn: Turn) -> None:
        """Let the caller hear what a phone plays before it answers, the first one that does."""
        if not self._is_open or self._early is not None:
            return
        self._early = attempt

        def heard(turn: Turn) -> None:
            if self._is_open and self._early is attempt and attempt.child is not None:
                turn.out.append(Patch(attempt.child.session, self._session))

        self._caller.early(heard, turn)

    def answered(self, attempt: Attempt, turn: Turn) -> None:
        """Let the first who answers win: no other phone rings on."""
        if not self._is_open:
            _release(attempt, "canceled", turn)
            return
        self._winner = attempt
        if attempt is self._early and attempt.child is not None:
            # Until the bridge the two hear nothing of each other.
            turn.out.append(Unpatch(attempt.child.session, self._session))
        if not self._want.sequential:
            self._left.clear()
        for other in tuple(self._waiting):
            if other is not attempt:
                _release(other, "canceled", turn)

    def ready(self, attempt: Attempt, turn: Turn) -> None:
        """Let the two hear each other, as soon as the caller is answered."""
        if not self._over and attempt is self._winner:
            self._caller.answer(partial(self._bridge, attempt), turn)

    def _bridge(self, attempt: Attempt, turn: Turn) -> None:
        if self._over or attempt is not self._winner or attempt.child is None:
            return
        self._bridged = attempt.child.session
        self._caller.bridged(turn)
        turn.out += [Patch(self._session, self._bridged), Patch(self._bridged, self._session)]
        self._note("joined", attempt.child, turn)
        self._limit = self._engine.alarms.set(turn.now + self._want.time_limit, self._too_long)

    def ended(self, attempt: Attempt, turn: Turn) -> None:
        """Go on when a leg is over: with the next one, or with the caller's document."""
        self._waiting.remove(attempt)
        if self._over or (self._winner is not None and attempt is not self._winner):
            return
        self._last = attempt
        if attempt is self._early:
            self._early, self._rang = None, False
        if self._bridged:
            self._note("left", attempt.child, turn)
            self._finish(turn)
            return
        self._winner = None  # Who answered, and is gone before the bridge, has declined.
        if not self._starting:
            self._call_on(turn)

    def redirected(self, attempt: Attempt, turn: Turn) -> None:
        """Let a leg go which a document of its own takes away; the caller goes on."""
        if attempt is self._winner and self._bridged:
            self._goes_on = True
            self._unpatch(turn)
        self.ended(attempt, turn)

    def transfer(self, attempt: Attempt, to: str) -> Then | None:
        """Return what to do when who answered wants the caller to talk to somebody else; None when that is not allowed."""
        if self._over or not self._bridged or attempt is not self._winner or not self._want.refer_url:
            return None
        return partial(self._transferred, attempt, to)

    def _transferred(self, attempt: Attempt, to: str, turn: Turn) -> None:
        """Let the caller go on without who answered, whose leg is nobody's any more."""
        self._over = True
        self._unpatch(turn)
        self._note("left", attempt.child, turn)
        self._caller.called(replace(self._outcome(turn), referred=to), turn)

    def hand_over(self, url: str, method: str, parameters: Parameters, turn: Turn) -> None:
        """Let the one who answered go on with a document of its own, without the caller."""
        if self._winner is not None and self._winner.child is not None:
            self._winner.child.go_on_with(url, method, parameters, turn)

    # --- the end -----------------------------------------------------------------------------------------

    def leave(self, reason: Reason, turn: Turn) -> Called:
        """End all legs, since the caller goes on elsewhere (rule dial-caller-gone)."""
        return self._close("no-answer" if reason == "hung-up" else "canceled", turn)

    def _too_long(self, turn: Turn) -> None:
        self._caller.called(self._close("canceled", turn), turn)

    def _close(self, status: CallStatus, turn: Turn) -> Called:
        """End all legs, and hear no more of them."""
        self._over = True
        self._unpatch(turn)
        self._last = self._winner or self._last
        if self._bridged and self._winner is not None:
            self._note("left", self._winner.child, turn)
        for attempt in tuple(self._waiting):
            _release(attempt, status, turn)
        return self._outcome(turn)

    def _finish(self, turn: Turn) -> None:
        self._over = True
        self._caller.called(self._outcome(turn), turn)

    def _unpatch(self, turn: Turn) -> None:
        if self._bridged:
            turn.out += [Unpatch(self._session, self._bridged), Unpatch(self._bridged, self._session)]

    def _note(self, moved: Literal["joined", "left"], child: Child | None, turn: Turn) -> None:
        """Write down of both that they came together, or parted."""
        if child is not None:
            caller, called = self._identity, child.record
            one, other = Side(caller.call_sid, caller.call_id), Side(called.sid, called.sip_call_id)
            note(moved, one, other, turn)

    def _outcome(self, turn: Turn) -> Called:
        self._engine.alarms.cancel(self._limit)
        last, self._last, self._winner, self._early = self._last, None, None, None
        child = last.child if last is not None else None
        if child is None:
            return Called(status="failed")
        return Called(
            status="completed" if self._bridged else _ENDS.get(child.record.status, "no-answer"),
            call_sid=child.record.sid,
            duration=None if self._goes_on or child.answered_at is None else child.duration(turn.now),
            bridged=bool(self._bridged),
            details=_details(child),
        )


def _release(attempt: Attempt, status: CallStatus, turn: Turn) -> None:
    if attempt.child is not None:
        attempt.child.release(status, turn)


def _details(child: Child) -> tuple[tuple[str, str], ...]:
    """Return what the action gets about a SIP leg (https://www.twilio.com/docs/voice/twiml/sip#action); () for another."""
    if "SipCallId" not in child.parameters:
        return ()
    said = [(name, child.parameters[name]) for name in _OF_SIP if name in child.parameters]
    return tuple((f"Dial{name}", value) for name, value in (*said, *child.sip_headers))
