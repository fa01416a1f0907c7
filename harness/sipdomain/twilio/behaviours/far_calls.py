"""The calls that something is done in on purpose: what befalls their messages, and what leaves later than it would."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, TypeVar

from sipdomain.entries import CallBegan, Injected
from sipdomain.errors import RemoteProtocolError
from sipdomain.media.outputs import ConnectMedia, MediaOutput, OpenMedia
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send
from sipdomain.sip.timers import Alarm, TimerQueue
from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.behaviours.on_call import Acting, Memory, OnCall, is_answer

B = TypeVar("B", bound=OnCall)

MOST_CALLS: Final = 1_000
"""How many calls with behaviours are known; past that the oldest goes on as any other."""
MOST_LATER: Final = 10_000
"""How many messages may be held up at once; one more leaves at once."""


class Taken(NamedTuple):
    """A behaviour in one call."""

    behaviour: OnCall
    memory: Memory


class _Held(NamedTuple):
    """A message that is held up."""

    send: Send
    call_id: str
    lasts: bool


class FarCalls:
    """What is done in which call."""

    __slots__ = ("_calls", "_later", "_of_call", "_sessions")

    def __init__(self) -> None:
        """Begin with no call."""
        self._calls: OrderedDict[str, list[Taken]] = OrderedDict()
        self._later: TimerQueue[_Held] = TimerQueue()
        self._of_call: dict[str, list[Alarm[_Held]]] = {}
        self._sessions: OrderedDict[str, str] = OrderedDict()

    @property
    def is_idle(self) -> bool:
        """Whether there is no such call, and no message is held up."""
        return not self._calls and not self._later

    @property
    def deadline(self) -> float | None:
        """When a message leaves that was held up, or None."""
        return self._later.deadline

    def knows(self, call_id: str) -> bool:
        """Return whether it is known what is done in a call."""
        return call_id in self._calls

    def take(self, call_id: str, behaviours: Iterable[OnCall]) -> None:
        """Do these in a call."""
        self._calls[call_id] = [Taken(each, Memory()) for each in behaviours]
        if len(self._calls) > MOST_CALLS:
            self._calls.popitem(last=False)

    def forget(self, behaviour: Behaviour | None = None) -> None:
        """Do one in no call any more, or none; what is held up still leaves."""
        if behaviour is None:
            self._calls.clear()
            return
        for taken in self._calls.values():
            taken[:] = [each for each in taken if each.behaviour is not behaviour]

    def of(self, call_id: str) -> list[Taken]:
        """Return what is done in a call."""
        return self._calls.get(call_id, [])

    def find(self, call_id: str, kind: type[B]) -> B | None:
        """Return what is done of one kind in a call, or None."""
        return next((each.behaviour for each in self.of(call_id) if isinstance(each.behaviour, kind)), None)

    def acts(self, call_id: str) -> list[Taken]:
        """Return what the cloud is to do in a call of its own accord; each is returned once."""
        found = [
            each
            for each in self.of(call_id)
            if isinstance(each.behaviour, Acting) and "acted" not in each.memory.seen
        ]
        for each in found:
            each.memory.seen.add("acted")
        return found

    # --- messages ----------------------------------------------------------------------------------------

    def is_deaf_to(self, request: Request, now: float, out: list[Any]) -> bool:
        """Return whether a request within a call is not heard; that is noted in `out`."""
        call_id = request.headers.get("call-id") or ""
        for taken in self.of(call_id):
            if not taken.behaviour.hears(request, taken.memory):
                out.append(applied(taken.behaviour, call_id, now, f"{request.method} not heard"))
                return True
        return False

    def treated(self, outputs: list[Any], now: float) -> list[Any]:
        """Return outputs with what leaves in place of messages of such calls."""
        found: list[Any] = []
        for each in outputs:
            match each:
                case Send():
                    self._leave(each, now, found)
                case CallBegan(call_sid=session, call_id=call_id) if self.of(call_id):
                    # A call's media session goes by its SID.
                    self._sessions[session] = call_id
                    if len(self._sessions) > MOST_CALLS:
                        self._sessions.popitem(last=False)
                    found.append(each)
                case OpenMedia(session=session) | ConnectMedia(session=session) if session in self._sessions:
                    found.append(self._media(each, self._sessions[session], now, found))
                case _:
                    found.append(each)
        return found

    def _media(self, output: MediaOutput, call_id: str, now: float, found: list[Any]) -> MediaOutput:
        for each in self.of(call_id):
            changed = each.behaviour.media(output)
            if changed is not output:
                self._note(each, call_id, now, "audio", found)
                output = changed
        return output

    @staticmethod
    def _note(taken: Taken, call_id: str, now: float, what: str, found: list[Any]) -> None:
        """Note, once in a call, that a behaviour was applied."""
        if not taken.memory.is_noted:
            taken.memory.is_noted = True
            found.append(applied(taken.behaviour, call_id, now, what))

    def _leave(self, send: Send, now: float, found: list[Any]) -> None:
        message = _parsed(send.data)
        call_id = "" if message is None else message.headers.get("call-id") or ""
        taken = self.of(call_id)
        if message is None or not taken:
            found.append(send)
            return
        if is_answer(message, 200, 699):
            self._cancel_provisional(call_id)
        # What the ones before made of it goes through the next.
        leaving = [(0.0, send.data, True)]
        for each in taken:
            onward: list[tuple[float, bytes, bool]] = []
            for delay, data, lasts in leaving:
                changed = each.behaviour.leaving(parse(data), send.flow, each.memory)
                if changed is None:
                    onward.append((delay, data, lasts))
                    continue
                self._note(each, call_id, now, _name(message), found)
                onward += [(delay + later.delay, later.data, lasts and later.lasts) for later in changed]
            leaving = onward
        for delay, data, lasts in leaving:
            if delay <= 0 or len(self._later) >= MOST_LATER:
                found.append(Send(send.flow, data))
            else:
                alarm = self._later.set(now + delay, _Held(Send(send.flow, data), call_id, lasts))
                self._of_call.setdefault(call_id, []).append(alarm)

    def _cancel_provisional(self, call_id: str) -> None:
        for alarm in self._of_call.pop(call_id, []):
            if alarm.target is not None and not alarm.target.lasts:
                self._later.cancel(alarm)

    def due(self, now: float) -> list[Send]:
        """Return the messages that leave now."""
        found = []
        for held in self._later.due(now):
            found.append(held.send)
            alarms = [each for each in self._of_call.get(held.call_id, []) if each.target is not None]
            if alarms:
                self._of_call[held.call_id] = alarms
            else:
                self._of_call.pop(held.call_id, None)
        return found


def applied(behaviour: Behaviour, call_id: str, now: float, what: str) -> Injected:
    """Return the record of a behaviour that was applied in a call."""
    return Injected(
        at=now, layer="far end", fault=behaviour.WORD, call_id=call_id, text=f"{what}, by `{behaviour.line}`"
    )


def _parsed(data: bytes) -> Request | Response | None:
    try:
        return parse(data)
    except RemoteProtocolError:
        return None


def _name(message: Request | Response) -> str:
    return message.method if isinstance(message, Request) else f"{message.status} {message.reason}"
