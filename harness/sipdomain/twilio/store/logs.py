"""What an account can look up of its past: alerts, and the changes made through the REST API, in two bounded logs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeVar

from sipdomain.twilio.store.answered_requests import Exchanges
from sipdomain.twilio.store.bounded import size_of_record

MOST_BYTES: Final = 32 * 1024 * 1024
"""How many bytes the records of one log may have; past that the oldest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """Something that went wrong, as the provider's debugger tells it.

    Attributes:
        sid: NO and 32 hexadecimal digits.
        number: Counts up in the order of arrival.
        account_sid: Whose domain or call it was.
        created_at: When it happened, in Unix seconds.
        code: The provider's error code.
        level: "error" or "warning".
        text: What happened.
        call_sid: The call, or "" when none was made.
        domain_sid: The SIP domain of a request that was refused, or "".
        method: "GET" or "POST" when it is about a URL, else "".
        url: The URL asked, without the provider's own parameters, or "".
        variables: These parameters, as a query string.
        headers: The request's header fields, as a query string.
        status: The HTTP status, or 0 when there was no answer.
        response_headers: The answer's header fields, as a query string.
        response_body: The begin of the answer's body.
    """

    sid: str
    number: int
    account_sid: str
    created_at: float
    code: int
    level: Literal["error", "warning"]
    text: str
    call_sid: str = ""
    domain_sid: str = ""
    method: str = ""
    url: str = ""
    variables: str = ""
    headers: str = ""
    status: int = 0
    response_headers: str = ""
    response_body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """A change that was made through the REST API.

    Attributes:
        sid: AE and 32 hexadecimal digits.
        number: Counts up in the order of arrival.
        account_sid: The owner of what changed.
        created_at: When, in Unix seconds.
        event_type: Such as "sip-domain.updated".
        resource_sid: What changed.
        resource_path: Where it is, such as "/2010-04-01/Accounts/AC…/SIP/Domains/SD…".
        actor_sid: The account whose credentials were used.
        source_ip_address: Where the request came from, or "" from within this process.
        properties: What it was and what it is, by the property's name: {"previous": …, "updated": …}.
    """

    sid: str
    number: int
    account_sid: str
    created_at: float
    event_type: str
    resource_sid: str
    resource_path: str
    actor_sid: str
    source_ip_address: str
    properties: dict[str, dict[str, Any]]


R = TypeVar("R", bound=AlertRecord | EventRecord)


def _nobody_asks(sid: str, before: object, after: object) -> None:
    """Take no notice."""


class Log(Generic[R]):
    """Records in the order in which they came. Past `capacity`, or so many bytes, the oldest goes first.

    Attributes:
        capacity: How many are kept.
        size: How many bytes are kept, as `size_of_record` counts them.
        note: Told of each record, how it was kept before and how it is now, None for not at all.
    """

    __slots__ = ("_last", "_most_bytes", "_records", "capacity", "note", "size")

    def __init__(self, capacity: int = 10_000, most_bytes: int = MOST_BYTES) -> None:
        self.capacity = capacity
        self._most_bytes = most_bytes
        self.size = 0
        self.note: Callable[[str, R | None, R | None], None] = _nobody_asks
        self._last = 0
        self._records: OrderedDict[str, R] = OrderedDict()

    @property
    def next_number(self) -> int:
        """The number of the next record."""
        return self._last + 1

    def add(self, record: R) -> None:
        """Keep a record; its number is above those of all others."""
        self._last = record.number
        self._records[record.sid] = record
        self.size += size_of_record(record)
        self.note(record.sid, None, record)
        while len(self) > self.capacity or (self.size > self._most_bytes and len(self) > 1):
            self.delete(next(iter(self._records)))

    def delete(self, sid: str) -> None:
        """Forget a record, if it is there."""
        record = self._records.pop(sid, None)
        if record is not None:
            self.size -= size_of_record(record)
            self.note(sid, record, None)

    def put_back(self, records: Iterable[R]) -> None:
        """Keep records that were deleted as if they had not been."""
        for each in records:
            self._records[each.sid] = each
            self.size += size_of_record(each)
        self._records = OrderedDict(sorted(self._records.items(), key=lambda each: each[1].number))

    def clear(self) -> None:
        """Forget all records."""
        for sid in list(self._records):
            self.delete(sid)

    def find(self, account_sid: str, sid: str) -> R | None:
        """Return an account's record, or None when it has none of that SID."""
        record = self._records.get(sid)
        return record if record is not None and record.account_sid == account_sid else None

    def newest_first(self, account_sid: str) -> Iterator[R]:
        """Return an account's records as they are now, the latest first; safe in another thread."""
        found = list(reversed(self._records.values()))
        return (each for each in found if each.account_sid == account_sid)

    def __len__(self) -> int:
        return len(self._records)


@dataclass(frozen=True, slots=True)
class Logs:
    """All logs of one emulator.

    Attributes:
        alerts: What went wrong.
        events: What was changed.
        exchanges: The HTTP requests about calls; they end with the process.
    """

    alerts: Log[AlertRecord] = field(default_factory=Log)
    events: Log[EventRecord] = field(default_factory=Log)
    exchanges: Exchanges = field(default_factory=Exchanges)

    def clear(self) -> None:
        """Forget everything."""
        self.alerts.clear()
        self.events.clear()
        self.exchanges.clear()
