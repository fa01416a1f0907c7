"""A call with turns: whoever calls says something, or presses keys, each time that the other side has fallen silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from sipdomain.errors import LocalProtocolError
from sipdomain.media import g711
from sipdomain.media.silence import FRAME, LOUD
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.runtime.worlds.world import Script, Until

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

QUIET: Final = 1.0
"""How long the other side is silent before it is our turn, in seconds."""
PATIENCE: Final = 10.0
"""How long a voice is waited for before it is our turn all the same, in seconds."""
ANSWER: Final = 30.0
"""How long the answer is waited for at least, in seconds: as long as a `<Dial>` rings."""
SETTLE: Final = 5.0
"""How long the emulator may take to end its work with a call that is over, in seconds."""
_LOOK: Final = 0.1
_RELEASE: Final = 3.0


@dataclass(frozen=True, slots=True)
class Turn:
    """What is done when the other side has fallen silent.

    Attributes:
        does: "say" or "keys".
        what: The words, or the keys.
    """

    does: Literal["say", "keys"]
    what: str


class Place(Protocol):
    """Where a conversation takes place."""

    def now(self) -> float:
        """Return the moment, in seconds."""

    def heard(self, call: PhoneCall) -> Samples:
        """Return what the phone heard so far, at 8 kHz."""


def conversation(
    place: Place,
    phone: PhoneHandle,
    call: PhoneCall,
    turns: Sequence[Turn],
    limit: float,
    stop: Callable[[], bool],
) -> Script[None]:
    """Carry a call on until it is over; a script.

    Args:
        place: Where it takes place.
        phone: Who called.
        call: The call.
        turns: What to say and press, in order.
        limit: How long the call may last from its answer before the phone hangs up, in seconds.
        stop: Whether to hang up now.

    Raises:
        LocalProtocolError: The keys are not keys, or the other side takes none.
    """
    yield Until(lambda: call.is_over or call.answered_at is not None or stop(), max(limit, ANSWER))
    end = place.now() + limit
    if not call.is_over and call.answered_at is not None:
        since = 0
        for turn in turns:
            yield from _wait_for_silence(place, call, since, min(PATIENCE, end - place.now()), stop)
            if call.is_over or stop():
                break
            yield from _take(phone, call, turn, end - place.now(), stop)
            since = len(place.heard(call))
        yield Until(lambda: call.is_over or stop(), max(0.0, end - place.now()))
    if not call.is_over:
        phone.hang_up(call)
        yield Until(lambda: call.is_over, _RELEASE)


def settled(is_busy: Callable[[str], bool], call: PhoneCall) -> Script[None]:
    """Let the last callbacks of a call be answered, for some seconds at most; a script.

    Args:
        is_busy: Whether the emulator has more to do with the call of a Call-ID.
        call: The call.
    """
    yield Until(lambda: not is_busy(call.call_id), SETTLE)


def _wait_for_silence(
    place: Place, call: PhoneCall, since: int, within: float, stop: Callable[[], bool]
) -> Script[None]:
    looked_at, silent = place.now(), False

    def is_silent() -> bool:
        nonlocal looked_at, silent
        # All that was heard is copied each time that it is asked for.
        if place.now() - looked_at >= _LOOK:
            looked_at = place.now()
            silent = has_fallen_silent(place.heard(call)[since:])
        return silent or call.is_over or stop()

    yield Until(is_silent, max(0.0, within))


def _take(
    phone: PhoneHandle, call: PhoneCall, turn: Turn, within: float, stop: Callable[[], bool]
) -> Script[None]:
    if turn.does == "keys":
        phone.press(call, turn.what)
        return
    before = len(call.said) + len(call.not_said)
    phone.say(call, turn.what)
    yield Until(
        lambda: len(call.said) + len(call.not_said) > before or call.is_over or stop(), max(0.0, within)
    )
    if call.not_said:
        raise LocalProtocolError(f"it cannot be said: {next(iter(call.not_said.values()))}")


def has_fallen_silent(samples: Samples) -> bool:
    """Return whether somebody spoke in these samples, at 8 kHz, and has been silent since for `QUIET` seconds."""
    import numpy as np

    count = len(samples) // FRAME
    if not count:
        return False
    frames = samples[: count * FRAME].reshape(count, FRAME).astype(np.float64)
    loud = np.flatnonzero((frames * frames).mean(axis=1) >= LOUD * LOUD)
    return bool(len(loud)) and (count - 1 - int(loud[-1])) * FRAME >= QUIET * g711.RATE
