"""<Sip> inside <Dial>: a SIP endpoint is called (https://www.twilio.com/docs/voice/twiml/sip)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.dialling import CALL_EVENTS, Party
from sipdomain.twiml.document import Element
from sipdomain.twiml.verbs.verb import Attribute, Noun, anything, http_method, integer, matching, one_of


def events(text: str) -> str:
    """Read the events of a leg's status callback, with blanks between them."""
    wrong = [word for word in text.split() if word not in CALL_EVENTS]
    if wrong or not text.split():
        raise ValueError(f"it may name {', '.join(CALL_EVENTS)}, with blanks between")
    return text


_SECRET: Final = matching(r"[^\x00-\x1f\x7f]{0,255}", "it may have 255 characters that can be printed")
USERNAME: Final = Attribute(name="username", default="", code=13249, read=_SECRET)
PASSWORD: Final = Attribute(name="password", default="", code=13249, read=_SECRET)
URL: Final = Attribute(name="url", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=13241, read=http_method)
CALLBACK: Final = Attribute(name="statusCallback", default="", code=12200, read=anything)
CALLBACK_METHOD: Final = Attribute(name="statusCallbackMethod", default="POST", code=12200, read=http_method)
CALLBACK_EVENT: Final = Attribute(name="statusCallbackEvent", default="completed", code=12200, read=events)
DETECTION: Final = (
    Attribute(name="machineDetection", default="", code=12200, read=one_of("Enable", "DetectMessageEnd")),
    Attribute(name="amdStatusCallback", default="", code=12200, read=anything),
    Attribute(name="amdStatusCallbackMethod", default="POST", code=12200, read=http_method),
    Attribute(name="machineDetectionTimeout", default=30, code=12200, read=integer(3, 60)),
    Attribute(name="machineDetectionSpeechThreshold", default=2400, code=12200, read=integer(1000, 6000)),
    Attribute(name="machineDetectionSpeechEndThreshold", default=1200, code=12200, read=integer(500, 5000)),
    Attribute(name="machineDetectionSilenceTimeout", default=5000, code=12200, read=integer(2000, 10_000)),
)
"""What has no effect: no machine is detected."""


def party(noun: Element) -> Party | None:
    """Return whom it names, or None for nobody."""
    address = noun.text.strip()
    if not address:
        return None
    return Party(
        kind="Sip", address=address, line=noun.line, username=USERNAME.of(noun), password=PASSWORD.of(noun),
        url=URL.of(noun).strip(), method=METHOD.of(noun), callback=CALLBACK.of(noun).strip(),
        callback_method=CALLBACK_METHOD.of(noun), events=tuple(CALLBACK_EVENT.of(noun).split()),
    )  # fmt: skip


def detection(noun: Element) -> Iterator[tuple[int, str]]:
    """Yield the warning that no machine is detected, where that is asked for."""
    if DETECTION[0].of(noun):
        yield 12200, "machineDetection has no effect: nobody listens for a machine"


def _check(noun: Element) -> Iterator[tuple[int, str]]:
    if not noun.text.strip():
        yield 13243, "has no URI, and is left out"
    yield from detection(noun)


SIP: Final = Noun(
    name="Sip",
    attributes=(
        USERNAME, PASSWORD, URL, METHOD, CALLBACK, CALLBACK_METHOD, CALLBACK_EVENT, *DETECTION,
    ),
    check=_check,
)  # fmt: skip
