"""The voice of a leg: what was said to its end, the keys that the emulator heard, and what happened in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from sipdomain.entries import Entry
from sipdomain.scenario.expect.finding import Finding, Standing, complete, fate, listed
from sipdomain.scenario.expect.progress import unless_lost
from sipdomain.scenario.keys import Keys
from sipdomain.scenario.lengths import Length
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Strict, Text, fits
from sipdomain.scenario.world import PhoneCall
from sipdomain.transcript import EMULATOR, Line, in_words, line_of
from sipdomain.voice_entries import KeyHeard, Played

MOST_SHOWN = 30
"""How many lines of a transcript a failure shows; the newest stay."""


class Happening(Strict):
    """One line of a transcript."""

    says: Text | None = Field(None, description="Words that were said, to their end or not.")
    by: str | None = Field(
        None, description="Who said them: `emulator`, or the name of a phone; else anybody."
    )
    plays: Text | None = Field(None, description="The URL of a file that was played, or its path.")
    sends: Text | None = Field(None, description="The keys that the emulator played, as in `digits`.")
    presses: Keys | None = Field(
        None, description="Keys that it heard one after another, with no other between."
    )
    hears: Text | None = Field(None, description="Words that a `<Gather>`, a relay or a transcription heard.")
    records: Length | None = Field(None, description="How long a recording was before silence was cut off.")
    joins: Text | None = Field(None, description="With whom the leg came together: `conference NAME`, …")
    leaves: Text | None = Field(None, description="From whom it went: `conference NAME`, …")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Happening:
        acts = [name for name in self.model_fields_set if name != "by"]
        if len(acts) != 1:
            raise ValueError(
                "exactly one of says, plays, sends, presses, hears, records, joins and leaves is needed"
            )
        if self.by is not None and self.says is None:
            raise ValueError("by stands beside says only")
        return self

    def __str__(self) -> str:
        return " ".join(f"{name} {getattr(self, name)}" for name in ACTS if name in self.model_fields_set)

    def filled(self, stage: Stage) -> Happening:
        """Return it with what was saved in place of each ${name}."""
        texts = {
            name: stage.memory.fill(value)
            for name in self.model_fields_set
            if isinstance(value := getattr(self, name), str)
        }
        return self.model_copy(update=texts)

    def fits(self, line: Line) -> bool:
        """Return whether a line is the one wanted; for keys, whether it is the first of them."""
        match line.act:
            case "says":
                return self.says is not None and self.by in {None, line.who} and fits(self.says, line.text)
            case "plays":
                return self.plays is not None and any(
                    fits(self.plays, each) for each in _spellings(line.text)
                )
            case "sends":
                return self.sends is not None and fits(self.sends, line.text)
            case "presses":
                return self.presses is not None and self.presses[0] == line.text
            case "hears":
                return self.hears is not None and fits(self.hears, line.text)
            case "records":
                return self.records is not None and line.until is not None and self.records.has(line.length)
            case "joins":
                return self.joins is not None and fits(self.joins, f"{line.company} {line.text}")
            case "leaves":
                return self.leaves is not None and fits(self.leaves, f"{line.company} {line.text}")
            case _:
                return False


ACTS = ("says", "by", "plays", "sends", "presses", "hears", "records", "joins", "leaves")


def said(stage: Stage, call: PhoneCall, wanted: Text) -> Finding:
    """Expect that something was said to its end in a leg, by the emulator or by the phone."""
    played = [each for each in stage.seen(call, Played) if each.what == "words"]
    whole = [*call.said, *(each.text for each in played if each.whole)]
    if any(fits(wanted, each) for each in whole):
        standing = Standing.MET
    else:
        is_lost = stage.is_over(call) or any(fits(wanted, each) for each in call.not_said)
        standing = Standing.LOST if is_lost else Standing.OPEN
    close = get_close_matches(str(wanted), whole, n=1, cutoff=0.0)
    got = f"“{close[0]}”" if close else "nothing was said to its end"
    near = (
        *(f"not said: {name}: {why}" for name, why in call.not_said.items()),
        *(f"said to its end: “{each}”" for each in whole if each not in close),
        *(
            f"stopped after {each.at - each.began_at:.1f} s: “{each.text}”"
            for each in played
            if not each.whole
        ),
        fate(call),
    )
    return Finding(standing, "said", f"“{wanted}” said to its end", got, near)


def pressed(stage: Stage, call: PhoneCall, wanted: str) -> Finding:
    """Expect that the emulator heard exactly these keys of a leg, in order."""
    heard = stage.seen(call, KeyHeard)
    keys = "".join(each.key for each in heard)
    near = tuple(f"nothing waited for the key {each.key}" for each in heard if not each.awaited)
    return unless_lost(
        stage, call, Finding(complete(wanted, keys), "pressed", wanted or "none", keys or "none", near)
    )


def transcript(stage: Stage, call: PhoneCall, wanted: Sequence[Happening]) -> Finding:
    """Expect that all this happened in a leg in this order, whatever happened between."""
    lines = sorted(_lines(stage, call), key=lambda line: line.at)
    after = 0
    for number, happening in enumerate(wanted):
        place = _place(happening, lines, after)
        if place is None:
            return _missing(stage, call, wanted, number, lines, after)
        after = place
    return Finding(Standing.MET, "transcript", listed(wanted), listed(wanted))


def _lines(stage: Stage, call: PhoneCall) -> Iterator[Line]:
    return filter(None, map(line_of, stage.seen(call, Entry)))


def _place(happening: Happening, lines: Sequence[Line], after: int) -> int | None:
    """Return the place behind the first line from `after` on that fits, or None."""
    for place in range(after, len(lines)):
        if happening.fits(lines[place]):
            end = _behind_keys(happening.presses, lines, place) if happening.presses else place + 1
            if end is not None:
                return end
    return None


def _behind_keys(keys: str, lines: Sequence[Line], place: int) -> int | None:
    """Return the place behind the last of some keys, when they and no others follow each other from a place on."""
    pressed = [number for number in range(place, len(lines)) if lines[number].act == "presses"][: len(keys)]
    return pressed[-1] + 1 if "".join(lines[number].text for number in pressed) == keys else None


def _missing(
    stage: Stage, call: PhoneCall, wanted: Sequence[Happening], number: int, lines: Sequence[Line], after: int
) -> Finding:
    shown = [in_words(each) for each in lines]
    missing = wanted[number]
    behind = f" after `{wanted[number - 1]}`" if number else ""
    got = f"item {number + 1} of {len(wanted)}, `{missing}`, did not come{behind}"
    if _place(missing, lines[:after], 0) is not None:
        got += "; it came before"
    close = get_close_matches(f"{EMULATOR} {missing}", shown, n=1, cutoff=0.3)
    near = (*(f"nearest: {each}" for each in close), *shown[-MOST_SHOWN:], fate(call))
    return unless_lost(stage, call, Finding(Standing.OPEN, "transcript", listed(wanted), got, near))


def _spellings(url: str) -> tuple[str, ...]:
    """Return a URL, its path with the query, and its path."""
    parts = urlsplit(url)
    return url, f"{parts.path}?{parts.query}", parts.path
