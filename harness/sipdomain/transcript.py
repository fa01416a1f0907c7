"""What was said, played, pressed, heard and recorded in a call and its legs, with whom they were, and its verbs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.entries import CallBegan, CallChanged, Entry, PhoneEvent, VerbStarted
from sipdomain.families import families_in
from sipdomain.steps import Steps, drained
from sipdomain.voice_entries import CompanyChanged, KeyHeard, Played, PlayedKind, RecordingEnded, SpeechHeard

Act = Literal[
    "says",
    "plays",
    "sends",
    "beeps",
    "plays music",
    "rings",
    "presses",
    "hears",
    "records",
    "joins",
    "leaves",
]

_PLAYS: Final[dict[PlayedKind, Act]] = {
    "words": "says", "file": "plays", "keys": "sends", "beep": "beeps", "music": "plays music",
    "ringing": "rings",
}  # fmt: skip
EMULATOR: Final = "emulator"
_FEW: Final = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened to the voice of a leg.

    Attributes:
        at: When it began, in seconds of the run's clock.
        until: When it was over; None for what takes no time, and for what a phone says.
        leg: Which leg, in the order of their beginning, from 1.
        who: "emulator", "phone", or the name of the scripted phone that speaks.
        act: What was done.
        text: The words, the URL, the keys, the recording's SID, or with whom the leg was.
        note: What else there is to say, such as why it was not heard to its end; or "".
        company: With whom the leg was: "conference", "call" or "queue"; "" when it is not about that.
        length: How long it took in seconds, a recording without its pauses; 0 for what takes no time.
    """

    at: float
    until: float | None
    leg: int
    who: str
    act: Act
    text: str = ""
    note: str = ""
    company: str = ""
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class Carried:
    """A verb that was carried out.

    Attributes:
        at: When it began, in seconds of the run's clock.
        leg: On which leg, from 1.
        verb: Its name.
        text: Its text, at most 200 characters.
        line: The line of the document; 0 when it was never written.
        url: Where the document came from, or "".
    """

    at: float
    leg: int
    verb: str
    text: str
    line: int
    url: str


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg: the call itself, or one that it led to.

    Attributes:
        call_id: The SIP Call-ID.
        call_sid: Its SID, or "" when it is not known.
    """

    call_id: str
    call_sid: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """The voice of a call and all its legs.

    Attributes:
        legs: In the order of their beginning; the call itself first.
        lines: What happened, in the order in which it began.
        verbs: In the order in which they were carried out.
    """

    legs: tuple[Leg, ...]
    lines: tuple[Line, ...]
    verbs: tuple[Carried, ...]


def transcripts(entries: Iterable[Entry]) -> list[Transcript]:
    """Return the transcript of each call with its legs, in the order of their beginnings; without those that have none.

    Args:
        entries: A run's journal.
    """
    kept = tuple(entries)
    families = families_in(kept)
    by_root: dict[str, list[Entry]] = {}
    for each in kept:
        by_root.setdefault(families.root(getattr(each, "call_id", "")), []).append(each)
    began = {families.root(each.call_id) for each in kept if isinstance(each, CallBegan)}
    found = (transcript_of(own, root) for root, own in by_root.items() if root in began)
    return [each for each in found if each.lines or each.verbs]


def transcript_of(entries: Iterable[Entry], call_id: str) -> Transcript:
    """Return the transcript of the family of a call.

    Args:
        entries: Those of the family, or of the whole journal.
        call_id: The SIP Call-ID of the call, or of one of its legs.
    """
    return drained(transcript_in_steps(entries, call_id))


def transcript_in_steps(entries: Iterable[Entry], call_id: str) -> Steps[Transcript]:
    """Do as `transcript_of` in small steps: of a long call there are thousands of entries."""
    kept = tuple(entries)
    numbers = {each: number for number, each in enumerate(families_in(kept).of(call_id), 1)}
    sids: dict[str, str] = {}
    lines: list[Line] = []
    verbs: list[Carried] = []
    for place, entry in enumerate(kept):
        if place % _FEW == 0:
            yield
        leg = numbers.get(getattr(entry, "call_id", ""))
        if leg is None:
            continue
        if isinstance(entry, VerbStarted):
            verbs.append(Carried(entry.at, leg, entry.verb, entry.text, entry.line, entry.url))
        elif isinstance(entry, CallBegan | CallChanged):
            sids.setdefault(entry.call_id, entry.call_sid)
        elif (line := line_of(entry, leg)) is not None:
            lines.append(line)
    legs = tuple(Leg(call_id, sids.get(call_id, "")) for call_id in numbers)
    # What was played is written down at its end; of two of one moment the one that was written first comes first.
    return Transcript(legs, tuple(sorted(lines, key=lambda line: line.at)), tuple(verbs))


def line_of(entry: Entry, leg: int = 1) -> Line | None:
    """Return what an entry says of the voice, or None when it says nothing of it.

    Args:
        entry: Of a call.
        leg: Which leg of its family that call is.
    """
    act: Act
    match entry:
        case Played():
            notes = [
                "" if entry.whole else "stopped",
                f"to all of {entry.conference}" if entry.conference else "",
            ]
            note = ", ".join(filter(None, notes))
            act = _PLAYS[entry.what]
            length = entry.at - entry.began_at
            return Line(entry.began_at, entry.at, leg, EMULATOR, act, entry.text, note, "", length)
        case KeyHeard():
            note = "" if entry.awaited else "nothing waited for it"
            return Line(entry.at, None, leg, "phone", "presses", entry.key, note)
        case SpeechHeard():
            notes = [entry.by, "its own words" if entry.side == "outbound" else ""]
            length = entry.at - entry.began_at
            note = ", ".join(filter(None, notes))
            return Line(entry.began_at, entry.at, leg, EMULATOR, "hears", entry.text, note, "", length)
        case RecordingEnded():
            sid, length = entry.recording_sid, entry.length
            return Line(entry.began_at, entry.at, leg, EMULATOR, "records", sid, entry.text, "", length)
        case CompanyChanged():
            act = "joins" if entry.moved == "joined" else "leaves"
            return Line(entry.at, None, leg, "phone", act, entry.text, entry.detail, entry.company)
        case PhoneEvent(event="says"):
            return Line(entry.at, None, leg, entry.phone, "says", entry.detail)
        case _:
            return None


def in_words(line: Line) -> str:
    """Return what happened, without its time: `emulator says “Welcome” (1.2 s)`."""
    words = f"“{line.text}”" if line.act in {"says", "hears"} else line.text
    with_whom = f"{line.company} " if line.company else ""
    took = f"{line.length:.1f} s" if line.until is not None else ""
    notes = ", ".join(filter(None, (took, line.note)))
    said = f"{line.who} {line.act} {with_whom}{words}".rstrip()
    return f"{said} ({notes})" if notes else said
