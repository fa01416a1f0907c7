"""IP access control lists and their addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.mappings import Mappings
from sipdomain.twilio.store.model import IpAddress, Limits, NamedList
from sipdomain.twilio.store.table import Table


class AccessLists:
    """All access lists, by account.

    Source: https://www.twilio.com/docs/voice/api/sip-ipaccesscontrollist-resource, .../sip-ipaddress-resource
    """

    def __init__(
        self, ids: Ids, limits: Limits, mappings: Mappings, changed: Callable[[str], None], changes: Changes
    ) -> None:
        """Start empty.

        Args:
            ids: Makes SIDs.
            limits: How much may be stored.
            mappings: Which lists are in use.
            changed: Called with the SID of a list whose name or addresses changed.
            changes: Where changes are noted.
        """
        self._ids = ids
        self._limits = limits
        self._mappings = mappings
        self._changed = changed
        self._lists: Table[NamedList] = Table("access-list", changes)
        self._addresses: Table[IpAddress] = Table("address", changes)

    def create(self, account_sid: str, friendly_name: str, *, now: float) -> NamedList:
        """Make an empty list.

        Raises:
            RestError: 21235 a wrong name, 21255 too many lists.
        """
        name = checks.friendly_name(friendly_name, most=255, code=checks.ACCESS_LIST)
        if self._lists.count(account_sid) >= self._limits.access_lists:
            raise checks.refused(21255, f"An account has at most {self._limits.access_lists} access lists")
        made = NamedList(
            sid=self._ids.new("AL"),
            number=self._lists.next_number(),
            account_sid=account_sid,
            created_at=now,
            updated_at=now,
            friendly_name=name,
        )
        self._lists.put(account_sid, made)
        return made

    def put(self, record: NamedList | IpAddress) -> None:
        """Keep a list or an address as it is, in place of one with its SID."""
        if isinstance(record, NamedList):
            self._lists.put(record.account_sid, record)
            self._changed(record.sid)
        else:
            self._addresses.put(record.list_sid, record)
            self._changed(record.list_sid)

    def take_out(self, record: NamedList | IpAddress) -> None:
        """Take a list or an address out; a list's mappings are the caller's affair."""
        if isinstance(record, NamedList):
            self._addresses.remove_all(record.sid)
            self._lists.remove(record.account_sid, record.sid)
        else:
            self._addresses.remove(record.list_sid, record.sid)
            self._changed(record.list_sid)

    def lists(self) -> list[NamedList]:
        """Return all lists."""
        return list(self._lists)

    def all_addresses(self) -> list[IpAddress]:
        """Return the addresses of all lists."""
        return list(self._addresses)

    def fetch(self, account_sid: str, sid: str) -> NamedList:
        """Return a list, or raise RestError 20404."""
        return self._lists.fetch(account_sid, sid)

    def of(self, account_sid: str) -> list[NamedList]:
        """Return an account's lists, oldest first."""
        return self._lists.of(account_sid)

    def rename(self, account_sid: str, sid: str, friendly_name: str, *, now: float) -> NamedList:
        """Give a list another name; raises RestError 20404 or 21235."""
        found = self._lists.fetch(account_sid, sid)
        name = checks.friendly_name(friendly_name, most=255, code=checks.ACCESS_LIST)
        changed = replace(found, friendly_name=name, updated_at=now)
        self.put(changed)
        return changed

    def delete(self, account_sid: str, sid: str) -> None:
        """Delete a list with its addresses.

        Raises:
            RestError: 20404 no such list, 21236 it is still on a domain.
        """
        found = self._lists.fetch(account_sid, sid)
        domains = self._mappings.domains_with(sid)
        if domains:
            raise checks.refused(
                21236, f"IpAccessControlList {sid} is still mapped to {', '.join(domains[:3])}"
            )
        self.take_out(found)

    def add(
        self,
        account_sid: str,
        list_sid: str,
        friendly_name: str,
        ip_address: str,
        *,
        cidr_prefix_length: int = 32,
        now: float,
    ) -> IpAddress:
        """Add an address or a network.

        Args:
            account_sid: The owner.
            list_sid: The list.
            friendly_name: At most 255 characters.
            ip_address: A full IPv4 address; bits past the prefix are kept, but do not count (assumed).
            cidr_prefix_length: 0 to 32.
            now: Unix seconds.

        Raises:
            RestError: 20404 no such list, 21238 a wrong name, address or length, 21237 too many.
        """
        self._lists.fetch(account_sid, list_sid)
        name = checks.friendly_name(friendly_name, most=255, code=checks.ADDRESS)
        checks.ip_address(ip_address)
        checks.cidr_prefix_length(cidr_prefix_length)
        if self._addresses.count(list_sid) >= self._limits.addresses:
            raise checks.refused(21237, f"An access list has at most {self._limits.addresses} addresses")
        address = IpAddress(
            sid=self._ids.new("IP"),
            number=self._addresses.next_number(),
            account_sid=account_sid,
            created_at=now,
            updated_at=now,
            list_sid=list_sid,
            friendly_name=name,
            ip_address=ip_address,
            cidr_prefix_length=cidr_prefix_length,
        )
        self.put(address)
        return address

    def address(self, account_sid: str, list_sid: str, sid: str) -> IpAddress:
        """Return an address, or raise RestError 20404."""
        self._lists.fetch(account_sid, list_sid)
        return self._addresses.fetch(list_sid, sid)

    def addresses(self, account_sid: str, list_sid: str) -> list[IpAddress]:
        """Return a list's addresses, oldest first, or raise RestError 20404."""
        self._lists.fetch(account_sid, list_sid)
        return self._addresses.of(list_sid)

    def change(
        self,
        account_sid: str,
        list_sid: str,
        sid: str,
        *,
        friendly_name: str | None = None,
        ip_address: str | None = None,
        cidr_prefix_length: int | None = None,
        now: float,
    ) -> IpAddress:
        """Change an address; what is None stays. Raises RestError 20404 or 21238."""
        found = self.address(account_sid, list_sid, sid)
        name, ip, length = found.friendly_name, found.ip_address, found.cidr_prefix_length
        if friendly_name is not None:
            name = checks.friendly_name(friendly_name, most=255, code=checks.ADDRESS)
        if ip_address is not None:
            ip = checks.ip_address(ip_address)
        if cidr_prefix_length is not None:
            length = checks.cidr_prefix_length(cidr_prefix_length)
        changed = replace(found, friendly_name=name, ip_address=ip, cidr_prefix_length=length, updated_at=now)
        self.put(changed)
        return changed

    def remove(self, account_sid: str, list_sid: str, sid: str) -> None:
        """Delete an address, or raise RestError 20404."""
        self.take_out(self.address(account_sid, list_sid, sid))
