"""<Dial>: connect the call to others (https://www.twilio.com/docs/voice/twiml/dial); only by conferences and queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Crash, Failed, Program
from sipdomain.twiml.verbs import conference, queue
from sipdomain.twiml.verbs.verb import Attribute, Verb, anything, http_method, integer, one_of

_NOT_YET: Final = frozenset({"Application", "Client", "Number", "Sim", "Sip", "WhatsApp"})

ACTION: Final = Attribute(name="action", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=13210, read=http_method)
TIMEOUT: Final = Attribute(name="timeout", default=30, code=13212, read=integer(5, 600))
TIME_LIMIT: Final = Attribute(name="timeLimit", default=14_400, code=13216, read=integer(1, 86_400))
HANG_UP_ON_STAR: Final = Attribute(
    name="hangupOnStar", default="false", code=13213, read=one_of("true", "false")
)
_WITHOUT_EFFECT: Final = tuple(
    Attribute(name=name, default="", code=12200, read=anything)
    for name in (
        "answerOnBridge", "callReason", "callerId", "events", "passports", "record", "recordingConfigurationId",
        "recordingStatusCallback", "recordingStatusCallbackEvent", "recordingStatusCallbackMethod", "recordingTrack",
        "referMethod", "referUrl", "ringTone", "sequential", "trim",
    )
)  # fmt: skip
"""What has no effect on a conference or a queue."""


def run(element: Element) -> Program:
    """Take part in a conference, or talk to who waits in a queue."""
    nouns = {each.name: each for each in element.children}
    if "Queue" in nouns:
        return (
            yield from queue.run(
                nouns["Queue"],
                float(TIMEOUT.of(element)),
                float(TIME_LIMIT.of(element)),
                hang_up_on_star=HANG_UP_ON_STAR.of(element) == "true",
                action=ACTION.of(element).strip(),
                method=METHOD.of(element),
            )
        )
    noun = nouns.get("Conference")
    if noun is None:
        yield from ()
        return Crash(Failed(13750, f"line {element.line}: <Dial> is not emulated yet"))
    return (
        yield from conference.run(
            noun, TIME_LIMIT.of(element), hang_up_on_star=HANG_UP_ON_STAR.of(element) == "true",
            action=ACTION.of(element).strip(), method=METHOD.of(element),
        )
    )  # fmt: skip


def _check(element: Element) -> Iterator[tuple[int, str]]:
    names = [each.name for each in element.children]
    for alone in ("Conference", "Queue"):
        if alone in names and len(names) > 1:
            yield 13000, f"has <{alone}> beside another noun; it stands alone"


DIAL: Final = Verb(
    name="Dial",
    run=run,
    attributes=(ACTION, METHOD, TIMEOUT, TIME_LIMIT, HANG_UP_ON_STAR, *_WITHOUT_EFFECT),
    children=frozenset({"Conference", "Queue"}) | _NOT_YET,
    check=_check,
    misplaced=13215,
)
