"""The Via header field (RFC 3261 section 20.42), with rport and received (RFC 3581)."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final, Self

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.grammar import (
    PLAIN_PARAMETERS,
    format_parameters,
    parse_parameters,
    split_list,
    split_parameters,
)
from sipdomain.values import lean_value

MAGIC_COOKIE: Final = "z9hG4bK"
_USUAL: Final = re.compile(
    rf"SIP/2\.0/([A-Z]+) ([A-Za-z0-9\-._]+)(?::(\d{{1,5}}))?({PLAIN_PARAMETERS})", re.ASCII
)
_VIA: Final = re.compile(
    r"""\s*SIP\s*/\s*2\.0\s*/\s*(?P<transport>[A-Za-z0-9\-.!%*_+`'~]+)\s+
        (?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._]+)(?:\s*:\s*(?P<port>\d{1,5}))?\s*
        (?P<parameters>;.*)?""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)


@lean_value
class Via:
    """One hop of a request.

    Attributes:
        transport: Upper case: "UDP", "TCP", "TLS", ...
        host: The sent-by host; IPv6 without brackets.
        port: The sent-by port, or None.
        parameters: Lower-case name to value: branch, rport, received, ...
    """

    transport: str
    host: str
    port: int | None = None
    parameters: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse one Via value.

        Raises:
            RemoteProtocolError: The text is not a via-parm.
        """
        match = _USUAL.fullmatch(text)
        if match is not None:
            transport, host, number, rest = match.groups()
            return cls(transport, host, _port(number), split_parameters(rest))
        match = _VIA.fullmatch(text)
        if match is None:
            raise RemoteProtocolError(f"not a Via: {text[:80]!r}")
        transport, host, number, rest = match.groups()
        return cls(
            transport.upper(),
            host[1:-1] if host[0] == "[" else host,
            _port(number),
            parse_parameters(rest) if rest else {},
        )

    @classmethod
    def parse_many(cls, text: str) -> list[Self]:
        """Parse a comma-separated list.

        Raises:
            RemoteProtocolError: One of them is not a via-parm.
        """
        return [cls.parse(part) for part in split_list(text)]

    @property
    def branch(self) -> str | None:
        """The branch parameter, or None."""
        return self.parameters.get("branch")

    @property
    def sent_by(self) -> str:
        """Host and port as written, in lower case."""
        return self.host.lower() if self.port is None else f"{self.host.lower()}:{self.port}"

    def __str__(self) -> str:
        """Return the value as text."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"SIP/2.0/{self.transport} {host}{port}{format_parameters(self.parameters)}"


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    port = int(text)
    if not 0 < port < 65536:
        raise RemoteProtocolError(f"not a port: {port}")
    return port
