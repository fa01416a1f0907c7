"""The whole of a store as a plain value, and back: for snapshots, and for what was kept on disk."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping as Lookup
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, cast

from sipdomain.errors import SetupError, no_json
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.changes import Kind
from sipdomain.twilio.store.json_steps import loads_in_steps
from sipdomain.twilio.store.model import (
    Account,
    CallerId,
    Credential,
    Domain,
    IpAddress,
    Key,
    Mapping,
    NamedList,
    PhoneNumber,
    Queue,
    Record,
)
from sipdomain.twilio.store.trunk_model import (
    Application,
    ByocTrunk,
    ConnectionPolicy,
    ConnectionTarget,
    IpRecord,
    SourceIpMapping,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Steps = Generator[None, None, "dict[Kind, list[Record]]"]
_FEW: Final = 100
"""How many rows are let go of at one step."""
VERSION: Final = 1
"""Of the form; another one is refused."""

MODELS: Final[dict[Kind, type[Record]]] = {
    "account": Account,
    "domain": Domain,
    "credential-list": NamedList,
    "credential": Credential,
    "access-list": NamedList,
    "address": IpAddress,
    "mapping": Mapping,
    "key": Key,
    "number": PhoneNumber,
    "caller-id": CallerId,
    "queue": Queue,
    "ip-record": IpRecord,
    "source-ip-mapping": SourceIpMapping,
    "connection-policy": ConnectionPolicy,
    "connection-target": ConnectionTarget,
    "byoc-trunk": ByocTrunk,
    "application": Application,
}
"""Kinds of records, each after those that it refers to."""
# By kind, each made when it is first needed: at most one a kind.
_adapters: dict[Kind, TypeAdapter[Any]] = {}


def dump(store: Store) -> dict[str, Any]:
    """Return everything in a store as plain values, which JSON can hold; of passwords there are hashes only."""
    records = {kind: [asdict(each) for each in found] for kind, found in store.records().items()}
    return {"version": VERSION, "suffix": store.suffix, "records": records}


def pieces(store: Store) -> Iterator[str]:
    """Return the JSON of `dump` in small pieces, of what is in the store now."""
    before = f'{{"version": {VERSION}, "suffix": {json.dumps(store.suffix)}, "records": {{'
    for kind, found in store.records().items():
        yield f'{before}"{kind}": ['
        before = ""
        for each in found:
            yield f"{before}{json.dumps(asdict(each))}"
            before = ", "
        before = "], "
    yield "]}}"


def load(store: Store, value: Any) -> None:
    """Replace everything in a store by what `dump` returned.

    Args:
        store: Where to; it stays as it was when the value is refused.
        value: As `dump` returned it, for a store of the same suffix.

    Raises:
        SetupError: It is no such value; the first fault is told.
    """
    replace(store, read(value, store.suffix))


def read(value: Any, suffix: str) -> Lookup[Kind, list[Record]]:
    """Return the records in what `dump` returned.

    Args:
        value: As `dump` returned it.
        suffix: That of the store that gets them.

    Raises:
        SetupError: It is no such value; the first fault is told.
    """
    return _drained(_read_value(value, suffix))


def read_in_steps(text: str, suffix: str) -> Steps:
    """Do as `read` with the JSON of `dump`, one record at a step: many of them take a while."""
    try:
        value = yield from loads_in_steps(text)
    except (ValueError, RecursionError) as error:
        raise SetupError(no_json(error)) from None
    found = yield from _read_value(value, suffix)
    # To let go of all rows at once takes long as well.
    for rows in value["records"].values():
        while rows:
            del rows[-_FEW:]
            yield
    return found


def _read_value(value: Any, suffix: str) -> Steps:
    if not isinstance(value, Lookup) or value.get("version") != VERSION:
        raise SetupError(f"not a snapshot of version {VERSION}")
    if value.get("suffix") != suffix:
        raise SetupError(f"the snapshot is of domains under {value.get('suffix')!r}, not {suffix}")
    records = value.get("records")
    if not isinstance(records, Lookup) or set(records) - set(MODELS):
        raise SetupError(f"a snapshot's records are {', '.join(MODELS)}")
    return (yield from _records(records))


def fill(store: Store, records: Lookup[str, Any]) -> None:
    """Replace everything in a store by records in plain form, by kind.

    Raises:
        SetupError: A record is wrong, or refers to one that is not there; the store stays as it was.
    """
    replace(store, _drained(_records(records)))


def replace(store: Store, records: Lookup[Kind, list[Record]]) -> None:
    """Replace everything in a store by records that were read."""
    store.clear()
    for found in records.values():
        for record in found:
            store.put(record)


def _drained(steps: Steps) -> dict[Kind, list[Record]]:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: dict[Kind, list[Record]] = stop.value
            return found


def _records(records: Lookup[str, Any]) -> Steps:
    read: dict[Kind, list[Record]] = {}
    for kind, model in MODELS.items():
        read[kind] = yield from _read(kind, model, records.get(kind, []))
    yield from _check(read)
    return read


def _read(kind: Kind, model: type[Record], rows: Any) -> Generator[None, None, list[Record]]:
    # Those who only dump do not pay for the import.
    from pydantic import ValidationError

    adapter = _adapter(kind, model)
    # To make one takes milliseconds.
    yield
    found: list[Record] = []
    try:
        if not isinstance(rows, list):
            adapter.validate_python(rows)
        for row in rows:
            found += cast("list[Record]", adapter.validate_python([row]))
            yield
    except ValidationError as error:
        from sipdomain.model_errors import in_words

        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in (len(found), *first["loc"][1:]) if first["loc"])
        raise SetupError(f"{kind} {place}: {in_words(first)}") from None
    return found


def _adapter(kind: Kind, model: type[Record]) -> TypeAdapter[Any]:
    from pydantic import ConfigDict, TypeAdapter

    if kind not in _adapters:
        # Each row is what one record's fields are: nothing is converted.
        _adapters[kind] = TypeAdapter(list[model], config=ConfigDict(extra="forbid"))  # type: ignore[valid-type]
    return _adapters[kind]


def warm_up() -> None:
    """Make what reading a snapshot needs, which takes tens of milliseconds when it is first read."""
    for kind, model in MODELS.items():
        _adapter(kind, model)


def _check(read: Lookup[Kind, list[Record]]) -> Generator[None, None, None]:
    """See that every record has what it refers to, and that no name or SID is there twice."""
    sids: dict[Kind, set[str]] = {kind: set() for kind in read}
    for kind, found in read.items():
        for each in found:
            yield
            sids[kind].add(each.sid)
    for kind, found in read.items():
        if kind != "mapping":
            yield from _once(kind, (each.sid for each in found))
        for each in found:
            yield
            _refers(kind, each.sid, "account", each.account_sid, sids)
    yield from _once(
        "domain", (each.domain_name.lower() for each in read["domain"] if isinstance(each, Domain))
    )
    yield from _once("mapping", (each.key for each in read["mapping"] if isinstance(each, Mapping)))
    yield from _once(
        "number", (each.phone_number for each in read["number"] if isinstance(each, PhoneNumber))
    )
    yield from _once(
        "caller-id",
        (
            f"{each.phone_number} of {each.account_sid}"
            for each in read["caller-id"]
            if isinstance(each, CallerId)
        ),
    )
    yield from _once(
        "queue",
        (f"{each.friendly_name} of {each.account_sid}" for each in read["queue"] if isinstance(each, Queue)),
    )
    for kind, found in read.items():
        for each in found:
            yield
            for to, wanted in _references(each):
                if wanted is not None:
                    _refers(kind, each.sid, to, wanted, sids)


def _references(record: Record) -> tuple[tuple[Kind, str | None], ...]:
    """Return what a record refers to, besides its account; None where it refers to nothing."""
    match record:
        case Credential():
            return (("credential-list", record.list_sid),)
        case IpAddress():
            return (("access-list", record.list_sid),)
        case Mapping():
            kind: Kind = "credential-list" if record.sid.startswith("CL") else "access-list"
            return (kind, record.sid), ("domain", record.domain_sid)
        case SourceIpMapping():
            return ("ip-record", record.ip_record_sid), ("domain", record.sip_domain_sid)
        case ConnectionTarget():
            return (("connection-policy", record.policy_sid),)
        case ByocTrunk():
            return ("connection-policy", record.connection_policy_sid), ("domain", record.from_domain_sid)
        case _:
            return ()


def _once(kind: str, names: Iterable[str]) -> Generator[None, None, None]:
    seen: set[str] = set()
    for name in names:
        yield
        if name in seen:
            raise SetupError(f"{kind} {name} is there twice")
        seen.add(name)


def _refers(kind: str, sid: str, to: Kind, wanted: str, sids: Lookup[Kind, set[str]]) -> None:
    if wanted not in sids[to]:
        raise SetupError(f"{kind} {sid} refers to the {to} {wanted}, which is not there")
