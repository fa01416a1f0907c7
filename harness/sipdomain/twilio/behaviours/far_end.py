"""The behaviours that were asked for, and how far each has come: it says of each request what befalls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sipdomain.entries import Injected
from sipdomain.errors import SetupError
from sipdomain.sip.digest import Challenge
from sipdomain.twilio.behaviours.behaviour import (
    Answer,
    Answering,
    Arrival,
    Behaviour,
    Granting,
    Means,
    Unheard,
)
from sipdomain.twilio.behaviours.far_calls import FarCalls, applied
from sipdomain.twilio.behaviours.on_call import OnCall

MOST_BEHAVIOURS: Final = 32
"""How many behaviours there may be at once; more are refused."""


@dataclass(slots=True)
class Asked:
    """A behaviour that was asked for.

    Attributes:
        number: Its name in the control API.
        behaviour: What is to be done.
        set_at: When it was asked for, in seconds of the run.
        met: How many requests, or calls, came that it is meant for.
        applied: How many of them it was applied to.
    """

    number: int
    behaviour: Behaviour
    set_at: float
    met: int = 0
    applied: int = 0

    def is_over(self, now: float) -> bool:
        """Return whether it is applied no more."""
        behaviour = self.behaviour
        return now - self.set_at >= behaviour.until or self.met >= behaviour.nth - 1 + behaviour.times

    def strikes(self, now: float) -> bool:
        """Count something that it is meant for, and return whether it is applied to that."""
        behaviour = self.behaviour
        if not behaviour.since <= now - self.set_at < behaviour.until:
            return False
        self.met += 1
        strikes = 0 <= self.met - behaviour.nth < behaviour.times
        self.applied += strikes
        return strikes

    def row(self, now: float) -> dict[str, Any]:
        """Return it as the control API shows it."""
        behaviour = self.behaviour
        return {
            "id": self.number, "line": behaviour.line, behaviour.WORD: behaviour.plain, "met": self.met,
            "applied": self.applied, "over": self.is_over(now),
        }  # fmt: skip


class FarEnd:
    """What one emulator does on purpose.

    Attributes:
        calls: What it does in which call.
    """

    __slots__ = ("_asked", "_challenge", "_check", "_number", "calls")

    def __init__(
        self, challenge: Callable[[float], Challenge], check: Callable[[Sequence[Behaviour]], None]
    ) -> None:
        """Do nothing on purpose.

        Args:
            challenge: Makes a challenge at a moment whose nonce the service takes.
            check: Raises SetupError for behaviours that could never be applied.
        """
        self._check = check
        self._challenge = challenge
        self._asked: list[Asked] = []
        self._number = 0
        self.calls = FarCalls()

    def ask(self, behaviours: Iterable[Behaviour], now: float) -> None:
        """Do these too from now on, behind those asked for before: the first that is meant for a request befalls it.

        Raises:
            SetupError: There would be too many at once, or one could never be applied; then nothing is changed.
        """
        given = list(behaviours)
        self._check(given)
        lasting = [each for each in self._asked if not each.is_over(now)]
        if len(lasting) + len(given) > MOST_BEHAVIOURS:
            raise SetupError(
                f"there may be {MOST_BEHAVIOURS} behaviours at once (there are {len(lasting)}, and {len(given)} more)"
            )
        # What is over is still shown, as long as there is room for it.
        over = [each for each in self._asked if each.is_over(now)]
        room = MOST_BEHAVIOURS - len(lasting) - len(given)
        kept = {each.number for each in (*lasting, *over[len(over) - room :])} if room else {
            each.number for each in lasting
        }  # fmt: skip
        self._asked = [each for each in self._asked if each.number in kept]
        for behaviour in given:
            self._number += 1
            self._asked.append(Asked(self._number, behaviour, now))

    def behave(self, behaviours: Sequence[Behaviour], now: float) -> None:
        """Do these too from now on, or with none of them nothing on purpose any more.

        Raises:
            SetupError: There would be too many at once, or one could never be applied.
        """
        if behaviours:
            self.ask(behaviours, now)
        else:
            self.forget()

    def forget(self, number: int | None = None) -> bool:
        """Do one no more, or none; return whether there was one."""
        gone = [each for each in self._asked if number in {None, each.number}]
        self._asked = [each for each in self._asked if each not in gone]
        if number is None:
            self.calls.forget()
        for each in gone:
            self.calls.forget(each.behaviour)
        return bool(gone)

    def shown(self, now: float) -> list[dict[str, Any]]:
        """Return all that were asked for, in order, and how often each was applied."""
        return [each.row(now) for each in self._asked]

    @property
    def is_idle(self) -> bool:
        """Whether nothing was asked for."""
        return not self._asked

    # --- what befalls a request --------------------------------------------------------------------------

    def is_deaf_to(self, arrival: Arrival, now: float, out: list[Any]) -> bool:
        """Return whether a request is not heard; that is noted in `out`. Each copy of it counts."""
        if self.calls.is_deaf_to(arrival.request, now, out):
            return True
        for asked in self._meant_for(arrival, Unheard):
            if asked.strikes(now):
                out.append(_injected(asked.behaviour, arrival, now, "not heard"))
                return True
        return False

    def answer_to(self, arrival: Arrival, now: float, out: list[Any]) -> Answer | None:
        """Return the response that a request gets in place of the service's own, if any; that is noted in `out`."""
        if arrival.request.method == "INVITE" and not arrival.in_call:
            self._meet_call(arrival, now)
        for asked in self._meant_for(arrival, Answering):
            if isinstance(asked.behaviour, Answering) and asked.strikes(now):
                answer = asked.behaviour.answer(Means(lambda: self._challenge(now)))
                out.append(_injected(asked.behaviour, arrival, now, f"answered {answer.status}"))
                return answer
        return None

    def granted_to(self, arrival: Arrival, now: float, out: list[Any]) -> int | None:
        """Return how many seconds a REGISTER is granted in place of what it asks for, if so; that is noted in `out`."""
        for asked in self._meant_for(arrival, Granting):
            if isinstance(asked.behaviour, Granting) and asked.strikes(now):
                out.append(_injected(asked.behaviour, arrival, now, f"granted {asked.behaviour.granted()} s"))
                return asked.behaviour.granted()
        return None

    def _meet_call(self, arrival: Arrival, now: float) -> None:
        """Settle by its first INVITE what is done in a call."""
        call_id = arrival.request.headers.get("call-id") or ""
        if not self.calls.knows(call_id):
            taken = [each.behaviour for each in self._meant_for(arrival, OnCall) if each.strikes(now)]
            # Of others it is known too, so that an INVITE with credentials is no second call.
            self.calls.take(call_id, [each for each in taken if isinstance(each, OnCall)])

    def _meant_for(self, arrival: Arrival, kind: type[Behaviour]) -> Iterator[Asked]:
        for asked in self._asked:
            if isinstance(asked.behaviour, kind) and asked.behaviour.is_meant_for(arrival):
                yield asked


def _injected(behaviour: Behaviour, arrival: Arrival, now: float, what: str) -> Injected:
    """Return the record of a behaviour that was applied to a request."""
    request = arrival.request
    return applied(behaviour, request.headers.get("call-id") or "", now, f"{request.method} {what}")
