"""Digest authentication on both sides (RFC 2617, RFC 7616, RFC 3261 section 22): MD5, qop=auth."""

from __future__ import annotations

import base64
import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import md5, sha256
from typing import Final, Literal, Self

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.grammar import BLANKS, quote, unquote

_PARAMETER: Final = re.compile(
    r"""[\s,]*([A-Za-z0-9\-.!%*_+`'~]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+)\s*(?:,[\s,]*|\Z)""",
    re.DOTALL | re.ASCII,
)
_COUNT: Final = re.compile(r"[0-9A-Fa-f]{8}")
_BLANK: Final = re.compile(r"[ \t\r\n]+")


def _parse(text: str) -> dict[str, str]:
    scheme, *parameters = _BLANK.split(text.strip(BLANKS), maxsplit=1)
    if scheme.lower() != "digest":
        raise RemoteProtocolError(f"not Digest: {scheme[:20]!r}")
    found: dict[str, str] = {}
    at, rest = 0, parameters[0].strip(BLANKS) if parameters else ""
    while at < len(rest):
        match = _PARAMETER.match(rest, at)
        if match is None:
            raise RemoteProtocolError(f"not a digest parameter: {rest[at : at + 40]!r}")
        name = match[1].lower()
        if name in found:
            raise RemoteProtocolError(f"digest parameter {name!r} comes twice")
        found[name] = unquote(match[2])
        at = match.end()
    return found


@dataclass(frozen=True, slots=True)
class Challenge:
    """What Proxy-Authenticate or WWW-Authenticate asks for.

    Attributes:
        realm: The protection space.
        nonce: The server's nonce.
        opaque: To be returned as it came, or "".
        qop: The qualities offered, such as ("auth",); empty for RFC 2069 digests.
        algorithm: As written, or "" when it was not given (which means MD5).
        stale: Whether only the nonce was wrong.
    """

    realm: str
    nonce: str
    opaque: str = ""
    qop: tuple[str, ...] = ("auth",)
    algorithm: str = ""
    stale: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a challenge.

        Raises:
            RemoteProtocolError: It is no Digest challenge, or lacks realm or nonce.
        """
        found = _parse(text)
        if "realm" not in found or "nonce" not in found:
            raise RemoteProtocolError("a digest challenge needs realm and nonce")
        qop = tuple(part.strip() for part in found.get("qop", "").split(",") if part.strip())
        stale = found.get("stale", "").lower() == "true"
        return cls(
            found["realm"], found["nonce"], found.get("opaque", ""), qop, found.get("algorithm", ""), stale
        )

    def __str__(self) -> str:
        """Return the header field's value."""
        text = f"Digest realm={quote(self.realm)}"
        if self.qop:
            text += f',qop="{",".join(self.qop)}"'
        text += f",nonce={quote(self.nonce)}"
        if self.opaque:
            text += f",opaque={quote(self.opaque)}"
        if self.algorithm:
            text += f",algorithm={self.algorithm}"
        return text + ",stale=true" if self.stale else text


@dataclass(frozen=True, slots=True)
class Credentials:
    """What Proxy-Authorization or Authorization answers.

    Attributes:
        username: Unquoted.
        realm: Unquoted.
        nonce: The nonce that the client used.
        uri: The digest-uri.
        response: 32 hexadecimal digits.
        opaque: As returned, or "".
        qop: "auth", or "" for RFC 2069.
        nc: The nonce count as eight hexadecimal digits, or "".
        cnonce: The client's nonce, or "".
        algorithm: As written, or "".
    """

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    opaque: str = ""
    qop: str = ""
    nc: str = ""
    cnonce: str = ""
    algorithm: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse credentials.

        Raises:
            RemoteProtocolError: They are not Digest, or lack a parameter that they need.
        """
        found = _parse(text)
        for name in ("username", "realm", "nonce", "uri", "response"):
            if name not in found:
                raise RemoteProtocolError(f"digest credentials without {name}")
        if found.get("qop"):
            lacking = [name for name in ("nc", "cnonce") if not found.get(name)]
            if lacking:
                raise RemoteProtocolError(f"digest credentials with qop but without {' and '.join(lacking)}")
            if not _COUNT.fullmatch(found["nc"]):
                raise RemoteProtocolError(f"nc={found['nc'][:20]} in place of eight hexadecimal digits")
        known = ("opaque", "qop", "nc", "cnonce", "algorithm")
        return cls(
            found["username"], found["realm"], found["nonce"], found["uri"], found["response"],
            **{name: found.get(name, "") for name in known},
        )  # fmt: skip

    def __str__(self) -> str:
        """Return the header field's value."""
        text = (
            f"Digest username={quote(self.username)},realm={quote(self.realm)},nonce={quote(self.nonce)},"
            f'uri={quote(self.uri)},response="{self.response}"'
        )
        if self.algorithm:
            text += f",algorithm={self.algorithm}"
        if self.qop:
            text += f",cnonce={quote(self.cnonce)},qop={self.qop},nc={self.nc}"
        return text + (f",opaque={quote(self.opaque)}" if self.opaque else "")


