"""Call queues, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.model import Limits, Queue
from sipdomain.twilio.store.table import Table

USUAL_SIZE: Final = 1000
LARGEST_SIZE: Final = 5000


class Queues:
    """All queues, by account and by name.

    Source: https://www.twilio.com/docs/voice/api/queue-resource
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        self._ids = ids
        self._limits = limits
        self._queues: Table[Queue] = Table("queue", changes)
        self._by_name: dict[tuple[str, str], Queue] = {}

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
        if self._queues.count(account_sid) >= self._limits.queues:
            raise checks.too_many("queues", self._limits.queues)
        queue = Queue(
            sid=self._ids.new("QU"),
            number=self._queues.next_number(),
            account_sid=account_sid,
            created_at=now,
            updated_at=now,
            friendly_name=friendly_name,
            max_size=max_size,
        )
        self.put(queue)
        return queue

    def _check_name(self, account_sid: str, name: str) -> None:
        checks.friendly_name(name, most=64, code=20002)
        # That upper and lower case make two names is assumed.
        if (account_sid, name) in self._by_name:
            raise checks.refused(22003, f"Queue with the given name already exists: {name}")

    def put(self, queue: Queue) -> None:
        """Keep a queue as it is, in place of one with its SID."""
        before = self._queues.find(queue.account_sid, queue.sid)
        if before is not None:
            del self._by_name[before.account_sid, before.friendly_name]
        self._queues.put(queue.account_sid, queue)
        self._by_name[queue.account_sid, queue.friendly_name] = queue

    def take_out(self, queue: Queue) -> None:
        """Take a queue out."""
        self._queues.remove(queue.account_sid, queue.sid)
        del self._by_name[queue.account_sid, queue.friendly_name]

    def __iter__(self) -> Iterator[Queue]:
        """Return all queues."""
        return iter(self._queues)

    def named(self, account_sid: str, name: str) -> Queue | None:
        """Return an account's queue of that exact name, or None."""
        return self._by_name.get((account_sid, name))

    def fetch(self, account_sid: str, sid: str) -> Queue:
        """Return a queue, or raise RestError 20404."""
        return self._queues.fetch(account_sid, sid)

    def of(self, account_sid: str) -> list[Queue]:
        """Return an account's queues, oldest first."""
        return self._queues.of(account_sid)

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
        found = self._queues.fetch(account_sid, sid)
        name = found.friendly_name if friendly_name is None else friendly_name
        size = found.max_size if max_size is None else max_size
        if name != found.friendly_name:
            self._check_name(account_sid, name)
        _check_size(size)
        changed = replace(found, friendly_name=name, max_size=size, updated_at=now)
        self.put(changed)
        return changed

    def delete(self, account_sid: str, sid: str) -> None:
        """Delete a queue, or raise RestError 20404."""
        self.take_out(self._queues.fetch(account_sid, sid))


def _check_size(size: int) -> None:
    if not 1 <= size <= LARGEST_SIZE:
        raise checks.refused(20422, f"MaxSize must be from 1 to {LARGEST_SIZE} (got {size})")
