"""TwiML written as plain values, by the registry of verbs: `{"gather": {"numDigits": "1", "say": "Press 1"}}`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from sipdomain.twiml.verbs import NOUNS, VERBS
from sipdomain.twiml.verbs.verb import Noun

TEXT: Final = "text"
"""The key of what stands inside an element as words, where it has attributes beside them."""
_TAGS: Final = {name.lower(): table for name, table in {**NOUNS, **VERBS}.items()}


def document(verbs: Iterable[Mapping[str, object]]) -> str:
    """Return the TwiML document that has these verbs.

    Args:
        verbs: Mappings from a verb, in small letters, to what it says: nothing; its text; or a mapping of its
            attributes, of `text`, and of what stands inside it, where a list repeats an element.

    Raises:
        ValueError: Something is not known; the message says what is.
    """
    known = {name.lower() for name in VERBS}
    return f"<Response>{''.join(part for each in verbs for part in _elements(each, known))}</Response>"


def _elements(written: Mapping[str, object], allowed: Iterable[str]) -> Iterator[str]:
    for key, value in written.items():
        if key not in allowed:
            raise ValueError(f"`{key}` may not stand here; what may is {', '.join(sorted(allowed))}")
        for each in value if isinstance(value, list) else (value,):
            yield _element(_TAGS[key], each)


def _element(table: Noun, value: object) -> str:
    """Return one element as XML."""
    if not isinstance(value, Mapping):
        value = {} if value is None else {TEXT: value}
    inside = {name.lower() for name in table.children}
    # An attribute may be called as what stands inside: `language` of <ConversationRelay>.
    nested = {key for key, each in value.items() if key in inside and isinstance(each, Mapping | list)}
    attributes = {each.name for each in table.attributes or ()} - nested
    inside -= attributes
    unknown = [key for key in value if key not in attributes and key not in inside and key != TEXT]
    if unknown:
        known = ", ".join([*sorted(attributes), *sorted(inside), TEXT])
        raise ValueError(f"<{table.name}> knows no `{unknown[0]}`; it knows {known}")
    named = "".join(
        f" {key}={quoteattr(_text(table, each))}" for key, each in value.items() if key in attributes
    )
    children = "".join(_elements({key: each for key, each in value.items() if key in inside}, inside))
    words = escape(_text(table, value[TEXT])) if TEXT in value else ""
    return f"<{table.name}{named}>{words}{children}</{table.name}>"


def _text(table: Noun, value: object) -> str:
    match value:
        case str() | int() | float() if not isinstance(value, bool):
            return str(value)
        case _:
            raise ValueError(f"<{table.name}>: {value!r} is not text")