def _md5(text: str) -> str:
    return md5(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


def hash_a1(username: str, realm: str, password: str) -> str:
    """Return HA1: what a server stores in place of the password (RFC 2617 section 3.2.2.2)."""
    return _md5(f"{username}:{realm}:{password}")


def digest_response(ha1: str, method: str, credentials: Credentials) -> str:
    """Return the request-digest for these credentials (RFC 2617 section 3.2.2.1)."""
    ha2 = _md5(f"{method}:{credentials.uri}")
    if credentials.qop:
        middle = f"{credentials.nonce}:{credentials.nc}:{credentials.cnonce}:{credentials.qop}"
        return _md5(f"{ha1}:{middle}:{ha2}")
    return _md5(f"{ha1}:{credentials.nonce}:{ha2}")


def verify(ha1: str, method: str, credentials: Credentials) -> bool:
    """Whether credentials prove that their sender knows HA1, in constant time.

    Another algorithm than MD5, or another qop than auth, proves nothing. The nonce is `NonceKeeper`'s to judge.
    """
    if credentials.algorithm.upper() not in {"", "MD5"} or credentials.qop not in {"", "auth"}:
        return False
    given = credentials.response.lower().encode("utf-8", "surrogateescape")
    return hmac.compare_digest(digest_response(ha1, method, credentials).encode(), given)


def answer_challenge(
    challenge: Challenge, *, method: str, uri: str, username: str, password: str, cnonce: str, count: int = 1
) -> Credentials:
    """Answer a challenge as a client does.

    Raises:
        RemoteProtocolError: The challenge asks for another algorithm than MD5, or another qop than auth.
    """
    if challenge.algorithm.upper() not in {"", "MD5"}:
        raise RemoteProtocolError(f"digest algorithm {challenge.algorithm} is not supported")
    if challenge.qop and "auth" not in challenge.qop:
        raise RemoteProtocolError(f"digest qop {','.join(challenge.qop)} is not supported")
    qop = "auth" if challenge.qop else ""
    blank = Credentials(
        username, challenge.realm, challenge.nonce, uri, "", challenge.opaque,
        qop, f"{count:08x}" if qop else "", cnonce if qop else "", challenge.algorithm,
    )  # fmt: skip
    return replace(
        blank, response=digest_response(hash_a1(username, challenge.realm, password), method, blank)
    )


NonceVerdict = Literal["fresh", "stale", "unknown", "replayed"]


class NonceKeeper:
    """Nonces without a store: a moment, a number and an HMAC, in 48 url-safe base64 characters.

    Only nonces that were used are remembered, to refuse a nonce count that does not grow
    (RFC 7616 section 3.4). At most `capacity` of them: past that the least recently used one is
    forgotten, and it counts as stale from then on, with all that were issued before it.
    """

    def __init__(self, secret: bytes, *, lifetime: float = 60.0, capacity: int = 65_536) -> None:
        """Keep nonces for `lifetime` seconds, signed with `secret`."""
        self._secret = secret
        self.lifetime = lifetime
        self._capacity = capacity
        self._number = 0
        self._forgotten = b""
        self._used: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many nonces are remembered."""
        return len(self._used)

    def issue(self, now: float) -> str:
        """Return a new nonce."""
        self._number = (self._number + 1) % 2**32
        head = int(now * 1000).to_bytes(8, "big") + self._number.to_bytes(4, "big")
        return base64.urlsafe_b64encode(head + self._sign(head)).decode()

    def _sign(self, head: bytes) -> bytes:
        return hmac.digest(self._secret, head, sha256)[:24]

    def check(self, nonce: str, count: str, now: float) -> NonceVerdict:
        """Judge a nonce and its count, and remember the count when it is fresh.

        Ask only about credentials whose response has been verified: whoever overhears a nonce
        could otherwise use it up with a high count.

        Args:
            nonce: As the client sent it.
            count: Eight hexadecimal digits, or "" for a client without qop, which may use a nonce once.
            now: By the clock that `issue` was given.
        """
        try:
            raw = base64.b64decode(nonce.encode(), b"-_", validate=True)
        except ValueError:
            return "unknown"
        head = raw[:12]
        if len(raw) != 36 or not hmac.compare_digest(self._sign(head), raw[12:]):
            return "unknown"
        if now - int.from_bytes(raw[:8], "big") / 1000 > self.lifetime:
            return "stale"
        number = int(count, 16) if _COUNT.fullmatch(count) else 1
        # By what it says and not by its spelling, of which base64 may allow several.
        known = self._used.get(head)
        if known is None and head <= self._forgotten:
            return "stale"
        if number <= (known[0] if known else 0):
            return "replayed"
        self._used[head] = (number, now)
        self._used.move_to_end(head)
        self._forget(now)
        return "fresh"

    def _forget(self, now: float) -> None:
        while self._used:
            head, (_, at) = next(iter(self._used.items()))
            if now - at <= self.lifetime:
                if len(self._used) <= self._capacity:
                    return
                self._forgotten = max(self._forgotten, head)
            del self._used[head]
