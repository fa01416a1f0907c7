"""Call queues, by name."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind, kept
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Queue
from sipdomain.twilio.store.table import Table
from sipdomain.twiml.meeting import LARGEST_QUEUE

USUAL_SIZE: Final = 1000


QUEUE: Final = Kind(
    name="queue",
    model=Queue,
    prefix="QU",
    most="queues",
    full=kept("queues"),
    # That upper and lower case make two names is assumed.
    once=lambda each: (each.friendly_name, each.account_sid),
)


class Queues(Table[Queue]):
    """All queues, by account and by name.

    Source: https://www.twilio.com/docs/voice/api/queue-resource
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        super().__init__(QUEUE, ids, limits, changes)

    def create(
        self, account_sid: str, friendly_name: str, *, max_size: int = USUAL_SIZE, now: float
    ) -> Queue:
        """Make an empty queue.

        Args:
            account_sid: The owner.
            friendly_name: 1 to 64 characters, unique in the account.
            max_size: How many calls may wait in it, 1 to 5,000.
            now: Unix seconds.

        Raises:
            RestError: 20002 a wrong name, 22003 a taken one, 20422 a wrong size; without a code, too many queues.
        """
        self._check_name(account_sid, friendly_name)
        _check_size(max_size)
        return self.make(account_sid, now=now, friendly_name=friendly_name, max_size=max_size)

    def _check_name(self, account_sid: str, name: str) -> None:
        checks.friendly_name(name, most=64, code=20002)
        if self.named(account_sid, name) is not None:
            raise checks.refused(22003, f"Queue with the given name already exists: {name}")

    def named(self, account_sid: str, name: str) -> Queue | None:
        """Return an account's queue of that exact name, or None."""
        return self.known_by(name, account_sid)

    def update(
        self,
        account_sid: str,
        sid: str,
        *,
        friendly_name: str | None = None,
        max_size: int | None = None,
        now: float,
    ) -> Queue:
        """Change a queue; what is None stays. Raises RestError 20404, 20002, 22003 or 20422."""
        found = self.fetch(account_sid, sid)
        name = found.friendly_name if friendly_name is None else friendly_name
        size = found.max_size if max_size is None else max_size
        if name != found.friendly_name:
            self._check_name(account_sid, name)
        _check_size(size)
        return self.change(found, now=now, friendly_name=name, max_size=size)


def _check_size(size: int) -> None:
    if not 1 <= size <= LARGEST_QUEUE:
        raise checks.refused(20422, f"MaxSize must be from 1 to {LARGEST_QUEUE} (got {size})")
