"""IP access control lists and their addresses."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.mappings import Mappings
from sipdomain.twilio.store.model import IpAddress, NamedList
from sipdomain.twilio.store.named_lists import NamedLists

ACCESS_LIST: Final = Kind(
    name="access-list",
    model=NamedList,
    prefix="AL",
    most="access_lists",
    full=(21255, "An account has at most {most} access lists"),
)
ADDRESS: Final = Kind(
    name="address",
    model=IpAddress,
    prefix="IP",
    most="addresses",
    full=(21237, "An access list has at most {most} addresses"),
    owner=attrgetter("list_sid"),
    refers=lambda each: (("access-list", each.list_sid),),
)


class AccessLists(NamedLists[IpAddress]):
    """All access lists, by account.

    Source: https://www.twilio.com/docs/voice/api/sip-ipaccesscontrollist-resource, .../sip-ipaddress-resource
    """

    what = "IpAccessControlList"
    longest_name = 255
    wrong_name = checks.ACCESS_LIST
    in_use = 21236

    def __init__(
        self, ids: Ids, limits: Limits, changes: Changes, mappings: Mappings, changed: Callable[[str], None]
    ) -> None:
        """Start empty.

        Args:
            ids: Makes SIDs.
            limits: How much may be stored.
            changes: Where changes are noted.
            mappings: Which lists are in use.
            changed: Called with the SID of a list whose name or addresses changed.
        """
        super().__init__(ACCESS_LIST, ADDRESS, ids, limits, changes, mappings)
        self.touched = lambda each: changed(each.sid)
        self.entries.touched = lambda each: changed(each.list_sid)

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
        self.fetch(account_sid, list_sid)
        checked = _checked(
            friendly_name=friendly_name, ip_address=ip_address, cidr_prefix_length=cidr_prefix_length
        )
        return self.entries.make(account_sid, now=now, list_sid=list_sid, **checked)

    def change_entry(
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
        found = self.entry(account_sid, list_sid, sid)
        checked = _checked(
            friendly_name=friendly_name, ip_address=ip_address, cidr_prefix_length=cidr_prefix_length
        )
        return self.entries.change(found, now=now, **checked)


def _checked(
    *, friendly_name: str | None, ip_address: str | None, cidr_prefix_length: int | None
) -> dict[str, Any]:
    """Return what is not None, as it is kept."""
    kept: dict[str, Any] = {}
    if friendly_name is not None:
        kept["friendly_name"] = checks.friendly_name(friendly_name, most=255, code=checks.ADDRESS)
    if ip_address is not None:
        kept["ip_address"] = checks.ip_address(ip_address)
    if cidr_prefix_length is not None:
        kept["cidr_prefix_length"] = checks.cidr_prefix_length(cidr_prefix_length)
    return kept
