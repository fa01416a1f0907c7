"""What an account can look up of its past: alerts, and the changes made through the REST API, in two bounded logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from sipdomain.twilio.store.answered_requests import Exchanges
from sipdomain.twilio.store.bounded import size_of_record
from sipdomain.twilio.store.changes import Replaced
from sipdomain.twilio.store.history import History, PastKind
from sipdomain.twilio.store.user_messages import Subscriptions

MOST_BYTES: Final = 32 * 1024 * 1024
"""How many bytes the records of one log may have; past that the oldest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """Something that went wrong, as the provider's debugger shows it.

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


ALERT: Final = PastKind(name="alert", model=AlertRecord)
EVENT: Final = PastKind(name="event", model=EventRecord)

R = TypeVar("R", bound=AlertRecord | EventRecord)


class Log(History[R]):
    """Records in the order in which they came. Past `capacity`, or so many bytes, the oldest goes first."""

    def __init__(self, capacity: int = 10_000, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(capacity, most_bytes, size_of_record)

    @property
    def next_number(self) -> int:
        """The number of the next record."""
        return self.last + 1

    def of_account(self, account_sid: str, sid: str) -> R | None:
        """Return an account's record, or None when it has none of that SID."""
        record = self.find(sid)
        return record if record is not None and record.account_sid == account_sid else None


@dataclass(frozen=True, slots=True)
class Logs:
    """All logs of one emulator.

    Attributes:
        alerts: What went wrong.
        events: What was changed.
        exchanges: The HTTP requests about calls; they end with the process.
        subscriptions: To user-defined messages of calls; likewise.
    """

    alerts: Log[AlertRecord] = field(default_factory=Log)
    events: Log[EventRecord] = field(default_factory=Log)
    exchanges: Exchanges = field(default_factory=Exchanges)
    subscriptions: Subscriptions = field(default_factory=Subscriptions)

    def clear(self) -> tuple[Replaced, ...]:
        """Forget everything; return what is still to be freed."""
        self.exchanges.clear()
        self.subscriptions.clear()
        return *self.alerts.clear(), *self.events.clear()
