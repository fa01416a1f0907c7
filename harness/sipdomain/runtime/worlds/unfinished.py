"""What is still going on in a world: whether anything is, and its name where it goes on for too long."""

from __future__ import annotations

from collections.abc import Iterator

from sipdomain.entries import CallChanged, HttpAnswered, HttpRequested, Note
from sipdomain.journal import Journal
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.store.call_records import FINAL


def is_idle(emulator: Emulator, under_way: int) -> bool:
    """Return whether nothing more is to come: no message, call, recording, request of ours or of a webhook is open.

    Args:
        emulator: The emulator.
        under_way: How many SIP messages have not arrived yet.
    """
    return not (under_way or emulator.waiting_for_bye or emulator.census.exchanges)


def note_unfinished(journal: Journal, emulator: Emulator, under_way: int, now: float) -> None:
    """Write into the journal what does not come to its end in a world that is closed; nothing when all did."""
    if not is_idle(emulator, under_way):
        for what in tuple(_unfinished(journal, emulator, under_way)):
            journal.append(Note(at=now, source="world", text=f"closed before its end: {what}"))


def _unfinished(journal: Journal, emulator: Emulator, under_way: int) -> Iterator[str]:
    statuses = {each.call_sid: each.status for each in journal.select(CallChanged)}
    yield from (f"call {sid}, {status}" for sid, status in statuses.items() if status not in FINAL)
    answered = {each.token for each in journal.select(HttpAnswered)}
    for asked in journal.select(HttpRequested):
        if asked.token not in answered:
            yield f"{asked.method} {asked.url} ({asked.purpose}) of call {asked.call_sid}"
    if emulator.open_recordings:
        yield f"recordings, {emulator.open_recordings}"
    elif emulator.waiting_for_bye and not emulator.open_calls:
        yield "a SIP request of the emulator, without an answer"
    if under_way:
        yield f"SIP messages on their way, {under_way}"
