"""A transcript as JSON, in small pieces: a long call has thousands of lines."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from typing import Final

from sipdomain.entries import Entry
from sipdomain.mask import json_line, masking
from sipdomain.transcript import Carried, Leg, Line, Transcript, transcript_in_steps

_hide: Final = masking(())


def in_json(entries: Sequence[Entry], call_id: str, sid: str) -> Iterator[str]:
    """Yield the JSON of a transcript in pieces, some of them empty, without what has the form of a credential.

    Args:
        entries: Those of the call's family.
        call_id: The SIP Call-ID of the call that was asked for.
        sid: Its SID.
    """
    transcript = yield from _made(entries, call_id)
    yield json_line({"call_sid": sid}, _hide)[:-1]
    yield from _member("legs", transcript.legs)
    yield from _member("lines", transcript.lines)
    yield from _member("verbs", transcript.verbs)
    yield "}"


def _made(entries: Sequence[Entry], call_id: str) -> Generator[str, None, Transcript]:
    """Return the transcript in small steps, each of which yields an empty text."""
    steps = transcript_in_steps(entries, call_id)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: Transcript = stop.value
            return found
        yield ""


def _member(name: str, items: Sequence[Leg | Line | Carried]) -> Iterator[str]:
    yield f', "{name}": ['
    for number, item in enumerate(items):
        yield f"{', ' if number else ''}{json_line(asdict(item), _hide)}"
    yield "]"
