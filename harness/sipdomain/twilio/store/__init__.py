"""The state behind the REST API, with all its rules; each INVITE is decided by what stands here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sipdomain.errors import RestError
from sipdomain.twilio.names.domain_names import SUFFIX
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.access import Access
from sipdomain.twilio.store.access_lists import AccessLists
from sipdomain.twilio.store.accounts import Accounts
from sipdomain.twilio.store.applications import Applications
from sipdomain.twilio.store.caller_ids import CallerIds
from sipdomain.twilio.store.changes import Change, Changes, Kind
from sipdomain.twilio.store.credential_lists import REALM, CredentialLists
from sipdomain.twilio.store.domains import Domains
from sipdomain.twilio.store.keys import Keys, NewKey
from sipdomain.twilio.store.mappings import Mappings
from sipdomain.twilio.store.model import (
    Account,
    AccountStatus,
    CallerId,
    Credential,
    Domain,
    DomainSettings,
    IpAddress,
    Key,
    Limits,
    Mapping,
    NamedList,
    NumberSettings,
    NumberType,
    PhoneNumber,
    Purpose,
    Queue,
    Record,
)
from sipdomain.twilio.store.numbers import Numbers
from sipdomain.twilio.store.queues import Queues
from sipdomain.twilio.store.shelf import Shelf
from sipdomain.twilio.store.trunks import Trunks

__all__ = [
    "REALM",
    "Access",
    "Account",
    "AccountStatus",
    "CallerId",
    "Credential",
    "Domain",
    "DomainSettings",
    "IpAddress",
    "Key",
    "Limits",
    "Mapping",
    "NamedList",
    "NewKey",
    "NumberSettings",
    "NumberType",
    "PhoneNumber",
    "Purpose",
    "Queue",
    "Record",
    "Store",
]

_NAMES = {"AL": "IpAccessControlList", "CL": "CredentialList"}


class Store:
    """Accounts and all they have; look-ups for a call take the same time however much is stored.

    Attributes:
        suffix: What every domain name ends with.
        accounts: Accounts and subaccounts.
        domains: SIP domains.
        credential_lists: Credential lists and credentials.
        access_lists: IP access control lists and addresses.
        keys: API keys.
        caller_ids: Verified phone numbers.
        numbers: Bought phone numbers.
        queues: Call queues.
        trunks: Carriers of accounts' own.
        applications: Sets of webhooks.
        changes: What changed.
    """

    def __init__(self, ids: Ids, *, suffix: str = SUFFIX, limits: Limits | None = None) -> None:
        """Start empty.

        Args:
            ids: Makes SIDs.
            suffix: What every domain name ends with; the realm of digest authentication stays as it is.
            limits: How much may be stored; the provider's limits when None.
        """
        self.suffix = suffix
        self._limits = limits or Limits()
        self.changes = changes = Changes()
        self._mappings = Mappings(changes)
        self.accounts = Accounts(ids, self._limits, changes, self._account_closed)
        self.domains = Domains(ids, self._limits, self.accounts, suffix, self._forget_domain, changes)
        self.credential_lists = CredentialLists(ids, self._limits, self._mappings, changes)
        self.access_lists = AccessLists(ids, self._limits, self._mappings, self._forget_access, changes)
        self.keys = Keys(ids, self._limits, changes)
        self.caller_ids = CallerIds(ids, self._limits, changes)
        self.numbers = Numbers(ids, self._limits, self.caller_ids, changes)
        self.queues = Queues(ids, self._limits, changes)
        self.trunks = trunks = Trunks(ids, self._limits, self.domains, changes)
        self.applications = Applications(ids, self._limits, changes)
        shelves: tuple[Shelf[Any], ...] = (
            trunks.ip_records, trunks.source_ip_mappings, trunks.policies, trunks.targets, trunks.byoc_trunks,
            self.applications,
        )  # fmt: skip
        self._shelves: dict[type[Any], Shelf[Any]] = {each.model: each for each in shelves}
        # Compiled when first asked for; at most one a domain and purpose.
        self._access: dict[tuple[str, Purpose], Access] = {}

    # Look-ups for every request.

    def domain_named(self, host: str) -> Domain | None:
        """Return the domain of that exact host name, in any case, or None."""
        return self.domains.named(host)

    def call_access(self, domain: Domain) -> Access:
        """Return who may call the domain."""
        return self._compiled(domain, "calls")

    def registration_access(self, domain: Domain) -> Access:
        """Return who may register on the domain; only credential lists count."""
        return self._compiled(domain, "registrations")

    def _compiled(self, domain: Domain, purpose: Purpose) -> Access:
        access = self._access.get((domain.sid, purpose))
        if access is None:
            credentials = self._mappings.of(domain.sid, purpose, "CL")
            addresses = self._mappings.of(domain.sid, purpose, "AL")
            owner, lists = domain.account_sid, self.access_lists
            access = Access(
                [self.credential_lists.users(mapping.sid) for mapping in credentials],
                [(lists.fetch(owner, each.sid), lists.addresses(owner, each.sid)) for each in addresses],
            )
            if credentials or addresses:
                self._access[domain.sid, purpose] = access
        return access

    def _forget_access(self, list_sid: str) -> None:
        for domain_sid in self._mappings.domains_with(list_sid):
            self._access.pop((domain_sid, "calls"), None)

    def _forget_domain(self, domain_sid: str) -> None:
        self._mappings.remove_domain(domain_sid)
        self.trunks.forget_domain(domain_sid)
        self._access.pop((domain_sid, "calls"), None)
        self._access.pop((domain_sid, "registrations"), None)

    def _account_closed(self, sid: str) -> None:
        self.numbers.release_all(sid)

    # Lists on domains.

    def auth_type(self, domain: Domain) -> str:
        """Return which kinds of list guard the domain's calls: "", "IP_ACL", "CREDENTIAL_LIST" or both.

        Both are written "CREDENTIAL_LIST,IP_ACL", as seen on a live domain. Lists for registrations do not
        count (assumed).
        """
        kinds = (("CREDENTIAL_LIST", "CL"), ("IP_ACL", "AL"))
        return ",".join(name for name, kind in kinds if self._mappings.of(domain.sid, "calls", kind))

    def map_list(
        self,
        account_sid: str,
        domain_sid: str,
        list_sid: str,
        purpose: Purpose,
        *,
        kind: str = "",
        now: float,
    ) -> Mapping:
        """Put a list on a domain.

        Args:
            account_sid: The owner of both.
            domain_sid: The domain.
            list_sid: A credential list (CL…) or, for calls only, an access list (AL…).
            purpose: What it is to guard.
            kind: "CL" or "AL" to accept that kind only; "" for either.
            now: Unix seconds.

        Raises:
            RestError: 20404 no such domain, 21231 no such list, it is already on the domain, or too many.
        """
        domain = self.domains.fetch(account_sid, domain_sid)
        if purpose == "registrations":
            kind = "CL"
        if not list_sid.startswith(kind) or self._list_on_record(account_sid, list_sid) is None:
            raise checks.refused(checks.DOMAIN, f"There is no list {list_sid[:60]!r} to map in this account")
        kind = list_sid[:2]
        name = _NAMES[kind]
        if self._mappings.find(domain.sid, list_sid, purpose) is not None:
            raise checks.refused(checks.DOMAIN, f"{name} already associated with this domain")
        if len(self._mappings.of(domain.sid, purpose, kind)) >= self._limits.mapped_lists:
            raise checks.refused(checks.DOMAIN, f"A domain has at most {self._limits.mapped_lists} of {name}")
        self._access.pop((domain.sid, purpose), None)
        return self._mappings.put(account_sid, domain.sid, list_sid, purpose, now)

    def _list_on_record(self, account_sid: str, list_sid: str) -> NamedList | None:
        try:
            if list_sid.startswith("AL"):
                return self.access_lists.fetch(account_sid, list_sid)
            return self.credential_lists.fetch(account_sid, list_sid)
        except RestError:
            return None

    def mapping(
        self, account_sid: str, domain_sid: str, list_sid: str, purpose: Purpose, *, kind: str = ""
    ) -> Mapping:
        """Return a mapping of one kind of list, or of either; raises RestError 20404."""
        self.domains.fetch(account_sid, domain_sid)
        mapping = self._mappings.find(domain_sid, list_sid, purpose)
        if mapping is None or not list_sid.startswith(kind):
            raise RestError(404, 20404, f"{list_sid[:60]} is not mapped to {domain_sid}")
        return mapping

    def mappings(self, account_sid: str, domain_sid: str, purpose: Purpose, kind: str) -> list[Mapping]:
        """Return a domain's mappings of one kind, "AL" or "CL", oldest first, or raise RestError 20404."""
        self.domains.fetch(account_sid, domain_sid)
        return self._mappings.of(domain_sid, purpose, kind)

    def unmap_list(
        self, account_sid: str, domain_sid: str, list_sid: str, purpose: Purpose, *, kind: str = ""
    ) -> None:
        """Take a list off a domain, or raise RestError 20404."""
        self.mapping(account_sid, domain_sid, list_sid, purpose, kind=kind)
        self._mappings.remove(domain_sid, list_sid, purpose)
        self._access.pop((domain_sid, purpose), None)

    # Records as they are, past all rules: for what was kept, and to undo.

    def records(self) -> dict[Kind, list[Record]]:
        """Return everything, by kind; a kind comes after those that it refers to."""
        return {
            "account": list(self.accounts),
            "domain": list(self.domains),
            "credential-list": [*self.credential_lists.lists()],
            "credential": [*self.credential_lists.all_credentials()],
            "access-list": [*self.access_lists.lists()],
            "address": [*self.access_lists.all_addresses()],
            "mapping": list(self._mappings),
            "key": list(self.keys),
            "number": list(self.numbers),
            "caller-id": list(self.caller_ids),
            "queue": list(self.queues),
            "ip-record": list(self.trunks.ip_records),
            "source-ip-mapping": list(self.trunks.source_ip_mappings),
            "connection-policy": list(self.trunks.policies),
            "connection-target": list(self.trunks.targets),
            "byoc-trunk": list(self.trunks.byoc_trunks),
            "application": list(self.applications),
        }

    def put(self, record: Record) -> None:
        """Keep a record as it is, in place of one with its SID; what it refers to must be there."""
        match record:
            case Account():
                self.accounts.put(record)
            case Domain():
                self.domains.put(record)
            case Mapping():
                self._mappings.restore(record)
                self._access.pop((record.domain_sid, record.purpose), None)
            case Credential():
                self.credential_lists.put(record)
            case IpAddress():
                self.access_lists.put(record)
            case NamedList():
                self._lists_of(record).put(record)
            case Key():
                self.keys.put(record)
            case PhoneNumber():
                self.numbers.put(record)
            case CallerId():
                self.caller_ids.put(record)
            case Queue():
                self.queues.put(record)
            case _:
                self._shelf_of(record).put(record)

    def take_out(self, record: Record) -> None:
        """Take a record out; what refers to it must be gone before."""
        match record:
            case Account():
                self.accounts.remove(record)
            case Domain():
                self.domains.remove(record)
            case Mapping():
                self._mappings.remove(record.domain_sid, record.sid, record.purpose)
                self._access.pop((record.domain_sid, record.purpose), None)
            case Credential():
                self.credential_lists.take_out(record)
            case IpAddress():
                self.access_lists.take_out(record)
            case NamedList():
                self._lists_of(record).take_out(record)
            case Key():
                self.keys.take_out(record)
            case PhoneNumber():
                self.numbers.take_out(record)
            case CallerId():
                self.caller_ids.take_out(record)
            case Queue():
                self.queues.take_out(record)
            case _:
                self._shelf_of(record).take_out(record)

    def _shelf_of(self, record: object) -> Shelf[Any]:
        shelf = self._shelves.get(cast("type[Any]", type(record)))
        if shelf is None:
            raise TypeError(f"no record of a store: {record!r}")
        return shelf

    def _lists_of(self, record: NamedList) -> CredentialLists | AccessLists:
        return self.credential_lists if record.sid.startswith("CL") else self.access_lists

    def undo(self, changes: Iterable[Change]) -> None:
        """Take changes back, the last one first; nothing else may have changed their records since."""
        for change in reversed(list(changes)):
            if isinstance(change.before, Record):
                self.put(change.before)
            elif isinstance(change.after, Record):
                self.take_out(change.after)

    def clear(self) -> None:
        """Take everything out."""
        for records in reversed(self.records().values()):
            for record in records:
                # The entries of a list go with it, but each is noted by itself.
                self.take_out(record)
