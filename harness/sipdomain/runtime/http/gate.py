"""Who may ask by HTTP: one gate for the REST API, recordings, twimlets, bins, the control API, the proxy."""

from __future__ import annotations

import base64
import binascii
import hmac
import math
import posixpath
import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from sipdomain.runtime.development import AUTH_TOKEN
from sipdomain.twilio.admission.password_guesses import Guesses
from sipdomain.twilio.engine.hosted import HOSTS
from sipdomain.twilio.webhooks.urls import is_loopback

Door = Literal["provider", "control", "proxy"]
"""The provider's API, twimlets and TwiML bins; the harness's own API; the provider's API as the proxy's clients ask it."""

CONTROL: Final = "/_sipdomain/"
_ACCESS_DENIED: Final = 20006
_NOT_AUTHENTICATED: Final = 20003
_TOO_MANY: Final = 20429
_WHOEVER: Final = "the control token"
_HOST: Final = re.compile(r"(?:\[[^\s@\[\]]+\]|[^\s@\[\]:/?#\\]+)(?::[0-9]{0,5})?")
_DECODED: Final = 3
"""How often a path is decoded to see what a lax server could make of it."""
_FROM_ELSEWHERE: Final = frozenset({"cross-site", "same-site"})


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request says of whoever sends it.

    Attributes:
        method: The HTTP method.
        host: The authority that was asked for.
        origin: The Origin header field; "" when there is none.
        site: The Sec-Fetch-Site header field, or "".
        authorization: The Authorization header field, or "".
        is_webhook: Whether an emulator sends it, as a request to a customer's URL.
        client: The IP address that asks; "" when nobody knows.
        at: The moment, in seconds of any clock that goes on.
    """

    method: str
    host: str
    origin: str = ""
    site: str = ""
    authorization: str = ""
    is_webhook: bool = False
    client: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        status: The HTTP status.
        code: The provider's code for that.
        message: What is wrong, and what to change.
        retry_after: After how many seconds to ask again; 0 where time changes nothing.
    """

    status: int
    code: int
    message: str
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Gate:
    """Judges requests of one listener.

    Attributes:
        token: What the control API needs as `Authorization: Bearer`; "" on loopback, where whoever is on this
            machine may ask.
        host: What the listener is bound to.
    """

    token: str = ""
    host: str = "127.0.0.1"
    _guesses: Guesses = field(default_factory=Guesses, compare=False, repr=False)

    def refusal(self, asking: Asking, door: Door) -> Refusal | None:
        """Return why a request is refused, or None.

        A page in a browser must not reach us, neither from an origin of its own nor by a name of its own that was
        made to lead here (DNS rebinding). Beyond loopback the public token is nobody's proof.
        """
        elsewhere = asking.site in _FROM_ELSEWHERE and asking.method not in {"GET", "HEAD"}
        if elsewhere or (asking.origin and not _same(asking.origin, asking.host)):
            return _denied(f"nothing is answered for pages of {asking.origin[:100] or 'another site'!r}")
        if door == "control":
            if asking.is_webhook:
                return _denied(f"{CONTROL} is not for webhooks: give the URL of your application")
            if self.token:
                return self._judge_token(asking)
        if door == "proxy" or is_loopback(self.host):
            name = _name(asking.host)
            allowed = is_ours(name) if door == "proxy" else self._is_here(name)
            if not allowed and not (door == "provider" and (is_ours(name) or name in HOSTS)):
                return _denied(_wrong_host(name, door))
        if door != "control" and not is_loopback(self.host) and _password(asking.authorization) == AUTH_TOKEN:
            return _public_token()
        return None

    def _judge_token(self, asking: Asking) -> Refusal | None:
        if not asking.authorization:
            return _no_token()
        pause = self._guesses.pause(asking.client, _WHOEVER, asking.at)
        if pause:
            return _too_many(asking.client, pause)
        if _bears(asking.authorization, self.token):
            self._guesses.succeeded(asking.client, _WHOEVER, asking.at)
            return None
        self._guesses.failed(asking.client, _WHOEVER, asking.at)
        return _no_token()

    def _is_here(self, name: str) -> bool:
        return name in {"localhost", self.host} or is_loopback(name)


def is_ours(host: str) -> bool:
    """Return whether a host name is one of the provider's, which are all answered here."""
    return host.lower().removesuffix(".").endswith(".twilio.com")


def is_control(path: str) -> bool:
    """Return whether a URL's path leads to the control API, by whatever spelling."""
    for _ in range(_DECODED):
        path = unquote(path)
    path = posixpath.normpath("/" + path.replace("\\", "/").lstrip("/"))
    return f"{path.lower()}/".startswith(CONTROL)


def is_self(peer: str, local: str, bound: str) -> bool:
    """Return whether a connection leads to a listener of this process, when the port is that listener's.

    Args:
        peer: The IP address that was reached.
        local: The connection's own IP address.
        bound: What the listener is bound to.
    """
    there, here, listening = _address(peer), _address(local), _address(bound)
    if there is None or listening is None:
        return True  # Whoever cannot decide refuses.
    if listening.is_unspecified:
        return there.is_loopback or there.is_unspecified or there == here
    return there == listening or there.is_unspecified


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _name(host: str) -> str:
    """Return the name in a Host header field, in lower case and without the dot of the root; "" when there is none.

    A Host with a user, or with a port that is none, names nobody (RFC 9110 section 7.2).
    """
    if _HOST.fullmatch(host) is None:
        return ""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
        return (parts.hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _same(origin: str, host: str) -> bool:
    """Return whether an Origin is that of the pages of a host."""
    try:
        found = urlsplit(origin)
        ports = {"http": 80, "https": 443}
        asked = urlsplit(f"{found.scheme}://{host}")
        usual = ports.get(found.scheme, 0)
        return (found.hostname, found.port or usual) == (asked.hostname, asked.port or usual) and bool(usual)
    except ValueError:
        return False


def _bears(authorization: str, token: str) -> bool:
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _password(authorization: str) -> str:
    """Return the password of Basic credentials, or ""."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given.strip()).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _denied(message: str) -> Refusal:
    return Refusal(403, _ACCESS_DENIED, message)


def _no_token() -> Refusal:
    return Refusal(401, _NOT_AUTHENTICATED, "this needs `Authorization: Bearer TOKEN`, the token of `serve`")


def _too_many(client: str, pause: float) -> Refusal:
    seconds = math.ceil(pause)
    said = f"too many wrong tokens from {client}: correct it, and ask again in {seconds} s"
    return Refusal(429, _TOO_MANY, said, seconds)


def _public_token() -> Refusal:
    return Refusal(
        401,
        _NOT_AUTHENTICATED,
        "the development token is public, and not taken beyond loopback: "
        "use the token that `serve` printed, or set TWILIO_AUTH_TOKEN",
    )


def _wrong_host(name: str, door: Door) -> str:
    shown = f"nothing is answered for the host {name[:100]!r}"
    return f"{shown} through the proxy" if door == "proxy" else f"{shown}: ask by 127.0.0.1 or localhost"
