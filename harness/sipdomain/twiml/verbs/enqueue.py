"""<Enqueue>: wait in a queue until somebody takes the call out (https://www.twilio.com/docs/voice/twiml/enqueue)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.meeting import LARGEST_QUEUE, Dequeued, Enqueue, LastQueue
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Crash,
    End,
    Failed,
    Interrupted,
    Outcome,
    Parameters,
    Program,
)
from sipdomain.twiml.verbs.connecting import go_on
from sipdomain.twiml.verbs.verb import Attribute, Noun, Verb, anything, http_method, integer, settle

LONGEST_NAME: Final = 64
"""How many characters the name of a queue has at most."""

ACTION: Final = Attribute(name="action", default="", code=14203, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=14201, read=http_method)
WAIT_URL: Final = Attribute(name="waitUrl", default="", code=14202, read=anything)
WAIT_METHOD: Final = Attribute(name="waitUrlMethod", default="POST", code=14206, read=http_method)
MOST: Final = Attribute(
    name="maxQueueSize", default=LARGEST_QUEUE, code=12200, read=integer(1, LARGEST_QUEUE)
)
WORKFLOW: Final = Attribute(name="workflowSid", default="", code=12200, read=anything)


def run(element: Element) -> Program:
    """Answer, wait in the queue, and then ask the action, or go on with the next verb.

    The action is asked too when the caller hangs up, or the REST API redirects the call; what it answers is then not
    carried out.
    """
    if _is_task(element):
        yield from ()
        return Crash(
            Failed(13750, f"line {element.line}: <Enqueue> into a workflow of TaskRouter is not emulated")
        )
    ending = settle((yield Answer()))
    if ending is not None:
        return ending
    if not 1 <= len(element.text.strip()) <= LONGEST_NAME:
        return _after(element, Dequeued("error"))
    happened = yield want(element)
    interrupted = isinstance(happened, Interrupted)
    if interrupted:
        happened = yield LastQueue()
    if not isinstance(happened, Dequeued):
        return settle(happened) or End()
    outcome = _after(element, happened)
    return End() if interrupted and isinstance(outcome, Continue) else outcome


def want(element: Element) -> Enqueue:
    """Return how the call waits."""
    return Enqueue(
        name=element.text.strip(),
        most=None if element.get(MOST.name) is None else MOST.of(element),
        wait_url=None if element.get(WAIT_URL.name) is None else WAIT_URL.of(element).strip(),
        wait_method=WAIT_METHOD.of(element),
    )


def _after(element: Element, happened: Dequeued) -> Outcome:
    said: Parameters = (("QueueResult", happened.result),)
    if happened.sid:
        said = (*said, ("QueueSid", happened.sid), ("QueueTime", str(happened.duration)))
    return go_on(ACTION.of(element).strip(), METHOD.of(element), said)


def _is_task(element: Element) -> bool:
    return bool(WORKFLOW.of(element).strip()) or any(each.name == "Task" for each in element.children)


def _check(element: Element) -> Iterator[tuple[int, str]]:
    name = element.text.strip()
    if _is_task(element):
        yield 13750, "is of a workflow of TaskRouter, which is not emulated: the document fails here"
    elif not name:
        yield 14204, "names no queue"
    elif len(name) > LONGEST_NAME:
        yield 14205, f"names a queue by {len(name)} characters; there may be {LONGEST_NAME}"


ENQUEUE: Final = Verb(
    name="Enqueue",
    run=run,
    attributes=(ACTION, METHOD, WAIT_URL, WAIT_METHOD, MOST, WORKFLOW),
    children=frozenset({"Task"}),
    check=_check,
)
TASK: Final = Noun(name="Task", attributes=None)
"""What is said of a task of TaskRouter: nobody looks at it."""
