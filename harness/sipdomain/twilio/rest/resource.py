"""What a resource of the API is: a path, a rendering, and up to five operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final, Generic, Literal, TypeVar

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rooms.orders import RoomSwitchboard
from sipdomain.twilio.store import Account, Record, Store
from sipdomain.twilio.store.answered_requests import Exchange
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.conferences import ConferenceRecord, ParticipantRecord
from sipdomain.twilio.store.logs import AlertRecord, EventRecord, Logs
from sipdomain.twilio.store.queue_lines import QueueMember
from sipdomain.twilio.store.recordings import RecordingRecord
from sipdomain.twilio.store.streams import StreamRecord
from sipdomain.twilio.store.transcriptions import TranscriptionRecord
from sipdomain.twilio.store.user_messages import UserMessage

VERSION: Final = "2010-04-01"
MONITOR: Final = "v1"
"""The version of the Monitor API, which stands before the paths of its resources."""
VOICE: Final = "v1"
"""The same of the Voice API; no resource of one is called as one of the other."""

FEW: Final = 500
"""Records that are looked at while the request waits; more are looked at step by step as the answer is made."""

T = TypeVar("T")


def passing(records: Iterable[T], holds: Callable[[T], bool]) -> Iterable[T | None]:
    """Return the records that pass a filter: of few at once, of many as they are gone through, None for each other."""
    rest = iter(records)
    first = list(islice(rest, FEW + 1))
    if len(first) <= FEW:
        return [each for each in first if holds(each)]
    return (each if holds(each) else None for each in chain(first, rest))


Operation = Literal["list", "create", "fetch", "update", "delete"]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, authenticated and routed.

    Attributes:
        store: The state.
        calls: The call records.
        ids: Makes SIDs.
        account: Whose credentials the request bears; a main account may work on its subaccounts'.
        sids: The SIDs on the way, by the name in the resource's path, such as "AC" and "SD".
        sid: The SID of the instance, or "" for the whole collection.
        form: The body's parameters.
        query: The query's parameters.
        now: Unix seconds.
        logs: Alerts and events.
        base_url: What absolute URLs begin with.
        switchboard: Carries calls; None where nobody does.
    """

    store: Store
    calls: CallStore
    ids: Ids
    account: Account
    sids: dict[str, str]
    sid: str
    form: Parameters
    query: Parameters
    now: float
    logs: Logs
    base_url: str
    switchboard: RoomSwitchboard | None = None

    @property
    def account_sid(self) -> str:
        """The account whose resources are meant: the one in the path, else the one that asks."""
        return self.sids.get("AC", self.account.sid)


R = TypeVar(
    "R",
    bound=Record
    | CallRecord
    | ConferenceRecord
    | ParticipantRecord
    | QueueMember
    | RecordingRecord
    | TranscriptionRecord
    | AlertRecord
    | EventRecord
    | Exchange
    | StreamRecord
    | UserMessage,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[R]):
    """A kind of resource. An operation that is None does not exist.

    Attributes:
        path: Below the version; a part in braces stands for a SID: "Accounts/{AC}/SIP/Domains".
        event: What events call it: "sip-domain"; "" when there are none.
        part_of: The SID in the path whose resource counts as changed in its place: "SD"; "" when it is one by itself.
        list_key: The key of the list in a page; "" where there is none.
        render: Returns the JSON of one record.
        list: Returns the records, in the order of their numbers; None is passed over.
        newest_first: Whether the numbers of the list go down.
        create: Makes a record of the form's parameters.
        fetch: Returns a record.
        update: Changes a record by the form's parameters.
        delete: Deletes a record.
        created: The status that answers `create`.
        account_only: Whether an API key may not ask for it, only the account's own SID and token.
        is_of_call: Whether the events of a call name what is made of it.
        makes_place: Whether `create` makes what it is under where that is not there yet.
        not_emulated: Operations that the provider has and sipdomain has not.
    """

    path: str
    list_key: str
    render: Callable[[Asked, R], Json]
    list: Callable[[Asked], Iterable[R | None]] | None = None
    fetch: Callable[[Asked], R] | None = None
    create: Callable[[Asked], R] | None = None
    update: Callable[[Asked], R] | None = None
    delete: Callable[[Asked], None] | None = None
    newest_first: bool = False
    event: str = ""
    part_of: str = ""
    created: int = 201
    account_only: bool = False
    is_of_call: bool = False
    makes_place: bool = False
    not_emulated: frozenset[Operation] = frozenset()

    @property
    def has_instances(self) -> bool:
        """Whether anything stands below the collection."""
        return any(each is not None for each in (self.fetch, self.update, self.delete))


def uri(*parts: str) -> str:
    """Return the relative URI of a resource: `uri("Accounts", sid)` is "/2010-04-01/Accounts/AC….json"."""
    return f"/{VERSION}/{'/'.join(parts)}.json"
