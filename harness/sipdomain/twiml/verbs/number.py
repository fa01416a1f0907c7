"""<Number> inside <Dial>: a telephone number is called (https://www.twilio.com/docs/voice/twiml/number)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.dialling import Party
from sipdomain.twiml.document import Element
from sipdomain.twiml.verbs.sip import CALLBACK, CALLBACK_EVENT, CALLBACK_METHOD, DETECTION, URL, detection
from sipdomain.twiml.verbs.verb import Attribute, Noun, anything, http_method, matching

METHOD: Final = Attribute(name="method", default="POST", code=13221, read=http_method)
SEND_DIGITS: Final = Attribute(
    name="sendDigits",
    default="",
    code=13222,
    read=matching(r"[0-9A-Da-d*#wW]*", "it may hold 0-9, A-D, *, #, w and W"),
)
BYOC: Final = Attribute(name="byoc", default="", code=12200, read=anything)


def party(noun: Element) -> Party | None:
    """Return whom it names, or None for nobody."""
    address = noun.text.strip()
    if not address:
        return None
    return Party(
        kind="Number", address=address, line=noun.line, send_digits=SEND_DIGITS.of(noun), url=URL.of(noun).strip(),
        method=METHOD.of(noun), callback=CALLBACK.of(noun).strip(), callback_method=CALLBACK_METHOD.of(noun),
        events=tuple(CALLBACK_EVENT.of(noun).split()),
    )  # fmt: skip


def _check(noun: Element) -> Iterator[tuple[int, str]]:
    if not noun.text.strip():
        yield 13223, "has no number, and is left out"
    if BYOC.of(noun):
        yield 12200, "byoc has no effect: there is no carrier, and the number is simulated"
    yield from detection(noun)


NUMBER: Final = Noun(
    name="Number",
    attributes=(
        SEND_DIGITS, URL, METHOD, CALLBACK, CALLBACK_METHOD, CALLBACK_EVENT, BYOC, *DETECTION,
    ),
    check=_check,
)  # fmt: skip
