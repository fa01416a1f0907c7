"""Credential lists and their credentials."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from sipdomain.sip.digest import hash_a1
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.mappings import Mappings
from sipdomain.twilio.store.model import Credential, Limits, NamedList
from sipdomain.twilio.store.table import Table

# The same for every domain: seen in challenges of live domains.
REALM: Final = "sip.twilio.com"


class CredentialLists:
    """All credential lists, by account.

    Source: https://www.twilio.com/docs/voice/api/sip-credentiallist-resource and .../sip-credential-resource
    """

    def __init__(self, ids: Ids, limits: Limits, mappings: Mappings, changes: Changes) -> None:
        self._ids = ids
        self._limits = limits
        self._mappings = mappings
        self._lists: Table[NamedList] = Table("credential-list", changes)
        self._credentials: Table[Credential] = Table("credential", changes)
        self._users: dict[str, dict[str, Credential]] = {}

    def create(self, account_sid: str, friendly_name: str, *, now: float) -> NamedList:
        """Make an empty list.

        Raises:
            RestError: 21240 a wrong name, 21239 too many lists.
        """
        name = checks.friendly_name(friendly_name, most=64, code=checks.CREDENTIAL_LIST)
        if self._lists.count(account_sid) >= self._limits.credential_lists:
            raise checks.refused(
                21239, f"An account has at most {self._limits.credential_lists} credential lists"
            )
        made = NamedList(
            sid=self._ids.new("CL"),
            number=self._lists.next_number(),
            account_sid=account_sid,
            created_at=now,
            updated_at=now,
            friendly_name=name,
        )
        self.put(made)
        return made

    def put(self, record: NamedList | Credential) -> None:
        """Keep a list or a credential as it is, in place of one with its SID."""
        if isinstance(record, NamedList):
            self._lists.put(record.account_sid, record)
            self._users.setdefault(record.sid, {})
        else:
            self._credentials.put(record.list_sid, record)
            self._users[record.list_sid][record.username] = record

    def take_out(self, record: NamedList | Credential) -> None:
        """Take a list or a credential out; a list's mappings are the caller's affair."""
        if isinstance(record, NamedList):
            self._credentials.remove_all(record.sid)
            self._lists.remove(record.account_sid, record.sid)
            del self._users[record.sid]
        else:
            self._credentials.remove(record.list_sid, record.sid)
            del self._users[record.list_sid][record.username]

    def lists(self) -> list[NamedList]:
        """Return all lists."""
        return list(self._lists)

    def all_credentials(self) -> list[Credential]:
        """Return the credentials of all lists."""
        return list(self._credentials)

    def fetch(self, account_sid: str, sid: str) -> NamedList:
        """Return a list, or raise RestError 20404."""
        return self._lists.fetch(account_sid, sid)

    def of(self, account_sid: str) -> list[NamedList]:
        """Return an account's lists, oldest first."""
        return self._lists.of(account_sid)

    def rename(self, account_sid: str, sid: str, friendly_name: str, *, now: float) -> NamedList:
        """Give a list another name; raises RestError 20404 or 21240."""
        found = self._lists.fetch(account_sid, sid)
        name = checks.friendly_name(friendly_name, most=64, code=checks.CREDENTIAL_LIST)
        changed = replace(found, friendly_name=name, updated_at=now)
        self._lists.put(account_sid, changed)
        return changed

    def delete(self, account_sid: str, sid: str) -> None:
        """Delete a list with its credentials.

        Raises:
            RestError: 20404 no such list, 21241 it is still on a domain.
        """
        found = self._lists.fetch(account_sid, sid)
        domains = self._mappings.domains_with(sid)
        if domains:
            raise checks.refused(21241, f"CredentialList {sid} is still mapped to {', '.join(domains[:3])}")
        self.take_out(found)

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
        self._lists.fetch(account_sid, list_sid)
        users = self._users[list_sid]
        checks.username(username)
        hashed = checks.ha1(ha1) if ha1 else hash_a1(username, REALM, checks.password(password))
        # That a name is unique in its list is assumed: the provider does not say so.
        if username in users:
            raise checks.refused(checks.CREDENTIAL, f"Username {username} already exists in this list")
        if len(users) >= self._limits.credentials:
            raise checks.refused(
                21242, f"A credential list has at most {self._limits.credentials} credentials"
            )
        credential = Credential(
            sid=self._ids.new("CR"),
            number=self._credentials.next_number(),
            account_sid=account_sid,
            created_at=now,
            updated_at=now,
            list_sid=list_sid,
            username=username,
            ha1=hashed,
        )
        self.put(credential)
        return credential

    def credential(self, account_sid: str, list_sid: str, sid: str) -> Credential:
        """Return a credential, or raise RestError 20404."""
        self._lists.fetch(account_sid, list_sid)
        return self._credentials.fetch(list_sid, sid)

    def credentials(self, account_sid: str, list_sid: str) -> list[Credential]:
        """Return a list's credentials, oldest first, or raise RestError 20404."""
        self._lists.fetch(account_sid, list_sid)
        return self._credentials.of(list_sid)

    def change_password(
        self, account_sid: str, list_sid: str, sid: str, password: str, *, now: float
    ) -> Credential:
        """Give a user another password; raises RestError 20404 or 21243."""
        found = self.credential(account_sid, list_sid, sid)
        hashed = hash_a1(found.username, REALM, checks.password(password))
        changed = replace(found, ha1=hashed, updated_at=now)
        self.put(changed)
        return changed

    def remove(self, account_sid: str, list_sid: str, sid: str) -> None:
        """Delete a credential, or raise RestError 20404."""
        self.take_out(self.credential(account_sid, list_sid, sid))

    def users(self, list_sid: str) -> Lookup[str, Credential]:
        """Return a list's credentials by user name, as a view that follows every change."""
        return MappingProxyType(self._users[list_sid])
