"""The media streams of calls, and their recording sessions by SIPREC, as far as the REST API knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.twilio.store.bounded import Bounded, size_of_record

MOST: Final = 5_000
"""How many streams are kept; past that the oldest goes first."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""How many bytes they may have in all; past that the oldest goes first."""


@dataclass(slots=True, kw_only=True)
class StreamRecord:
    """A stream, or a recording session.

    Attributes:
        sid: MZ, of a recording session SR, and 32 hexadecimal digits.
        account_sid: Of the call.
        call_sid: The call.
        name: Its name, or "".
        status: Whether it goes on.
        updated_at: In Unix seconds.
    """

    sid: str
    account_sid: str
    call_sid: str
    name: str
    status: Literal["in-progress", "stopped"]
    updated_at: float


class StreamStore:
    """The latest streams, or recording sessions, of all calls; they end with the process."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: Bounded[str, StreamRecord] = Bounded(MOST, MOST_BYTES)

    def begin(self, sid: str, account_sid: str, call_sid: str, name: str, wall: float) -> StreamRecord:
        """Keep one that begins.

        Args:
            sid: Its SID.
            account_sid: Of the call.
            call_sid: The call.
            name: Its name, or "".
            wall: Now, in Unix seconds.
        """
        record = StreamRecord(
            sid=sid, account_sid=account_sid, call_sid=call_sid, name=name, status="in-progress", updated_at=wall
        )  # fmt: skip
        self._kept.put(sid, record, size_of_record(record))
        return record

    def find(self, call_sid: str, name: str) -> StreamRecord | None:
        """Return a stream of a call by its SID or its name, of several of one name the latest; or None."""
        found = None
        for each in self._kept:
            if each.call_sid == call_sid and name in {each.sid, each.name}:
                found = each
        return found

    def stopped(self, sid: str, wall: float) -> None:
        """Note the end of one; harmless when it is forgotten."""
        found = self._kept.get(sid)
        if found is not None:
            found.status, found.updated_at = "stopped", wall

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
