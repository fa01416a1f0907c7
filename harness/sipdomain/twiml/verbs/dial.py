"""<Dial>: connect the call to others (https://www.twilio.com/docs/voice/twiml/dial); to a conference only so far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.document import Element
from sipdomain.twiml.program import Crash, Failed, Program
from sipdomain.twiml.verbs import conference
from sipdomain.twiml.verbs.verb import Attribute, Verb, anything, http_method, integer, one_of

_NOT_YET: Final = frozenset({"Application", "Client", "Number", "Queue", "Sim", "Sip", "WhatsApp"})

ACTION: Final = Attribute(name="action", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=13210, read=http_method)
TIME_LIMIT: Final = Attribute(name="timeLimit", default=14_400, code=13216, read=integer(1, 86_400))
HANG_UP_ON_STAR: Final = Attribute(
    name="hangupOnStar", default="false", code=13213, read=one_of("true", "false")
)
_WITHOUT_EFFECT: Final = tuple(
    Attribute(name=name, default="", code=12200, read=anything)
    for name in (
        "answerOnBridge", "callReason", "callerId", "events", "passports", "record", "recordingConfigurationId",
        "recordingStatusCallback", "recordingStatusCallbackEvent", "recordingStatusCallbackMethod", "recordingTrack",
        "referMethod", "referUrl", "ringTone", "sequential", "timeout", "trim",
    )
)  # fmt: skip
"""What has no effect on a conference."""


def run(element: Element) -> Program:
    """Take part in a conference."""
    noun = next((each for each in element.children if each.name == "Conference"), None)
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
    if "Conference" in names and len(names) > 1:
        yield 13000, "has <Conference> beside another noun; it stands alone"


DIAL: Final = Verb(
    name="Dial",
    run=run,
    attributes=(ACTION, METHOD, TIME_LIMIT, HANG_UP_ON_STAR, *_WITHOUT_EFFECT),
    children=frozenset({"Conference"}) | _NOT_YET,
    check=_check,
    misplaced=13215,
)
