"""Prints each call's ladder when it is over, and each refusal and registration as it happens."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final, TextIO

from sipdomain.cli.line_shares import WINDOW, LineShares
from sipdomain.cli.standard_streams import is_ascii_only
from sipdomain.entries import (
    Alert,
    CallChanged,
    Decision,
    Entry,
    Injected,
    Note,
    Registered,
    SipMessage,
    Unregistered,
)
from sipdomain.families import families_in
from sipdomain.journal import Journal
from sipdomain.mask import masking, printable
from sipdomain.report.ladder.model import ladders_in_steps
from sipdomain.report.ladder.text import lines
from sipdomain.report.ladder.words import injected
from sipdomain.report.moment import moment
from sipdomain.runtime.slices import joined
from sipdomain.sip.sources import Shares, source_of
from sipdomain.twilio.store.call_records import FINAL

SETTLE: Final = 0.5
"""How long after its end a call's last callbacks are waited for, in seconds."""
_mask = masking(())
MOST_PEERS: Final = 2_000
"""Of how many calls it is known where their messages came from; the oldest goes first."""
MOST_DIAGNOSED: Final = 100
"""Of how many refused signatures it is known that they were printed in full; the oldest goes first."""
_RECENT: Final = 32
_LONGEST_KEY: Final = 256
MOST_WATCHED: Final = 200
"""How many calls' ladders may wait to be printed, shared among the sources: nobody could read more."""


