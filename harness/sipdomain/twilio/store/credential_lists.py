"""Credential lists and their credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping as Lookup
from operator import attrgetter
from typing import Final

from sipdomain.sip.digest import hash_a1
from sipdomain.twilio.names.domain_names import REALM
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.mappings import Mappings
from sipdomain.twilio.store.model import Credential, NamedList
from sipdomain.twilio.store.named_lists import NamedLists
from sipdomain.twilio.store.table import Table

CREDENTIAL_LIST: Final = Kind(
    name="credential-list",
    model=NamedList,
    prefix="CL",
    most="credential_lists",
    full=(21239, "An account has at most {most} credential lists"),
)
CREDENTIAL: Final = Kind(
    name="credential",
    model=Credential,
    prefix="CR",
    most="credentials",
    full=(21242, "A credential list has at most {most} credentials"),
    owner=attrgetter("list_sid"),
    # That a name is unique in its list is assumed: the provider does not say so.
    once=lambda each: (each.username, each.list_sid),
    refers=lambda each: (("credential-list", each.list_sid),),
)


class CredentialLists(NamedLists[Credential]):
    """All credential lists, by account.

    Source: https://www.twilio.com/docs/voice/api/sip-credentiallist-resource and .../sip-credential-resource
    """

    what = "CredentialList"
    longest_name = 64
    wrong_name = checks.CREDENTIAL_LIST
    in_use = 21241

    def __init__(self, ids: Ids, limits: Limits, changes: Changes, mappings: Mappings) -> None:
        super().__init__(CREDENTIAL_LIST, CREDENTIAL, ids, limits, changes, mappings)

    def add(
        self, account_sid: str, list_sid: str, username: str, *, password: str = "", ha1: str = "", now: float
    ) -> Credential:
        """Add a user.

        Args:
            account_sid: The owner.
            list_sid: The list.
            username: At most 32 characters.
            password: In clear; hashed at once and forgotten. Not looked at when `ha1` is given.
            ha1: The hash instead, as 32 hexadecimal digits.
            now: Unix seconds.

        Raises:
            RestError: 20404 no such list, 21243 a wrong or doubled name or a weak password, 21242 too many.
        """
        self.fetch(account_sid, list_sid)
        checks.username(username)
        hashed = checks.ha1(ha1) if ha1 else hash_a1(username, REALM, checks.password(password))
        if self.entries.known_by(username, list_sid) is not None:
            raise checks.refused(checks.CREDENTIAL, f"Username {username} already exists in this list")
        return self.entries.make(account_sid, now=now, list_sid=list_sid, username=username, ha1=hashed)

    def change_password(
        self, account_sid: str, list_sid: str, sid: str, password: str | None, *, now: float
    ) -> Credential:
        """Give a user another password; None leaves it. Raises RestError 20404 or 21243."""
        found = self.entry(account_sid, list_sid, sid)
        if password is None:
            return found
        hashed = hash_a1(found.username, REALM, checks.password(password))
        return self.entries.change(found, now=now, ha1=hashed)

    def users(self, list_sid: str) -> Lookup[str, Credential]:
        """Return a list's credentials by user name, as a view that follows every change."""
        return _Users(self.entries, list_sid)


class _Users(Lookup[str, Credential]):
    """A list's credentials by user name."""

    __slots__ = ("_entries", "_list_sid")

    def __init__(self, entries: Table[Credential], list_sid: str) -> None:
        self._entries = entries
        self._list_sid = list_sid

    def __getitem__(self, username: str) -> Credential:
        found = self._entries.known_by(username, self._list_sid)
        if found is None:
            raise KeyError(username)
        return found

    def __iter__(self) -> Iterator[str]:
        return (each.username for each in self._entries.of(self._list_sid))

    def __len__(self) -> int:
        return self._entries.count(self._list_sid)
