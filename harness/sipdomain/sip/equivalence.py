"""Whether two SIP URIs mean the same (RFC 3261 section 19.1.4): what a registrar finds a binding by."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from sipdomain.sip.uri import Uri

_COUNTED: Final = ("transport", "user", "ttl", "method", "maddr")
"""Parameters that make a difference also when only one of the two URIs has them."""


def equivalent(one: Uri, other: Uri) -> bool:
    """Return whether two URIs mean the same.

    User and password count by case, the rest does not; escapes are undone; a port that is left out is not a port
    5060. Parameters that only one of them has do not count, but for transport, user, ttl, method and maddr.
    The relation is not transitive (the section says so too), so it makes no key for a table.
    """
    if one.scheme != other.scheme:
        return False
    if not one.is_sip:
        return one.user == other.user
    if (one.host.lower(), one.port) != (other.host.lower(), other.port):
        return False
    if _plain(one.user) != _plain(other.user) or _plain(one.password) != _plain(other.password):
        return False
    if _header_fields(one.headers) != _header_fields(other.headers):
        return False
    names = {*_COUNTED, *(one.parameters.keys() & other.parameters.keys())}
    return all(_parameter(one, name) == _parameter(other, name) for name in names)


def _plain(text: str | None) -> str | None:
    return unquote(text) if text and "%" in text else text


def _header_fields(text: str | None) -> list[str]:
    """Return the header fields of a URI, which may stand in any order."""
    return sorted(unquote(field).lower() for field in text.split("&")) if text else []


def _parameter(uri: Uri, name: str) -> tuple[bool, str]:
    value = uri.parameters.get(name)
    return name in uri.parameters, unquote(value).lower() if value else ""
