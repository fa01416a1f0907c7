"""A fault as one line, `sip drop 30% of ACK from phone since 1`: read, and printed so that it can be replayed."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Sequence
from dataclasses import MISSING, Field, fields
from typing import Any, Final, NamedTuple

from sipdomain.errors import SetupError
from sipdomain.faults import FAULTS
from sipdomain.faults.fault import Fault, Occasion
from sipdomain.faults.rtp import NOT_OF_RTP, RTP_FAULTS
from sipdomain.faults.webhooks import WEBHOOK_FAULTS, WebhookFault
from sipdomain.sip.methods import METHODS

MOST_FAULTS: Final = 32
"""How many faults there may be at once; more are refused."""
LONGEST_LINE: Final = 500
"""How many characters a line may have."""
REGISTRIES: Final[dict[str, dict[str, type[Any]]]] = {
    "sip": FAULTS,
    "rtp": RTP_FAULTS,
    "webhook": WEBHOOK_FAULTS,
}
"""By the first word of a line the faults that may follow."""


class FaultSet(NamedTuple):
    """What befalls what.

    Attributes:
        line: SIP, in the order in which a message meets them.
        web: Webhooks, likewise.
        rtp: Packets of audio, likewise.
    """

    line: tuple[Fault, ...] = ()
    web: tuple[WebhookFault, ...] = ()
    rtp: tuple[Fault, ...] = ()

    def lines(self) -> list[str]:
        """Return them as text."""
        return [
            *map(written, self.line),
            *(written(each, "rtp") for each in self.rtp),
            *map(written, self.web),
        ]


def parsed(texts: Sequence[str]) -> FaultSet:
    """Return the faults that lines describe, in the order in which they are met.

    Raises:
        SetupError: One of them does not, or they are too many.
    """
    if len(texts) > MOST_FAULTS:
        raise SetupError(f"there may be {MOST_FAULTS} faults at most (got {len(texts)})")
    found = [_parsed(text) for text in texts]
    found.sort(key=lambda each: list(REGISTRIES[each[0]].values()).index(type(each[1])))
    return FaultSet(
        tuple(each for layer, each in found if isinstance(each, Fault) and layer == "sip"),
        tuple(each for _, each in found if isinstance(each, WebhookFault)),
        tuple(each for layer, each in found if isinstance(each, Fault) and layer == "rtp"),
    )


def _parsed(text: str) -> tuple[str, Occasion]:
    # Those who inject nothing do not pay for the import.
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    from sipdomain.model_errors import in_words

    try:
        words = shlex.split(text[:LONGEST_LINE])
    except ValueError as error:
        raise SetupError(f"fault {text!r}: {error}") from None
    layer = words.pop(0) if words and words[0] in REGISTRIES else "sip"
    registry = REGISTRIES[layer]
    kind = registry.get(words[0]) if words else None
    if kind is None or len(text) > LONGEST_LINE:
        known = "; ".join(f"{name} {', '.join(each)}" for name, each in REGISTRIES.items())
        raise SetupError(f"fault {text[:80]!r}: write one of {known}, such as `sip drop 30% from phone`")
    given = _values(text, words[1:], kind)
    adapter: TypeAdapter[Any] = TypeAdapter(list[kind], config=ConfigDict(extra="forbid"))  # type: ignore[valid-type]
    try:
        found: list[Occasion] = adapter.validate_python([given])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "".join(f"`{each}`: " for each in first["loc"][1:2])
        raise SetupError(f"fault {text!r}: {place}{in_words(first)}") from None
    if layer == "rtp" and NOT_OF_RTP & set(given):
        raise SetupError(f"fault {text!r}: `of` and `over` are of messages of SIP, and RTP has none")
    _check_methods(text, found[0])
    return layer, found[0]


def _check_methods(text: str, fault: Occasion) -> None:
    """See that no method is misspelt, of which nothing would ever befall anybody; one that is nobody's may be meant."""
    for kind in sorted(fault.of) if isinstance(fault, Fault) else ():
        method = kind.rpartition(" ")[2]
        close = difflib.get_close_matches(method, METHODS, n=1, cutoff=0.6)
        if method.isalpha() and method not in METHODS and close:
            raise SetupError(f"fault {text!r}: there is no method `{method}`; did you mean `{close[0]}`?")


def _values(text: str, words: list[str], kind: type[Any]) -> dict[str, Any]:
    """Return the values that the words after a fault's own give; 30% is short for `chance 0.3`."""
    types = {_called(each): str(each.type) for each in fields(kind)}
    given: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        if (word if word in types else "chance") in given:
            raise SetupError(f"fault {text!r}: `{word}` comes twice")
        if word.endswith("%"):
            try:
                given["chance"] = str(float(word[:-1]) / 100)
            except ValueError:
                raise SetupError(f"fault {text!r}: {word} is not a percentage") from None
            continue
        value = next(rest, None)
        if word not in types:
            raise SetupError(f"fault {text!r}: unknown word `{word}`; known are {', '.join(types)}")
        if value is None:
            raise SetupError(f"fault {text!r}: `{word}` needs a value")
        given[word] = value.split(",") if types[word].startswith("frozenset") else value
    return given


def _called(of: Field[Any]) -> str:
    """Return the word by which a line names a value."""
    name: str = of.metadata.get("alias", of.name)
    return name


def written(fault: Occasion, layer: str = "sip") -> str:
    """Return a fault as the line that `parsed` reads; of what it befalls, unless that is webhooks."""
    layer = "webhook" if isinstance(fault, WebhookFault) else layer
    word = next(word for word, kind in REGISTRIES[layer].items() if type(fault) is kind)
    parts = [layer, word]
    for each in fields(fault):
        value = getattr(fault, each.name)
        default = each.default_factory() if each.default_factory is not MISSING else each.default
        if value == default or each.name.startswith("_"):
            continue
        if each.name == "chance":
            percent = f"{value * 100:.12g}"
            parts += [f"{percent}%"] if float(percent) / 100 == value else ["chance", repr(value)]
            continue
        shown = ",".join(sorted(value)) if isinstance(value, frozenset) else _number(value)
        parts += [_called(each), shlex.quote(shown)]
    return " ".join(parts)


def _number(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)
