"""Behaviours as plain values: `{"status": {"code": 503}}`, one of them or a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sipdomain.errors import SetupError
from sipdomain.twilio.behaviours import BEHAVIOURS
from sipdomain.twilio.behaviours.behaviour import Behaviour


def read_behaviours(value: Any) -> tuple[Behaviour, ...]:
    """Return the behaviours that plain values describe, in order.

    Raises:
        SetupError: They do not; the first mistake is named, with its place.
    """
    entries = value if isinstance(value, list | tuple) else [value]
    return tuple(_read(each, f"behaviours.{index}") for index, each in enumerate(entries))


def _read(entry: Any, place: str) -> Behaviour:
    # Those who ask for none do not pay for the import.
    from pydantic import TypeAdapter, ValidationError

    if isinstance(entry, Behaviour):
        return entry
    if not isinstance(entry, Mapping) or len(entry) != 1:
        raise SetupError(f'{place}: write one behaviour with its keys, such as {{"status": {{"code": 503}}}}')
    word, keys = next(iter(entry.items()))
    if word not in BEHAVIOURS:
        raise SetupError(
            f"{place}: there is no behaviour {str(word)[:60]!r}; there are {', '.join(BEHAVIOURS)}"
        )
    try:
        return TypeAdapter(BEHAVIOURS[word]).validate_python(keys if keys is not None else {})
    except ValidationError as error:
        from sipdomain.model_errors import in_words

        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in (place, word, *first["loc"]))
        raise SetupError(f"{where}: {in_words(first)}") from None
