"""<Queue> inside <Dial>: talk to who has waited the longest (https://www.twilio.com/docs/voice/twiml/queue)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.meeting import DialQueue, LastQueue, QueueDialled
from sipdomain.twiml.program import (
    Answer,
    End,
    Outcome,
    Parameters,
    Program,
)
from sipdomain.twiml.verbs.connecting import connected, go_on
from sipdomain.twiml.verbs.enqueue import LONGEST_NAME
from sipdomain.twiml.verbs.verb import Attribute, Noun, anything, http_method, settle

URL: Final = Attribute(name="url", default="", code=14211, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=14210, read=http_method)
_TASKROUTER: Final = tuple(
    Attribute(name=name, default="", code=12200, read=anything)
    for name in ("reservationSid", "postWorkActivitySid")
)


def run(
    noun: Element, timeout: float, time_limit: float, *, hang_up_on_star: bool, action: str, method: str
) -> Program:
    """Answer, and talk to the first of a queue, or to the first who comes; then ask the action, or go on.

    Args:
        noun: The <Queue>.
        timeout: Of the <Dial>: for how many seconds to wait until somebody comes.
        time_limit: Of the <Dial>: for how many seconds the two may talk.
        hang_up_on_star: Whether * ends it.
        action: Of the <Dial>, or "".
        method: How that is asked.
    """
    ending = settle((yield Answer()))
    if ending is not None:
        return ending
    name = noun.text.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        return _after(QueueDialled(status="failed"), action, method)
    want = DialQueue(
        name=name, whisper_url=URL.of(noun).strip(), whisper_method=METHOD.of(noun), timeout=timeout,
        time_limit=time_limit,
    )  # fmt: skip
    over = yield from connected(want, hang_up_on_star=hang_up_on_star)
    if over is None:
        over = yield LastQueue()
    return _after(over, action, method) if isinstance(over, QueueDialled) else End()


def _after(dialled: QueueDialled, action: str, method: str) -> Outcome:
    said: Parameters = (("DialCallStatus", dialled.status),)
    if dialled.sid:
        said = (*said, ("QueueSid", dialled.sid))
    if dialled.call_sid:
        said = (*said, ("DialCallSid", dialled.call_sid), ("QueueTime", str(dialled.wait)))
    if dialled.duration is not None:
        said = (*said, ("DialCallDuration", str(dialled.duration)))
    said = (*said, ("DialBridged", "false" if dialled.duration is None else "true"))
    return go_on(action, method, said)


def _check(noun: Element) -> Iterator[tuple[int, str]]:
    name = noun.text.strip()
    if not name:
        yield 14212, "names no queue"
    elif len(name) > LONGEST_NAME:
        yield 14213, f"names a queue by {len(name)} characters; there may be {LONGEST_NAME}"
    for each in _TASKROUTER:
        if noun.get(each.name) is not None:
            yield 12200, f"{each.name} has no effect: TaskRouter is not emulated"


QUEUE: Final = Noun(name="Queue", attributes=(URL, METHOD, *_TASKROUTER), check=_check)
