"""A transcript as text: a line for each thing that was said, played, pressed, recorded, and for each verb."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sipdomain.mask import Mask, printable
from sipdomain.report.moment import moment
from sipdomain.transcript import Carried, Line, Transcript, in_words


def text(transcript: Transcript, title: str, *, mask: Mask, wall_offset: float | None = None) -> str:
    """Return a transcript in lines for people, whose times count from the first of them.

    Args:
        transcript: Of a call with its legs.
        title: What to call the call.
        mask: Hides what must be masked.
        wall_offset: What to add to the run's clock for Unix time; then times of day stand in place of seconds.
    """
    return "\n".join(printable(mask(line)) for line in _lines(transcript, title, wall_offset))


def _lines(transcript: Transcript, title: str, wall_offset: float | None) -> Iterator[str]:
    moments = [*(each.at for each in transcript.lines), *(each.at for each in transcript.verbs)]
    start = min(moments, default=0.0)

    def when(at: float) -> str:
        return f"{at - start:9.3f} s" if wall_offset is None else moment(at + wall_offset)

    yield title
    several = len(transcript.legs) > 1
    for number, leg in enumerate(transcript.legs, 1):
        yield f"  {f'leg {number}  ' if several else ''}{leg.call_sid or 'no SID'}  {leg.call_id}"
    for each in keys_together(transcript.lines):
        yield f"  {when(each.at)}  {f'leg {each.leg}  ' if several else ''}{_of_legs(in_words(each), transcript)}"
    if transcript.verbs:
        yield "  verbs:"
    for verb in transcript.verbs:
        yield f"  {when(verb.at)}  {f'leg {verb.leg}  ' if several else ''}{_carried(verb)}"


def _of_legs(words: str, transcript: Transcript) -> str:
    """Return words with the number of a leg in place of its SID."""
    for number, leg in enumerate(transcript.legs, 1):
        words = words.replace(f"call {leg.call_sid}", f"leg {number}") if leg.call_sid else words
    return words


def keys_together(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with keys that follow each other on one leg as one."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        if (
            last is not None
            and line.act == last.act == "presses"
            and (line.leg, line.note) == (last.leg, last.note)
        ):
            found[-1] = Line(last.at, None, last.leg, last.who, "presses", last.text + line.text, last.note)
        else:
            found.append(line)
    return found


def _carried(verb: Carried) -> str:
    where = f"line {verb.line}" if verb.line else ""
    place = ", ".join(filter(None, (where, f"of {verb.url}" if verb.url else "")))
    return f"{verb.verb} {verb.text}".rstrip() + (f"  ({place})" if place else "")
