"""Who a phone is, where it stands, and which way its requests go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.media.offer import CODECS
from sipdomain.sip.grammar import TOKEN
from sipdomain.sip.headers import key_of
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.uri import Uri, parse_uri

TRANSPORTS: Final = ("udp", "tcp", "tls")
OWN_FIELDS: Final = frozenset({"via", "from", "to", "call-id", "cseq", "content-length"})
"""Header fields that a script cannot give, because messages are matched and framed by them; all others it may."""


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """A phone's settings.

    Attributes:
        name: What the journal calls it.
        user: The user part of From and Contact, as it stands in a URI.
        domain: The host of From, such as "acme.sip.twilio.com".
        username: The digest user name.
        password: The digest password.
        local: Its signalling address, bound by the runtime.
        proxy: Where its requests go, whatever the Request-URI says.
        transport: "udp", "tcp" or "tls".
        secure_proxy: Where its requests over TLS go; None for `proxy`.
        codecs: What it offers, best first: "PCMU", "PCMA".
        display_name: The name in From, or "".
        user_agent: The User-Agent header field, or "" for none.
        transfers: How it answers a REFER, and what it then reports of the new call; 405 when nothing is said.
        telephone_event: Whether it agrees on telephone-event for keys (RFC 4733).
        srtp: Whether its audio is SRTP, with keys in a=crypto (RFC 4568); a peer without it is refused.
        recorder: Whether it is a session recording server too (RFC 7866).
        silent: Whether it takes no notice of anything that arrives.

    Raises:
        LocalProtocolError: A transport or codec is unknown, or user and domain make no SIP URI.
    """

    name: str
    user: str
    domain: str
    username: str
    password: str = field(repr=False)
    local: Address
    proxy: Address
    transport: str
    codecs: tuple[str, ...] = ("PCMU", "PCMA")
    display_name: str = ""
    user_agent: str = "sipdomain phone"
    telephone_event: bool = True
    srtp: bool = False
    secure_proxy: Address | None = None
    transfers: tuple[int, ...] = ()
    silent: bool = False
    recorder: bool = False

    def __post_init__(self) -> None:
        checked_target(f"sip:{self.user}@{self.domain}")
        self.flow()
        if not self.codecs or not set(self.codecs) <= set(CODECS):
            raise LocalProtocolError(f"codecs are one or more of {', '.join(CODECS)}, not {self.codecs}")
        checked_value("User-Agent", self.user_agent)
        checked_value("From", self.display_name)

    @property
    def address_of_record(self) -> Uri:
        """The URI in From."""
        return parse_uri(f"sip:{self.user}@{self.domain}")

    def contact(self, transport: str) -> Uri:
        """Return where requests of the peer reach the phone."""
        return Uri("sip", self.user, self.local.host, self.local.port, parameters={"transport": transport})

    def flow(self, transport: str | None = None) -> Flow:
        """Return the way to the proxy; on TCP and TLS the runtime finds or opens the connection.

        Raises:
            LocalProtocolError: The transport is unknown.
        """
        transport = transport or self.transport
        if transport not in TRANSPORTS:
            raise LocalProtocolError(f"transport {transport!r} is none of {', '.join(TRANSPORTS)}")
        secure = self.secure_proxy if transport == "tls" else None
        return Flow(transport, self.local, secure or self.proxy)


def checked_target(uri: str) -> str:
    """Return a Request-URI as it was given.

    Raises:
        LocalProtocolError: It is not a URI.
    """
    try:
        parse_uri(uri)
    except RemoteProtocolError as error:
        raise LocalProtocolError(str(error)) from error
    return uri


def checked_fields(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return header fields that a script gives, as they were given.

    Raises:
        LocalProtocolError: A name is not a token or is of the phone's own, or a value would break the line.
    """
    checked = [(name, value) for name, value in fields]
    for name, value in checked:
        if not TOKEN.fullmatch(name):
            raise LocalProtocolError(f"not a header field name: {name!r}")
        if key_of(name) in OWN_FIELDS:
            raise LocalProtocolError(f"header field {name} is the phone's own")
        checked_value(name, value)
    return checked


def checked_value(name: str, value: str) -> str:
    """Return the value of a header field, or a part of it, as it was given.

    Raises:
        LocalProtocolError: It would break the line, or no message can carry it.
    """
    if "\r" in value or "\n" in value:
        raise LocalProtocolError(f"header field {name} has a line break in its value")
    if "\0" in value:
        raise LocalProtocolError(f"header field {name} has a NUL in its value")
    return value
