"""A failed scenario in full: what was expected, what came, why the emulator decided so, and the ladder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sipdomain.errors import Position
from sipdomain.mask import Mask, masking, printable
from sipdomain.report.causes import explanation, field_of
from sipdomain.report.ladder import ladders, text
from sipdomain.report.ladder.text import WIDTH
from sipdomain.report.transcript import text as transcript_text
from sipdomain.scenario.mismatch import Mismatch
from sipdomain.scenario.runner import Result
from sipdomain.transcript import transcripts

_OF_THE_VOICE: Final = frozenset({"heard", "unheard", "recorded", "said", "pressed"})
"""Fields of `expect` that are about the voice; a `transcript` that is not met shows its lines itself."""


def failure(result: Result, *, ascii_only: bool = False, with_ladders: bool = True) -> str:
    """Return all that helps to fix a failed scenario; "" when it did not fail.

    Args:
        result: How it went.
        ascii_only: For terminals without UTF-8.
        with_ladders: Whether the ladders of the calls in question come last.
    """
    if not result.mismatches:
        return ""
    if not with_ladders:
        return reasons(result)
    concerned = calls_in_question(result)
    ladders = pictures(result, masking(result.secrets), concerned, ascii_only=ascii_only)
    return "\n\n".join([reasons(result), *ladders])


def calls_in_question(result: Result) -> set[str]:
    """Return the Call-IDs that what was not met is about; none where it is about no call."""
    return {each.call_id for each in result.mismatches if each.call_id}


def in_short(mismatch: Mismatch) -> str:
    """Return a mismatch in one line, not yet masked."""
    return f"{mismatch.path}: expected {mismatch.expected}, got {mismatch.got}"


def reasons(result: Result) -> str:
    """Return what was expected and what came, and why the emulator decided so; "" when it did not fail."""
    mask = masking(result.secrets)
    parts = [_safe(_mismatch(each), mask) for each in result.mismatches]
    concerned = calls_in_question(result)
    fields = {field_of(each.path) for each in result.mismatches}
    if lines := explanation(result.entries, fields, concerned):
        parts.append(_safe(["why the emulator decided so:", *lines], mask))
    if _OF_THE_VOICE & fields:
        parts += _voices(result, mask, concerned)
    return "\n\n".join(parts)


def pictures(
    result: Result, mask: Mask, concerned: set[str] | None = None, *, ascii_only: bool = False
) -> list[str]:
    """Return the ladders of a scenario's calls; of some only, when `concerned` names any."""
    return [
        # The console indents them.
        text(each, mask=mask, ascii_only=ascii_only, width=WIDTH - 2)
        for each in ladders(result.entries, result.calls)
        if not concerned or not each.call_ids.isdisjoint(concerned) or not each.call_id
    ]


def _voices(result: Result, mask: Mask, concerned: set[str]) -> Iterator[str]:
    """Yield the transcripts of the calls in question: what was said decides about what was heard."""
    for each in transcripts(result.entries):
        call_ids = {leg.call_id for leg in each.legs}
        if not concerned or not call_ids.isdisjoint(concerned):
            first = each.legs[0].call_id
            yield transcript_text(
                each, f"what was said in {result.calls.get(first) or 'the call'}:", mask=mask
            )


def _safe(lines: Iterable[str], mask: Mask) -> str:
    return "\n".join(printable(mask(line)) for line in lines)


def _mismatch(mismatch: Mismatch) -> Iterator[str]:
    yield f"error: {mismatch.path} is not met"
    if mismatch.where is not None:
        yield from _place(mismatch.where)
    yield f"  expected  {mismatch.expected}"
    yield f"  got       {mismatch.got}"
    for number, line in enumerate(mismatch.near):
        yield f"  {'' if number else 'seen':9} {line}"


def _place(where: Position) -> Iterator[str]:
    number = str(where.line)
    pad = " " * len(number)
    yield f"{pad}--> {where.file}:{where.line}:{where.column}"
    if where.source:
        yield f"{number} | {where.source}"
        yield f"{pad} | {' ' * (where.column - 1)}{'^' * max(1, where.length)}"