class Watch:
    """Follows a journal and writes what a person at a terminal wants to see."""

    def __init__(
        self, journal: Journal, stream: TextIO, *, ladders: bool = True, wall_offset: float | None = None
    ) -> None:
        """Begin to follow.

        Args:
            journal: What is followed.
            stream: Where to write.
            ladders: Whether calls' ladders are printed.
            wall_offset: What to add to the run's clock for seconds since 1970; by default that of the monotonic clock.
        """
        self._journal = journal
        self._stream = stream
        self._over: asyncio.Queue[tuple[str, float, str]] = asyncio.Queue(MOST_WATCHED)
        self._waiting = Shares(MOST_WATCHED)
        self._lines = LineShares(self._report_left_out)
        self._ladders = ladders
        self._ascii = is_ascii_only(stream)
        self._wall_offset = _offset() if wall_offset is None else wall_offset
        self._recent: deque[SipMessage] = deque(maxlen=_RECENT)
        self._peers: OrderedDict[str, str] = OrderedDict()
        self._diagnosed: OrderedDict[bytes, None] = OrderedDict()
        # What happened while this was imported is printed too.
        for entry in journal:
            self._look(entry)
        journal.listen(self._look)

    def _look(self, entry: Entry) -> None:
        match entry:
            case SipMessage(owner="cloud"):
                self._recent.append(entry)
            case Decision(check="signature"):
                self._doctor(entry)
            case Decision(outcome="refused" | "dropped"):
                words = (
                    f"{entry.method} {entry.outcome}: {entry.reason} · got {entry.got or '-'} · {entry.mend}"
                )
                self._say(entry.at, entry.call_id, words)
            case Decision(outcome="challenged", reason="challenged-again"):
                self._say(
                    entry.at,
                    entry.call_id,
                    f"{entry.method} challenged again: got {entry.got} · {entry.mend}",
                )
            case Decision(outcome="noted", code=int(code)) if code:
                self._say(
                    entry.at, entry.call_id, f"{entry.method} noted {code}: got {entry.got} · {entry.mend}"
                )
            case CallChanged():
                # Kept for what is printed later, when the call's messages are no longer the latest.
                self._peer(entry.call_id)
                if entry.status in FINAL and self._ladders and self._is_family_over(entry.call_id):
                    self._await_ladder(self._journal.families.root(entry.call_id))
            case Registered():
                words = f"registered: {entry.user} at {entry.contact} for {entry.expires:g} s · bindings {entry.bindings}"
                self._say(entry.at, entry.call_id, words, entry.received)
            case Unregistered():
                words = f"unregistered: {entry.user} at {entry.contact}, {entry.cause} · bindings {entry.bindings}"
                self._say(entry.at, entry.call_id, words)
            case Alert():
                self._say(entry.at, entry.call_id, f"{entry.level} {entry.code}: {entry.text}")
            case Injected() | Note():
                words = (
                    injected(entry) if isinstance(entry, Injected) else f"note: {entry.source}: {entry.text}"
                )
                self._say(entry.at, getattr(entry, "call_id", ""), words)
            case _:
                pass

    def _is_family_over(self, call_id: str) -> bool:
        """Whether a call that is over, all its legs, and whoever dialled it are over: they are one picture."""
        others = [each for each in self._journal.families.of(call_id) if each != call_id]
        return all(
            any(
                isinstance(each, CallChanged) and each.status in FINAL
                for each in self._journal.of_call(other)
            )
            for other in others
        )

    def _await_ladder(self, call_id: str) -> None:
        """Let a call's ladder be printed soon, within the share of whoever called."""
        source = self._source(call_id)
        if self._waiting.allows(source):
            self._waiting.take(source)
            self._over.put_nowait((call_id, asyncio.get_running_loop().time(), source))

    def _source(self, call_id: str, peer: str = "") -> str:
        """Return whose doing the entry is that is just being printed."""
        known = self._journal.source
        if known:
            return known
        peer = peer or self._peer(call_id)
        return source_of(peer.rpartition(":")[0].strip("[]")) if peer else ""

    def _report_left_out(self, at: float, source: str, count: int) -> None:
        said = f"{count} more line{'s' if count != 1 else ''} about it left out, of up to {WINDOW:g} s"
        print(f"{moment(at + self._wall_offset)}  {source}  {said}", file=self._stream, flush=True)

    def _doctor(self, entry: Decision) -> None:
        """Print a refused signature, in full once for each way in which a URL was signed."""
        known = blake2b(entry.wanted.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        again = known in self._diagnosed
        self._diagnosed[known] = None
        if len(self._diagnosed) > MOST_DIAGNOSED:
            self._diagnosed.popitem(last=False)
        said = "answered 403 to a signed request"
        self._say(entry.at, entry.call_id, f"the application {said}{', as before' if again else ''}:")
        for words in (f"signed {entry.got}", *(() if again else (entry.wanted, entry.mend))):
            self._say(entry.at, entry.call_id, words)

    def _say(self, at: float, call_id: str, words: str, peer: str = "") -> None:
        """Write a line: time of day, the peer's address and what happened, and the Call-ID where there is one."""
        if not self._lines.allows(self._source(call_id, peer), at):
            return
        about = f" · call {call_id}" if call_id else ""
        line = f"{peer or self._peer(call_id) or '-'}  {words.strip()}{about}"
        print(f"{moment(at + self._wall_offset)}  {printable(_mask(line))}", file=self._stream, flush=True)

    def _peer(self, call_id: str) -> str:
        """Return the HOST:PORT that a call's latest message came from or went to, or "" when nobody knows."""
        if not call_id:
            return ""
        known = self._peers.get(call_id)
        if known is None:
            wanted = call_id.encode("utf-8", "replace")
            found = (
                each for each in reversed(self._recent) if wanted in each.data and _belongs(each, call_id)
            )
            known = next((each.remote for each in found), "")
            if known and len(call_id) <= _LONGEST_KEY:
                self._peers[call_id] = known
                if len(self._peers) > MOST_PEERS:
                    self._peers.popitem(last=False)
        return known

    async def run(self) -> None:
        """Print ladders, and what was left out, for as long as the program runs."""
        reporting = asyncio.create_task(self._report_in_time())
        try:
            await self._print_ladders()
        finally:
            reporting.cancel()
            self._lines.finish(self._now())

    async def _report_in_time(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            self._lines.settle(self._now())

    def _now(self) -> float:
        """Return the moment on the run's clock."""
        return time.time() - self._wall_offset

    async def _print_ladders(self) -> None:
        while True:
            call_id, ended_at, source = await self._over.get()
            await asyncio.sleep(ended_at + SETTLE - asyncio.get_running_loop().time())
            self._waiting.give_back(source)
            if self._waiting.of(source) > MOST_WATCHED // 2:
                continue
            entries = self._journal.of_family(call_id)
            drawn = pieces(entries, call_id, ascii_only=self._ascii, wall_offset=self._wall_offset)
            # In slices, as there is audio to send; it is printed as one.
            made = [piece async for piece in joined(drawn)]
            if any(made):
                print("\n", *made, sep="", file=self._stream, flush=True)


def pieces(
    entries: Sequence[Entry], call_id: str, *, ascii_only: bool = False, wall_offset: float | None = None
) -> Iterator[str]:
    """Yield the ladder of the family of a SIP Call-ID in small pieces, some empty; nothing when no entry is of it."""
    offset = _offset() if wall_offset is None else wall_offset
    family = families_in(entries).of(call_id)
    found = yield from ladders_in_steps(
        [each for each in entries if getattr(each, "call_id", None) in family]
    )
    before = ""
    for ladder in found:
        for line in lines(ladder, ascii_only=ascii_only, wall_offset=offset):
            yield f"{before}{line}"
            before = "\n"
        before = "\n\n"


def picture(entries: Sequence[Entry], call_id: str) -> str:
    """Return the ladder of a SIP Call-ID as text, or "" when no entry is of it."""
    return "".join(pieces(entries, call_id))


def _offset() -> float:
    return time.time() - time.monotonic()


def _belongs(entry: Entry, call_id: str) -> bool:
    return getattr(entry, "call_id", None) == call_id
