"""The journal as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from sipdomain.entries import Entry, size_of
from sipdomain.journal import Journal
from sipdomain.runtime.http.control import line
from sipdomain.runtime.slices import joined

MOST_WAITING: Final = 1_000
"""How many entries may wait for a slow reader; then it is sent a notice, and disconnected."""
MOST_WAITING_BYTES: Final = 4 * 1024 * 1024
"""How many bytes of entries may wait for a slow reader; the same."""
_AT_ONCE: Final = 200
"""Entries that the journal still holds and that are looked up at once: it need not keep them for a slow reader."""
SIGN_OF_LIFE: Final = 15.0
"""After how much silence a comment is sent, in seconds."""
_GLANCE: Final = 1.0
"""How often it is looked whether the reader is still there, in seconds."""


async def stream_events(
    journal: Journal,
    last: str,
    write: Callable[[bytes], Awaitable[None]],
    has_left: Callable[[], bool] = lambda: False,
) -> None:
    """Write each entry as an event whose id is its number in the run, until the reader is too slow.

    Args:
        journal: What is streamed.
        last: The id of the last event that the reader has; what the journal still holds after it comes first.
            Without one, only what comes from now on.
        write: Sends bytes; raises ConnectionError when the reader is gone.
        has_left: Whether the reader is gone.
    """
    waiting: asyncio.Queue[tuple[int, Entry]] = asyncio.Queue(MOST_WAITING)
    slow, size = False, 0

    def listen(entry: Entry) -> None:
        nonlocal slow, size
        size += size_of(entry)
        slow = slow or waiting.full() or size > max(MOST_WAITING_BYTES, size_of(entry))
        if not slow:
            waiting.put_nowait((journal.last_number, entry))

    seen = int(last) if last.isascii() and last.isdecimal() and len(last) < 16 else journal.last_number
    here = journal.last_number
    stop = journal.listen(listen)
    try:
        await write(b": the journal of sipdomain\n\n")
        while not slow and (missed := [each for each in journal.numbered(seen, _AT_ONCE) if each[0] <= here]):
            seen = missed[-1][0]
            async for piece in joined(_event(*each) for each in missed):
                await write(piece.encode())
        silence = 0.0
        while not slow:
            try:
                async with asyncio.timeout(_GLANCE):
                    number, entry = await waiting.get()
            except TimeoutError:
                if has_left():
                    return
                silence += _GLANCE
                if silence >= SIGN_OF_LIFE:
                    silence = 0.0
                    await write(b": still here\n\n")
                continue
            silence = 0.0
            size -= size_of(entry)
            await write(_event(number, entry).encode())
        await write(b"event: lost\ndata: read too slowly; ask again with Last-Event-ID\n\n")
    finally:
        stop()


def _event(number: int, entry: Entry) -> str:
    return f"id: {number}\nevent: {type(entry).__name__}\ndata: {line(entry)}\n\n"
