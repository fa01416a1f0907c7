"""The cookies of one call: kept by host for its length, sent back as a browser does (RFC 6265, the host-only part)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sipdomain.twilio.webhooks.login import Origin

MAX_COOKIES: Final = 50
"""How many cookies of a host are kept; a further one is ignored."""
LONGEST: Final = 4_096
"""Characters of a cookie's name and value; a longer one is ignored (RFC 6265 section 6.1 asks for no more)."""


class CookieJar:
    """What customers' servers want to see again."""

    __slots__ = ("_kept", "_secure")

    def __init__(self) -> None:
        """Begin without any."""
        self._kept: dict[str, dict[str, str]] = {}
        self._secure: set[tuple[str, str]] = set()

    def header(self, origin: Origin) -> str:
        """Return the value of Cookie for a request, or "": what came with `Secure` goes by https only."""
        kept = self._kept.get(origin.host)
        if not kept:
            return ""
        return "; ".join(
            f"{name}={value}"
            for name, value in kept.items()
            if origin.scheme == "https" or (origin.host, name) not in self._secure
        )

    def keep(self, origin: Origin, fields: Iterable[tuple[str, str]]) -> None:
        """Take the header fields of an answer."""
        for field, value in fields:
            if field.lower() != "set-cookie":
                continue
            pair, _, rest = value.partition(";")
            name, equals, content = (part.strip() for part in pair.partition("="))
            attributes = rest.lower().replace(" ", "").split(";")
            jar = self._kept.setdefault(origin.host, {})
            if "max-age=0" in attributes:
                jar.pop(name, None)
            elif name and equals and len(pair) <= LONGEST and (len(jar) < MAX_COOKIES or name in jar):
                jar[name] = content
                if "secure" in attributes:
                    self._secure.add((origin.host, name))
                else:
                    self._secure.discard((origin.host, name))
