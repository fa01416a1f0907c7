"""Resources that are one table of the store: whatever they are, they are listed, fetched and deleted alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.store import NamedList, Record, Store
from sipdomain.twilio.store.named_lists import NamedLists
from sipdomain.twilio.store.table import Table

R = TypeVar("R", bound=Record)


def stored(
    table: Callable[[Store], Table[R]],
    *,
    path: str,
    list_key: str,
    render: Callable[[Asked, R], Json],
    create: Callable[[Asked], R],
    update: Callable[[Asked], R],
    found: Callable[[Asked], Iterable[R]] | None = None,
    delete: Callable[[Asked], None] | None = None,
    event: str = "",
    created: int = 201,
    account_only: bool = False,
) -> Resource[R]:
    """Return the resource of an account's records.

    Args:
        table: Finds them in a store.
        path: As in `Resource`, as all that follow.
        list_key: The key of the list in a page.
        render: Returns the JSON of one record.
        create: Makes a record.
        update: Changes a record.
        found: Returns those that pass the filters; None where there are no filters.
        delete: Deletes a record; None where that needs no more than the table.
        event: What events call it.
        created: The status that answers `create`.
        account_only: Whether an API key may not ask for it.
    """

    def all_of(asked: Asked) -> Sequence[R]:
        return table(asked.store).of(asked.account_sid)

    def fetch(asked: Asked) -> R:
        return table(asked.store).fetch(asked.account_sid, asked.sid)

    def remove(asked: Asked) -> None:
        table(asked.store).delete(asked.account_sid, asked.sid)

    return Resource(
        path=path, list_key=list_key, render=render, list=found or all_of, fetch=fetch, create=create, update=update,
        delete=delete or remove, event=event, created=created, account_only=account_only,
    )  # fmt: skip


def named_lists(
    lists: Callable[[Store], NamedLists[R]], *, name: str, list_key: str, entries: tuple[str, str], event: str
) -> Resource[NamedList]:
    """Return the resource of lists that have a name and entries.

    Args:
        lists: Finds them in a store.
        name: The last part of their path.
        list_key: The key of the list in a page.
        entries: What their entries are called in JSON, and in their path.
        event: What events call such a list.
    """

    def render(_: Asked, record: NamedList) -> Json:
        here = ("Accounts", record.account_sid, "SIP", name, record.sid)
        return {
            "sid": record.sid,
            "account_sid": record.account_sid,
            "friendly_name": record.friendly_name,
            "date_created": rfc2822(record.created_at),
            "date_updated": rfc2822(record.updated_at),
            "uri": uri(*here),
            "subresource_uris": {entries[0]: uri(*here, entries[1])},
        }

    def create(asked: Asked) -> NamedList:
        return lists(asked.store).create(
            asked.account_sid, asked.form.text("FriendlyName") or "", now=asked.now
        )

    def update(asked: Asked) -> NamedList:
        return lists(asked.store).rename(
            asked.account_sid, asked.sid, asked.form.text("FriendlyName") or "", now=asked.now
        )

    path = f"Accounts/{{AC}}/SIP/{name}"
    return stored(
        lists, path=path, list_key=list_key, render=render, create=create, update=update, event=event
    )


def entries(
    lists: Callable[[Store], NamedLists[R]],
    *,
    name: str,
    of: Resource[NamedList],
    above: str,
    list_key: str,
    render: Callable[[Asked, R], Json],
    create: Callable[[Asked], R],
    update: Callable[[Asked], R],
) -> Resource[R]:
    """Return the resource of the entries of such lists.

    Args:
        lists: Finds the lists in a store.
        name: The last part of the entries' path.
        of: The resource of the lists.
        above: The name of a list's SID in the path.
        list_key: The key of the list in a page.
        render: Returns the JSON of one entry.
        create: Makes an entry.
        update: Changes an entry.
    """

    def all_of(asked: Asked) -> Sequence[R]:
        return lists(asked.store).entries_of(asked.account_sid, asked.sids[above])

    def fetch(asked: Asked) -> R:
        return lists(asked.store).entry(asked.account_sid, asked.sids[above], asked.sid)

    def remove(asked: Asked) -> None:
        lists(asked.store).remove(asked.account_sid, asked.sids[above], asked.sid)

    return Resource(
        path=f"{of.path}/{{{above}}}/{name}", list_key=list_key, render=render, list=all_of, fetch=fetch, create=create,
        update=update, delete=remove, event=of.event, part_of=above,
    )  # fmt: skip
