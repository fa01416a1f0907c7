"""Prints each call's ladder when it is over, and each refusal with its reason as it happens."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Final, TextIO

from harness.journal import (
    Alert,
    CallChanged,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    Journal,
    Note,
    SipMessage,
)
from harness.mask import masking, printable
from harness.report.ladder.model import ladders
from harness.report.ladder.text import text

_FINAL: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
SETTLE: Final = 0.5
"""How long after its end a call's last callbacks are waited for, in seconds."""
_CALL_ID: Final = re.compile(rb"^(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_mask = masking(())
MOST_WATCHED: Final = 200
"""Past this many calls at once no ladder is printed: nobody could read them."""


class Watch:
    """Follows a journal and writes what a person at a terminal wants to see."""

    def __init__(self, journal: Journal, stream: TextIO, *, ladders: bool = True) -> None:
        self._journal = journal
        self._stream = stream
        self._over: asyncio.Queue[tuple[str, float]] = asyncio.Queue(MOST_WATCHED)
        self._ladders = ladders
        self._ascii = not (getattr(stream, "encoding", "") or "").lower().startswith("utf")
        journal.listen(self._look)

    def _look(self, entry: Entry) -> None:
        match entry:
            case Decision(outcome="refused" | "dropped"):
                self._say(f"{entry.outcome}: {entry.reason} · got {entry.got or '-'} · {entry.mend}")
            case CallChanged(status=status) if status in _FINAL and self._ladders and not self._over.full():
                self._over.put_nowait((entry.call_id, asyncio.get_running_loop().time()))
            case Alert():
                self._say(f"{entry.level} {entry.code}: {entry.text}")
            case Note():
                self._say(f"note: {entry.source}: {entry.text}")
            case _:
                pass

    def _say(self, words: str) -> None:
        print(printable(_mask(words)), file=self._stream, flush=True)

    async def run(self) -> None:
        """Print ladders for as long as the program runs."""
        while True:
            call_id, ended_at = await self._over.get()
            await asyncio.sleep(ended_at + SETTLE - asyncio.get_running_loop().time())
            if self._over.qsize() > MOST_WATCHED // 2:
                continue
            entries = [each for each in self._journal if _belongs(each, call_id)]
            for ladder in ladders(entries):
                print(f"\n{text(ladder, ascii_only=self._ascii)}", file=self._stream, flush=True)


def picture(entries: Sequence[Entry], call_id: str) -> str:
    """Return the ladder of a SIP Call-ID as text, or "" when no entry is of it."""
    found = ladders([each for each in entries if _belongs(each, call_id)])
    return "\n\n".join(printable(_mask(text(each))) for each in found)


def _belongs(entry: Entry, call_id: str) -> bool:
    if isinstance(entry, CallChanged | Decision | HttpRequested | HttpAnswered | Alert):
        return entry.call_id == call_id
    if isinstance(entry, SipMessage):
        found = _CALL_ID.search(entry.data)
        return found is not None and found[1].decode("utf-8", "replace").strip() == call_id
    return getattr(entry, "call_id", "") == call_id
