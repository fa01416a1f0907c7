"""What a call's webhooks were asked, and what they answered, request by request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.entries import Entry, HttpAnswered, HttpRequested
from sipdomain.mask import Mask, printable

LONGEST_BODY: Final = 30
"""How many lines of an answer are shown."""
LONGEST_LINE: Final = 200
"""How many characters of a line are shown."""


def webhooks(entries: Sequence[Entry], mask: Mask) -> Iterator[str]:
    """Yield lines for people: each request with its parameters, and below it the answer.

    Args:
        entries: A run's journal.
        mask: Hides what nobody should read.
    """
    answers = {each.token: each for each in entries if isinstance(each, HttpAnswered)}
    for entry in entries:
        if isinstance(entry, HttpRequested):
            for line in _exchange(entry, answers.get(entry.token)):
                yield _short(mask(printable(line))).rstrip()


def _exchange(asked: HttpRequested, answer: HttpAnswered | None) -> Iterator[str]:
    yield f"{asked.method} {asked.url}  ({asked.purpose})"
    width = max((len(name) for name, _ in asked.parameters), default=0)
    for name, value in asked.parameters:
        yield f"    {name:<{width}}  {value}"
    if answer is None:
        yield "  no answer yet"
        return
    took = f"{(answer.at - asked.at) * 1000:.0f} ms"
    if answer.error:
        yield f"  {answer.error_code or ''} {answer.error} after {took}".replace("   ", "  ")
    if not answer.status:
        return
    yield f"  {answer.status} {answer.content_type or 'no Content-Type'}, {answer.size} bytes in {took}"
    lines = answer.body.decode("utf-8", "replace").splitlines() if _is_text(answer.content_type) else []
    yield from (f"    {line}" for line in lines[:LONGEST_BODY])
    if len(lines) > LONGEST_BODY:
        yield f"    … {len(lines) - LONGEST_BODY} lines more"


def _is_text(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind.endswith(("xml", "json"))


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
