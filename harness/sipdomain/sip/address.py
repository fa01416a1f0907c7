"""Name addresses: the values of From, To, Contact, Route and Record-Route (RFC 3261 section 20.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.grammar import (
    BLANKS,
    PLAIN_PARAMETERS,
    format_parameters,
    parse_parameters,
    quote,
    split_list,
    split_parameters,
    unquote,
)
from sipdomain.sip.uri import Uri, parse_uri

_USUAL: Final = re.compile(rf'(?:"([^"\\]*)" |([A-Za-z0-9]*) ?)<([^<>\s]*)>({PLAIN_PARAMETERS})', re.ASCII)
_NAME_ADDRESS: Final = re.compile(
    r'("(?:[^"\\]|\\.)*"\s*|[^"<;,:]*)<([^<>]*)>\s*(;.*)?', re.DOTALL | re.ASCII
)


_LONGEST_CACHED: Final = 256
_URI_MARKS: Final = frozenset('"<:*')


def has_comma_in_name(text: str) -> bool:
    """Return whether a list of name addresses is cut in a display name that has a comma and no quotes."""
    return any(part and _URI_MARKS.isdisjoint(part) for part in split_list(text)[:-1])


@dataclass(frozen=True, slots=True)
class NameAddress:
    """A display name, a URI, and the header field's own parameters.

    Attributes:
        uri: The URI.
        name: The display name, unquoted, or "".
        parameters: Lower-case name to value; the tag among them.
    """

    uri: Uri
    name: str = ""
    parameters: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse one value. Without angle brackets, parameters belong to the header field, and "?" is not allowed.

        Raises:
            RemoteProtocolError: The text is neither a name-addr nor an addr-spec.
        """
        match = _USUAL.fullmatch(text)
        if match is not None:
            quoted, word, uri, parameters = match.groups()
            return cls(
                parse_uri(uri), quoted or word or "", split_parameters(parameters) if parameters else {}
            )
        text = text.strip(BLANKS)
        match = _NAME_ADDRESS.fullmatch(text)
        if match is not None:
            name, uri, parameters = match.groups()
            return cls(
                parse_uri(uri.strip(BLANKS)),
                unquote(name.strip(BLANKS)) if name else "",
                parse_parameters(parameters) if parameters else {},
            )
        if "<" in text or '"' in text or "?" in text:
            raise RemoteProtocolError(f"not a name address: {text[:80]!r}")
        uri, semicolon, rest = text.partition(";")
        return cls(parse_uri(uri.rstrip(BLANKS)), "", parse_parameters(semicolon + rest))

    @classmethod
    def parse_many(cls, text: str) -> list[Self]:
        """Parse a comma-separated list.

        Raises:
            RemoteProtocolError: One of them is not a name address.
        """
        return [cls.parse(part) for part in split_list(text)]

    @property
    def tag(self) -> str | None:
        """The tag parameter, or None."""
        return self.parameters.get("tag")

    def with_tag(self, tag: str) -> NameAddress:
        """Return the same address with that tag."""
        return NameAddress(self.uri, self.name, {**self.parameters, "tag": tag})

    def __str__(self) -> str:
        """Return `"Name" <uri>;parameters`."""
        name = f"{quote(self.name)} " if self.name else ""
        return f"{name}<{self.uri}>{format_parameters(self.parameters)}"


@lru_cache(maxsize=1024)
def _remembered(text: str) -> NameAddress:
    return NameAddress.parse(text)


def parse_address(text: str) -> NameAddress:
    """Parse one value, remembering the last 1,024 texts of usual length. The value is shared: do not change it.

    Raises:
        RemoteProtocolError: As `NameAddress.parse`.
    """
    return _remembered(text) if len(text) <= _LONGEST_CACHED else NameAddress.parse(text)
