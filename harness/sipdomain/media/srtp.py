"""SRTP packets (RFC 3711): one session's packets protected and unprotected, by libsrtp."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sipdomain.media.sdes import MasterKey

if TYPE_CHECKING:
    from pylibsrtp import Session

MOST_SOURCES: Final = 16
"""How many SSRCs a peer may send by under one key; each costs memory, and a call has one or two."""
_LONGEST: Final = 1500 - 144
"""What libsrtp's wrapper has room for, with the longest trailer that it may append."""
_REASONS: Final = {
    "authentication failure": "wrong tag",
    "replay check failed (bad index)": "replayed",
    "replay check failed (index too old)": "too old",
}


class Srtp:
    """Both directions of one session. What it cannot protect, or cannot trust, is dropped and counted.

    Attributes:
        dropped: How many packets were dropped, by reason: "no key", "wrong tag" (another key, or a packet changed on
            its way), "replayed", "too old", "too long", "too many sources", "broken".
    """

    __slots__ = ("_in", "_local", "_out", "_remote", "_sources", "dropped")

    def __init__(self) -> None:
        """Begin without keys: nothing passes."""
        self.dropped: Counter[str] = Counter()
        self._local: MasterKey | None = None
        self._remote: MasterKey | None = None
        self._out: Session | None = None
        self._in: Session | None = None
        self._sources: set[bytes] = set()

    def agree(self, local: MasterKey | None, remote: MasterKey | None) -> None:
        """Take the keys agreed on. A key that stays keeps its packet counters and replay window.

        Args:
            local: What we protect with; None lets nothing out.
            remote: What the peer protects with; None lets nothing in.
        """
        if local != self._local:
            self._local, self._out = local, _session(local, inbound=False)
        if remote != self._remote:
            self._remote, self._in = remote, _session(remote, inbound=True)
            self._sources.clear()

    def protect(self, packet: bytes) -> bytes | None:
        """Return an RTP packet as SRTP, or None."""
        if self._out is None:
            self.dropped["no key"] += 1
            return None
        return self._passed(self._out.protect, packet)

    def protect_rtcp(self, packet: bytes) -> bytes | None:
        """Return an RTCP packet as SRTCP (RFC 3711 section 3.4), or None."""
        if self._out is None:
            self.dropped["no key"] += 1
            return None
        return self._passed(self._out.protect_rtcp, packet)

    def unprotect(self, packet: bytes) -> bytes | None:
        """Return an SRTP packet as RTP, or None."""
        return self._trusted(packet, packet[8:12], rtcp=False)

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """Return an SRTCP packet as RTCP, or None."""
        return self._trusted(packet, packet[4:8], rtcp=True)

    def _trusted(self, packet: bytes, source: bytes, *, rtcp: bool) -> bytes | None:
        if self._in is None:
            self.dropped["no key"] += 1
            return None
        if len(self._sources) >= MOST_SOURCES and source not in self._sources:
            self.dropped["too many sources"] += 1
            return None
        plain = self._passed(self._in.unprotect_rtcp if rtcp else self._in.unprotect, packet)
        if plain is not None:
            self._sources.add(source)
        return plain

    def _passed(self, function: Callable[[bytes], bytes], packet: bytes) -> bytes | None:
        if len(packet) > _LONGEST:
            self.dropped["too long"] += 1
            return None
        try:
            return function(packet)
        except _refusal() as error:
            self.dropped[_REASONS.get(str(error), "broken")] += 1
            return None


def _refusal() -> type[Exception]:
    from pylibsrtp import Error

    return Error


def _session(key: MasterKey | None, *, inbound: bool) -> Session | None:
    if key is None:
        return None
    from pylibsrtp import Policy, Session

    profiles = {
        "AES_CM_128_HMAC_SHA1_80": Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
        "AES_CM_128_HMAC_SHA1_32": Policy.SRTP_PROFILE_AES128_CM_SHA1_32,
    }
    direction = Policy.SSRC_ANY_INBOUND if inbound else Policy.SSRC_ANY_OUTBOUND
    return Session(Policy(key=key.value, ssrc_type=direction, srtp_profile=profiles[key.suite]))
