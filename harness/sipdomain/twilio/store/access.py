"""Who may call or register on a domain: its mapped lists, compiled for one look-up per request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping as Lookup, Sequence

from sipdomain.twilio.store.model import Credential, IpAddress, NamedList

_SHOWN_LISTS = 3
_SHOWN_ADDRESSES = 4


class Access:
    """The credentials and addresses of a domain's mapped lists.

    Credential lists are looked up where they are stored, so a new password holds at once; addresses are
    compiled here, by prefix length, and the store makes a new `Access` when one of the lists changes.

    Attributes:
        lists_addresses: Whether an IP access control list is mapped, be it an empty one.
        lists_credentials: Whether a credential list is mapped, be it an empty one.
    """

    __slots__ = ("_lists", "_networks", "_users", "lists_addresses", "lists_credentials")

    def __init__(
        self,
        users: Iterable[Lookup[str, Credential]],
        lists: Iterable[tuple[NamedList, Sequence[IpAddress]]],
    ) -> None:
        """Compile.

        Args:
            users: For each credential list its credentials by user name.
            lists: Each access list with its addresses.
        """
        self._users = tuple(users)
        self._lists = tuple(lists)
        networks: dict[int, set[int]] = {}
        for _, addresses in self._lists:
            for address in addresses:
                shift = 32 - address.cidr_prefix_length
                number = ipv4_number(address.ip_address)
                if number is not None:
                    networks.setdefault(shift, set()).add(number >> shift)
        self._networks = tuple(sorted(networks.items()))
        self.lists_addresses = bool(self._lists)
        self.lists_credentials = bool(self._users)

    def allows(self, ip: str) -> bool:
        """Return whether an address is in a mapped access list; at most 33 probes, however long the lists.

        Args:
            ip: IPv4, or IPv6 (which is never listed, except as ::ffff:a.b.c.d).
        """
        number = ipv4_number(ip.lower().removeprefix("::ffff:"))
        return number is not None and any(number >> shift in networks for shift, networks in self._networks)

    def ha1(self, username: str) -> str | None:
        """Return the hash of a user's password, or None for an unknown user.

        When several lists know the user, the list mapped first decides (assumed).
        """
        for users in self._users:
            credential = users.get(username)
            if credential is not None:
                return credential.ha1
        return None

    def describe_addresses(self) -> str:
        """Return what is listed, for a refusal: "office: 127.0.0.10, 10.0.0.0/8", cut at a few."""
        if not self._lists:
            return "no IP access control list"
        parts = []
        for named, addresses in self._lists[:_SHOWN_LISTS]:
            shown = [str(address) for address in addresses[:_SHOWN_ADDRESSES]]
            if len(addresses) > _SHOWN_ADDRESSES:
                shown.append(f"{len(addresses) - _SHOWN_ADDRESSES} more")
            parts.append(f"{named.friendly_name}: {', '.join(shown) or 'empty'}")
        if len(self._lists) > _SHOWN_LISTS:
            parts.append(f"{len(self._lists) - _SHOWN_LISTS} more lists")
        return "; ".join(parts)


def ipv4_number(text: str) -> int | None:
    """Return an IPv4 address as a number of 32 bits, or None when the text is none."""
    number = 0
    parts = text.split(".")
    if len(parts) != 4:
        return None
    for part in parts:
        if not (part.isascii() and part.isdecimal()) or len(part) > 3:
            return None
        octet = int(part)
        if octet > 255:
            return None
        number = number << 8 | octet
    return number
