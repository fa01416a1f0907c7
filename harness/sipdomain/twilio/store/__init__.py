"""The state behind the REST API, with all its rules; each INVITE is decided by what stands here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping as Lookup
from typing import Any

from sipdomain.errors import RestError
from sipdomain.twilio.names.domain_names import SUFFIX
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.access import Access
from sipdomain.twilio.store.access_lists import AccessLists
from sipdomain.twilio.store.accounts import Accounts
from sipdomain.twilio.store.applications import Applications
from sipdomain.twilio.store.bins import Bins
from sipdomain.twilio.store.caller_ids import CallerIds
from sipdomain.twilio.store.changes import Change, Changes, Swap
from sipdomain.twilio.store.connectors import Connectors
from sipdomain.twilio.store.contents import Contents, Frozen
from sipdomain.twilio.store.credential_lists import CredentialLists
from sipdomain.twilio.store.domains import Domains
from sipdomain.twilio.store.keys import Keys, NewKey
from sipdomain.twilio.store.kind import Kind, R
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.mappings import MAPPING, Mappings
from sipdomain.twilio.store.model import (
    Account,
    AccountStatus,
    CallerId,
    Credential,
    Domain,
    DomainSettings,
    IpAddress,
    Key,
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
from sipdomain.twilio.store.registry import KINDS, Kinds
from sipdomain.twilio.store.subscribers import Subscribers
from sipdomain.twilio.store.table import Table
from sipdomain.twilio.store.trunks import Trunks

__all__ = [
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
        bins: TwiML bins.
        connectors: Where SIPREC sends audio to.
        subscribers: Simulated numbers and clients.
        changes: What changed.
    """

    def __init__(
        self, ids: Ids, *, suffix: str = SUFFIX, limits: Limits | None = None, kinds: Kinds = KINDS
    ) -> None:
        """Start empty.

        Args:
            ids: Makes SIDs.
            suffix: What every domain name ends with; the realm of digest authentication stays as it is.
            limits: How much may be stored; the provider's limits when None.
            kinds: What can be stored, each kind after those that it refers to.
        """
        self.suffix = suffix
        self.kinds = kinds
        self._ids = ids
        self._limits = limits = limits or Limits()
        self.changes = changes = Changes()
        self._mappings = Mappings(Table(MAPPING, ids, limits, changes))
        self._mappings.table.touched = self._remapped
        self.accounts = Accounts(ids, limits, changes, self._account_closed)
        self.domains = Domains(ids, limits, self.accounts, suffix, self._forget_domain, changes)
        self.credential_lists = CredentialLists(ids, limits, changes, self._mappings)
        self.access_lists = AccessLists(ids, limits, changes, self._mappings, self._forget_access)
        self.keys = Keys(ids, limits, changes)
        self.caller_ids = CallerIds(ids, limits, changes)
        self.numbers = Numbers(ids, limits, self.caller_ids, changes)
        self.queues = Queues(ids, limits, changes)
        self.trunks = trunks = Trunks(ids, limits, self.domains, changes)
        self.applications = Applications(ids, limits, changes)
        self.bins = Bins(ids, limits, changes)
        self.connectors = Connectors(ids, limits, changes)
        self.subscribers = Subscribers(ids, limits, changes)
        with_rules: tuple[Table[Any], ...] = (
            self.accounts.table, self.domains, self.credential_lists, self.credential_lists.entries, self.access_lists,
            self.access_lists.entries, self._mappings.table, self.keys, self.numbers, self.caller_ids, self.queues,
            trunks.ip_records, trunks.source_ip_mappings, trunks.policies, trunks.targets, trunks.byoc_trunks,
            self.applications, self.bins, self.connectors, self.subscribers,
        )  # fmt: skip
        known = {each.kind.name: each for each in with_rules}
        self._tables: dict[str, Table[Any]] = {
            kind.name: known.get(kind.name) or Table(kind, ids, limits, changes) for kind in kinds
        }
        # Compiled when first asked for; at most one a domain and purpose.
        self._access: dict[tuple[str, Purpose], Access] = {}

    def table(self, kind: Kind[R]) -> Table[R]:
        """Return all records of a kind."""
        return self._tables[kind.name]

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
                [(lists.fetch(owner, each.sid), lists.entries.of(each.sid)) for each in addresses],
            )
            if credentials or addresses:
                self._access[domain.sid, purpose] = access
        return access

    def _forget_access(self, list_sid: str) -> None:
        for domain_sid in self._mappings.domains_with(list_sid):
            self._access.pop((domain_sid, "calls"), None)

    def _remapped(self, mapping: Mapping) -> None:
        self._access.pop((mapping.domain_sid, mapping.purpose), None)

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
        known = self._mappings.find(domain.sid, list_sid, purpose)
        if known is not None:
            raise checks.refused(checks.DOMAIN, f"{known.list_name} already associated with this domain")
        return self._mappings.table.make(
            account_sid, sid=list_sid, now=now, domain_sid=domain.sid, purpose=purpose
        )

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
        self._mappings.table.take_out(self.mapping(account_sid, domain_sid, list_sid, purpose, kind=kind))

    # Records as they are, past all rules: for what was kept, and to undo.

    def frozen(self) -> dict[str, Frozen[Any]]:
        """Return everything as it is now, by kind; a kind comes after those that it refers to."""
        return {name: table.frozen() for name, table in self._tables.items()}

    def swap(self, contents: Lookup[str, Contents[Any]]) -> list[Swap]:
        """Take other contents for what there is of some kinds, all at once; return what that changed."""
        self._access.clear()
        return [self._tables[name].swap(found) for name, found in contents.items()]

    @property
    def version(self) -> int:
        """A number that grows with each change."""
        return sum(table.version for table in self._tables.values())

    @property
    def contents(self) -> dict[str, Contents[Any]]:
        """All records, by kind: for another store to take over, if this one is not used any more."""
        return {name: table.contents for name, table in self._tables.items()}

    def like_this(self) -> Store:
        """Return an empty store with the same rules, which draws SIDs from the same source."""
        return Store(self._ids, suffix=self.suffix, limits=self._limits, kinds=self.kinds)

    def undo(self, changes: Iterable[Change | Swap]) -> None:
        """Take changes back, the last one first; nothing else may have changed their records since."""
        for change in reversed(list(changes)):
            table = self._tables.get(change.kind)
            if table is None:
                continue
            if isinstance(change, Swap):
                self._access.clear()
                table.swap_back(change)
            elif change.before is not None:
                table.put(change.before)
            elif change.after is not None:
                table.take_out(change.after)
