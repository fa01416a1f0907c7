"""The whole of a store as a plain value, and back: for snapshots, and for what was kept on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping as Lookup
from dataclasses import asdict
from typing import Any, Final, Protocol

from sipdomain.errors import SetupError, no_json
from sipdomain.steps import Steps, drained
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.accounts import ACCOUNT
from sipdomain.twilio.store.contents import Contents
from sipdomain.twilio.store.json_steps import loads_in_steps
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.model import Record
from sipdomain.twilio.store.registry import KINDS, Kinds

Records = dict[str, list[Record]]
"""By the name of their kind; a kind comes after those that it refers to."""
_FEW: Final = 100
"""How many rows are freed at one step."""
VERSION: Final = 1
"""Of the form; another one is refused."""


class _Adapter(Protocol):
    """Reads rows: one of pydantic, which is imported when it is first needed."""

    def validate_python(self, rows: object, /) -> list[Record]:
        """Return the records of rows; raises ValidationError for what is not in the form of the kind."""


# By kind, each made when it is first needed: at most one a kind.
_adapters: dict[Kind[Any], _Adapter] = {}


def dump(store: Store) -> dict[str, Any]:
    """Return everything in a store as plain values, which JSON can hold; of passwords there are hashes only."""
    records = {kind: [asdict(each) for each in found] for kind, found in store.frozen().items()}
    return {"version": VERSION, "suffix": store.suffix, "records": records}


def pieces(store: Store) -> Iterator[str]:
    """Return the JSON of `dump` in small pieces, of what is in the store now."""
    before = f'{{"version": {VERSION}, "suffix": {json.dumps(store.suffix)}, "records": {{'
    for kind, found in store.frozen().items():
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
        SetupError: It is not such a value; the first fault is reported.
    """
    store.swap(drained(contents(store, drained(_read_value(value, store)))))


def read_in_steps(text: str, store: Store) -> Steps[Records]:
    """Return the records in the JSON of `dump`, one at a step: many of them take a while.

    Args:
        text: The JSON.
        store: What they are for; nothing changes in it.

    Raises:
        SetupError: It is not such a value; the first fault is reported.
    """
    try:
        value = yield from loads_in_steps(text)
    except (ValueError, RecursionError) as error:
        raise SetupError(no_json(error)) from None
    found = yield from _read_value(value, store)
    # Freeing all rows at once takes long as well.
    for rows in value["records"].values():
        while rows:
            del rows[-_FEW:]
            yield
    return found


def contents(store: Store, records: Lookup[str, Iterable[Record]]) -> Steps[dict[str, Contents[Any]]]:
    """Return records as a store can swap them in, one at a step.

    Args:
        store: What they are for; nothing changes in it.
        records: By the name of their kind; a kind that is not among them has none.
    """
    made: dict[str, Contents[Any]] = {}
    for kind in store.kinds:
        made[kind.name] = found = Contents(kind)
        for record in records.get(kind.name, ()):
            found.put(record)
            yield
    return made


def copied(store: Store) -> Steps[Store]:
    """Return another store with the same records, one at a step."""
    copy = store.like_this()
    copy.swap((yield from contents(store, store.frozen())))
    return copy


def _read_value(value: Any, store: Store) -> Steps[Records]:
    if not isinstance(value, Lookup) or value.get("version") != VERSION:
        raise SetupError(f"not a snapshot of version {VERSION}")
    if value.get("suffix") != store.suffix:
        raise SetupError(f"the snapshot is of domains under {value.get('suffix')!r}, not {store.suffix}")
    records, names = value.get("records"), [each.name for each in store.kinds]
    if not isinstance(records, Lookup) or set(records) - set(names):
        raise SetupError(f"a snapshot's records are {', '.join(names)}")
    if not records.get(ACCOUNT.name):
        raise SetupError("the snapshot has no account: nobody could use the REST API any more")
    return (yield from _records(records, store.kinds))


def fill(store: Store, records: Lookup[str, Any]) -> None:
    """Replace everything in a store by records in plain form, by kind.

    Raises:
        SetupError: A record is wrong, or refers to one that is not there; the store stays as it was.
    """
    store.swap(drained(contents(store, drained(_records(records, store.kinds)))))


def _records(records: Lookup[str, Any], kinds: Kinds) -> Steps[Records]:
    read: Records = {}
    for kind in kinds:
        read[kind.name] = yield from _read(kind, records.get(kind.name, []))
    yield from _check(read, kinds)
    return read


def _read(kind: Kind[Any], rows: Any) -> Steps[list[Record]]:
    # Those who only dump do not pay for the import.
    from pydantic import ValidationError

    adapter = _adapter(kind)
    # To make one takes milliseconds.
    yield
    found: list[Record] = []
    try:
        if not isinstance(rows, list):
            adapter.validate_python(rows)
        for row in rows:
            found += adapter.validate_python([row])
            yield
    except ValidationError as error:
        from sipdomain.model_errors import in_words

        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in (len(found), *first["loc"][1:]) if first["loc"])
        raise SetupError(f"{kind.name} {place}: {in_words(first)}") from None
    return found


def _adapter(kind: Kind[Any]) -> _Adapter:
    from pydantic import ConfigDict, TypeAdapter

    if kind not in _adapters:
        # Each row is what one record's fields are: nothing is converted.
        _adapters[kind] = TypeAdapter(list[kind.model], config=ConfigDict(extra="forbid"))  # type: ignore[name-defined]
    return _adapters[kind]


def warm_up() -> None:
    """Make what reading a snapshot needs, which takes tens of milliseconds when it is first read."""
    for kind in KINDS:
        _adapter(kind)


def _check(read: Lookup[str, list[Record]], kinds: Kinds) -> Steps[None]:
    """See that every record has what it refers to, and that no name, key or SID is there twice."""
    sids: dict[str, set[str]] = {kind: set() for kind in read}
    for name, found in read.items():
        for each in found:
            yield
            sids[name].add(each.sid)
    for kind in kinds:
        found = read[kind.name]
        yield from _once(kind.name, map(kind.key, found))
        for each in found:
            yield
            _refers(kind.name, each.sid, "account", each.account_sid, sids)
    for kind in kinds:
        found = read[kind.name]
        yield from _once(kind.name, (" of ".join(once) for each in found if (once := kind.once(each))))
    for kind in kinds:
        for each in read[kind.name]:
            yield
            for to, wanted in kind.refers(each):
                if wanted is not None:
                    _refers(kind.name, each.sid, to, wanted, sids)


def _once(kind: str, names: Iterable[str]) -> Steps[None]:
    seen: set[str] = set()
    for name in names:
        yield
        if name in seen:
            raise SetupError(f"{kind} {name} is there twice")
        seen.add(name)


def _refers(kind: str, sid: str, to: str, wanted: str, sids: Lookup[str, set[str]]) -> None:
    if wanted not in sids[to]:
        raise SetupError(f"{kind} {sid} refers to the {to} {wanted}, which is not there")
