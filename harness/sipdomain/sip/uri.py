"""SIP and SIPS URIs (RFC 3261 section 19.1), and tel URIs as far as they must be carried."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self, TypeVar
from urllib.parse import unquote

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.grammar import format_parameters, parse_parameters

_SIP: Final = re.compile(
    r"""(?P<scheme>[sS][iI][pP][sS]?):
        (?:(?P<user>[A-Za-z0-9\-_.!~*'()%&=+$,;?/\#]*)(?::(?P<password>[A-Za-z0-9\-_.!~*'()%&=+$,]*))?@)?
        (?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._]+)
        (?::(?P<port>\d{1,5}))?
        (?P<parameters>;[^?\s<>]*)?
        (?:\?(?P<headers>[^\s<>]*))?""",
    re.VERBOSE | re.ASCII,
)
_OTHER: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+\-.]*):(?P<rest>[^\s<>\"]+)", re.ASCII)
_LONGEST_CACHED: Final = 256
_U = TypeVar("_U", bound="Uri")


@dataclass(frozen=True, slots=True)
class Uri:
    """A URI as it stands in a request line, From, To or Contact.

    Attributes:
        scheme: Lower case: "sip", "sips", or another such as "tel".
        user: As written, escapes kept, or None. For other schemes all that follows the colon.
        password: As written, or None.
        host: As written; an IPv6 address without brackets. "" for other schemes.
        port: 1 to 65535, or None.
        parameters: Lower-case name to value, or to None for a flag.
        headers: The text after "?", or None.
        text: What it was parsed from, letter for letter; "" for one of ours. It does not count in comparisons.
    """

    scheme: str
    user: str | None
    host: str
    port: int | None = None
    password: str | None = None
    parameters: dict[str, str | None] = field(default_factory=dict)
    headers: str | None = None
    text: str = field(default="", init=False, compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a URI.

        Raises:
            RemoteProtocolError: The text is not a URI; status hint 400, or 416 for none of our schemes.
        """
        match = _SIP.fullmatch(text)
        if match is None:
            other = _OTHER.fullmatch(text)
            if other is None or other["scheme"].lower() in {"sip", "sips"}:
                raise RemoteProtocolError(f"not a SIP URI: {text[:80]!r}")
            return _remember_text(cls(other["scheme"].lower(), other["rest"], ""), text)
        port = int(match["port"]) if match["port"] else None
        if port is not None and not 0 < port < 65536:
            raise RemoteProtocolError(f"not a port: {port}")
        host = match["host"]
        uri = cls(
            match["scheme"].lower(),
            match["user"],
            host[1:-1] if host[0] == "[" else host,
            port,
            match["password"],
            parse_parameters(match["parameters"]) if match["parameters"] else {},
            match["headers"],
        )
        return _remember_text(uri, text)

    @property
    def as_sent(self) -> str:
        """The URI letter for letter as it was received; of one of ours what `str` makes of it."""
        return self.text or str(self)

    @property
    def is_sip(self) -> bool:
        """Whether the scheme is sip or sips."""
        return self.scheme in {"sip", "sips"}

    @property
    def username(self) -> str:
        """The user part with its escapes undone, or ""."""
        return unquote(self.user) if self.user and "%" in self.user else self.user or ""

    @property
    def host_port(self) -> str:
        """The host, bracketed when it is IPv6, with the port if there is one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def bare(self) -> str:
        """The URI without port, password, parameters and headers: `sip:user@host`."""
        if not self.is_sip:
            return f"{self.scheme}:{self.user}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}:{self.user}@{host}" if self.user else f"{self.scheme}:{host}"

    def __str__(self) -> str:
        """Return the URI as text; parse and str round trip but for the case of scheme and names."""
        if not self.is_sip:
            return f"{self.scheme}:{self.user}"
        user = "" if self.user is None else self.user
        if self.password is not None:
            user += f":{self.password}"
        if self.user is not None:
            user += "@"
        headers = "" if self.headers is None else f"?{self.headers}"
        return f"{self.scheme}:{user}{self.host_port}{format_parameters(self.parameters)}{headers}"


def _remember_text(uri: _U, text: str) -> _U:
    object.__setattr__(uri, "text", text)  # The value is new: nobody has seen it without.
    return uri


@lru_cache(maxsize=4096)
def _remembered(text: str) -> Uri:
    return Uri.parse(text)


def parse_uri(text: str) -> Uri:
    """Parse a URI, remembering the last 4,096 texts of usual length. The value is shared: do not change it.

    Raises:
        RemoteProtocolError: As `Uri.parse`.
    """
    return _remembered(text) if len(text) <= _LONGEST_CACHED else Uri.parse(text)
