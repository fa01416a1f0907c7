"""A transcript as JSON, in small pieces: a long call has thousands of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Final

from sipdomain.mask import json_line, masking
from sipdomain.transcript import Carried, Leg, Line, Transcript

_hide: Final = masking(())


def in_json(transcript: Transcript, sid: str) -> Iterator[str]:
    """Return the JSON of a transcript, without what has the form of a credential.

    Args:
        transcript: Of a call with its legs.
        sid: The SID of the call that was asked for.
    """
    head = json_line({"call_sid": sid}, _hide)[:-1]
    parts = (
        _member("legs", transcript.legs),
        _member("lines", transcript.lines),
        _member("verbs", transcript.verbs),
    )
    return chain((head,), *parts, ("}",))


def _member(name: str, items: Sequence[Leg | Line | Carried]) -> Iterator[str]:
    yield f', "{name}": ['
    for number, item in enumerate(items):
        yield f"{', ' if number else ''}{json_line(asdict(item), _hide)}"
    yield "]"
