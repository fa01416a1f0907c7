"""<Client> inside <Dial>: a client is called by its identity (https://www.twilio.com/docs/voice/twiml/client)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.twiml.dialling import Party
from sipdomain.twiml.document import Element
from sipdomain.twiml.verbs.sip import CALLBACK, CALLBACK_EVENT, CALLBACK_METHOD, METHOD, URL
from sipdomain.twiml.verbs.verb import Attribute, Noun, anything

LONGEST_IDENTITY: Final = 121
"""Characters (https://www.twilio.com/docs/voice/sdks#identity)."""


def _identity(noun: Element) -> str:
    """Return whom it names: the text of `<Identity>`, else its own."""
    named = [each.text.strip() for each in noun.children if each.name == "Identity"]
    return named[0] if named else noun.text.strip()


def party(noun: Element) -> Party | None:
    """Return whom it names, or None for nobody."""
    identity = _identity(noun)
    if not identity or len(identity) > LONGEST_IDENTITY:
        return None
    return Party(
        kind="Client", address=identity, line=noun.line, url=URL.of(noun).strip(), method=METHOD.of(noun),
        callback=CALLBACK.of(noun).strip(), callback_method=CALLBACK_METHOD.of(noun),
        events=tuple(CALLBACK_EVENT.of(noun).split()),
    )  # fmt: skip


def _check(noun: Element) -> Iterator[tuple[int, str]]:
    identity = _identity(noun)
    if not identity:
        yield 12200, "has no identity, and is left out"
    elif len(identity) > LONGEST_IDENTITY:
        yield 12200, f"has an identity of more than {LONGEST_IDENTITY} characters, and is left out"


IDENTITY: Final = Noun(name="Identity", attributes=())
PARAMETER: Final = Noun(
    name="Parameter",
    attributes=(
        Attribute(name="name", default="", code=12200, read=anything),
        Attribute(name="value", default="", code=12200, read=anything),
    ),
)
CLIENT: Final = Noun(
    name="Client",
    attributes=(URL, METHOD, CALLBACK, CALLBACK_METHOD, CALLBACK_EVENT),
    children=frozenset({"Identity", "Parameter"}),
    check=_check,
)
