"""Offer and answer (RFC 3264) for one stream of audio: PCMU or PCMA, and telephone-event; RTP, or SRTP by SDES."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media.agreement import UNSPECIFIED, Agreement
from sipdomain.media.sdes import SUITES, Crypto, MasterKey, OwnKeys, choose
from sipdomain.media.sdp import (
    ADDRESS_WANTED,
    DescriptionError,
    Direction,
    Line,
    MediaDescription,
    SessionDescription,
    session_lines,
)
from sipdomain.sip.outputs import Address
from sipdomain.values import lean_value

CODECS: Final = {"PCMU": "0", "PCMA": "8"}
"""The codecs that the service documents, and their static payload numbers (RFC 3551)."""
_STATIC: Final = {"0": "PCMU/8000", "8": "PCMA/8000"}
_PLAIN: Final = frozenset({"RTP/AVP", "RTP/AVPF"})
_SECURE: Final = frozenset({"RTP/SAVP", "RTP/SAVPF"})
_MIRRORED: Final[dict[Direction, Direction]] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
_PAYLOAD: Final = re.compile(r"[0-9]{1,3}")
_BY_WEIGHT: Final = (
    "no-audio",
    "secure-media",
    "plain-media",
    "no-usable-key",
    "no-common-codec",
    "bad-address",
)
"""Why a stream cannot be taken; of several refused streams the one with the last of these is reported."""
_PTIME: Final = (("a", "ptime:20"), ("a", "maxptime:20"))


class OfferError(DescriptionError):
    """An offer or answer cannot be agreed to.

    Attributes:
        symbol: "no-audio", "no-common-codec", "bad-address"; "secure-media" for SRTP where RTP is wanted,
            "plain-media" for RTP where SRTP is wanted, "no-usable-key" for SRTP with no key to work with.
    """

    def __init__(self, symbol: str, message: str, mend: str = "") -> None:
        super().__init__(message, mend)
        self.symbol = symbol


@lean_value
class _Choice:
    place: int
    media: MediaDescription
    formats: tuple[str, ...]
    encodings: dict[str, str]
    remote: Address
    direction: Direction
    crypto: Crypto | None

    @property
    def voice(self) -> str:
        return next(number for number in self.formats if _codec(self.encodings[number]) is not None)

    @property
    def dtmf(self) -> str | None:
        return next((number for number in self.formats if _is_dtmf(self.encodings[number])), None)


@lru_cache(maxsize=1024)
def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1024)
def _of_nobody(host: str) -> str:
    """Return of what kind an address is that no host has, or ""; an old hold's is none of these."""
    address = ip_address(host)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_multicast:
        return "multicast"
    if str(address) == "255.255.255.255":
        return "broadcast"
    return "reserved" if isinstance(address, IPv4Address) and address.is_reserved else ""


def _codec(encoding: str) -> str | None:
    name, _, rest = encoding.partition("/")
    return name.upper() if name.upper() in CODECS and rest in {"8000", "8000/1"} else None


def _is_dtmf(encoding: str) -> bool:
    return encoding.lower() in {"telephone-event/8000", "telephone-event/8000/1"}


@lru_cache(maxsize=64)
def _choose(description: SessionDescription, *, secure: bool) -> _Choice:
    """Choose the stream of audio; remembered, because an offer is judged, and looked at again when it is answered."""
    mend = "offer m=audio with a port, over RTP/SAVP" if secure else "offer m=audio with a port, over RTP/AVP"
    off = any(media.kind.lower() == "audio" for media in description.media)
    what = "the audio is switched off (port 0)" if off else "there is no audio in the session description"
    refused: list[OfferError] = []
    for place, media in enumerate(description.media):
        if media.kind.lower() == "audio" and media.port:
            try:
                return _read(description, place, secure=secure)
            except OfferError as error:
                refused.append(error)
    if not refused:
        raise OfferError("no-audio", what, mend)
    raise max(refused, key=lambda error: _BY_WEIGHT.index(error.symbol))


def _read(description: SessionDescription, place: int, *, secure: bool) -> _Choice:
    """Read one stream of audio that is not switched off."""
    media = description.media[place]
    _check_protocol(media.protocol.upper(), secure=secure)
    encodings = {number: _STATIC.get(number, "") for number in media.formats} | media.encodings()
    formats = tuple(
        number
        for number in dict.fromkeys(media.formats)
        if _PAYLOAD.fullmatch(number)
        and int(number) < 128
        and (_codec(encodings[number]) or _is_dtmf(encodings[number]))
    )
    if not any(_codec(encodings[number]) for number in formats):
        named = ", ".join(encodings[number] or number for number in media.formats)[:80]
        raise OfferError(
            "no-common-codec", f"the audio has neither PCMU nor PCMA, but {named}",
            "allow PCMU (µ-law, G.711u) or PCMA (A-law, G.711a) at 8000 Hz",
        )  # fmt: skip
    crypto: Crypto | None = None
    if secure:
        try:
            crypto = choose(media.attributes("crypto"))
        except MediaError as error:
            raise OfferError("no-usable-key", str(error)) from error
    host = media.connection or description.connection
    if not host:
        raise OfferError("bad-address", "the audio has no address: there is no c=", ADDRESS_WANTED)
    if not _is_address(host):
        raise OfferError(
            "bad-address", f"the audio is at a host name and not at an IP address (c= {host[:60]})",
            "write the IP address of the host into c= (in PBXs: the external or media address)",
        )  # fmt: skip
    kind = _of_nobody(host)
    if kind:
        raise OfferError("bad-address", f"the audio is at a {kind} address (c= {host[:60]})", ADDRESS_WANTED)
    direction = media.direction or description.direction or "sendrecv"
    if host in UNSPECIFIED:
        direction = "sendonly" if direction == "sendrecv" else direction
    return _Choice(place, media, formats, encodings, Address(host, media.port), direction, crypto)


def _check_protocol(protocol: str, *, secure: bool) -> None:
    if protocol in (_SECURE if secure else _PLAIN):
        return
    if protocol in _PLAIN:
        raise OfferError("plain-media", "the audio is RTP without protection")
    if "SAVP" not in protocol:
        profile = "RTP/SAVP" if secure else "RTP/AVP"
        what = f"the audio has the profile {protocol[:40]} in place of {profile}"
        raise OfferError("no-audio", what, f"write {profile} in m=audio")
    if "TLS" in protocol and secure:
        raise OfferError(
            "no-usable-key", f"the audio is SRTP by DTLS ({protocol[:40]}), not by keys in a=crypto",
            "switch DTLS off and SDES on: offer RTP/SAVP with a=crypto",
        )  # fmt: skip
    if "TLS" in protocol:
        raise OfferError(
            "secure-media", f"the audio is SRTP by DTLS ({protocol[:40]})",
            "switch WebRTC media (DTLS, ICE) off for this line: offer RTP/AVP",
        )  # fmt: skip
    raise OfferError("secure-media", "the audio is SRTP only")


def answerable(offer: SessionDescription, *, secure: bool = False) -> Address | None:
    """Check an offer.

    Args:
        offer: The peer's session description.
        secure: Whether the audio has to be SRTP; else it has to be RTP.

    Returns:
        Where the peer wants its audio, or None when it is held and wants none.

    Raises:
        OfferError: `answer` would refuse it.
    """
    remote = _choose(offer, secure=secure).remote
    return None if remote.host in UNSPECIFIED else remote


def answer(
    offer: SessionDescription,
    *,
    address: Address,
    session_id: int,
    version: int = 0,
    name: str = "Twilio Media Gateway",
    user: str = "root",
    direction: Direction = "sendrecv",
    keys: OwnKeys | None = None,
    one_codec: bool = False,
) -> Agreement:
    """Answer an offer: the payload numbers and their order are the offer's, other streams are refused.

    Args:
        offer: The peer's session description.
        address: Where we receive RTP.
        session_id: The number in o=.
        version: How often this session was described before.
        name: What s= says; by default what the live service writes (traces).
        user: Whom o= names.
        direction: What we want to do, as far as the offer allows it (section 6.1).
        keys: Our keys for SRTP, which the offer then must have; None for plain RTP.
        one_codec: Whether the first codec alone is taken of those that could be, and telephone-event beside it.

    Raises:
        OfferError: No audio, no common codec, RTP where SRTP is wanted or the reverse, or no key to work with.
    """
    chosen = _choose(offer, secure=keys is not None)
    if one_codec:
        kept = {chosen.voice, chosen.dtmf}
        chosen = replace(chosen, formats=tuple(number for number in chosen.formats if number in kept))
    direction = _both(direction, _MIRRORED[chosen.direction])
    lines: list[Line] = []
    local_key: MasterKey | None = None
    if keys is not None and chosen.crypto is not None:
        local_key = keys.key(chosen.crypto.key.suite)
        lines.append(("a", f"crypto:{Crypto(chosen.crypto.tag, local_key)}"))
    lines += [("a", f"rtpmap:{number} {_written(chosen.encodings[number])}") for number in chosen.formats]
    if chosen.dtmf is not None:
        lines.append(("a", f"fmtp:{chosen.dtmf} 0-16"))
    if _is_muxed(chosen.media):
        lines.append(("a", "rtcp-mux"))
    lines += [*_PTIME, ("a", direction)]
    media = tuple(
        MediaDescription("audio", address.port, chosen.media.protocol, chosen.formats, tuple(lines))
        if place == chosen.place
        else MediaDescription(each.kind, 0, each.protocol, each.formats)
        for place, each in enumerate(offer.media)
    )
    lines_before = session_lines(name, session_id, address, version=version, user=user, time=offer.time)
    description = SessionDescription(lines_before, media)
    return _agreement(description, chosen, direction, local_key, muxed=_is_muxed(chosen.media))


def _is_muxed(media: MediaDescription) -> bool:
    return bool(media.attributes("rtcp-mux"))


def _rtcp(chosen: _Choice) -> Address | None:
    """Return what `a=rtcp:PORT [IN IP4 ADDRESS]` says (RFC 3605 section 2.1); one that says nothing usable is ignored."""
    for value in chosen.media.attributes("rtcp"):
        port, *address = value.split() or [""]
        host = address[2] if len(address) == 3 else chosen.remote.host
        if (
            port.isascii()
            and port.isdigit()
            and 0 < int(port[:6]) < 65_536
            and _is_address(host)
            and not _of_nobody(host)
        ):
            return Address(host, int(port))
    return None


def _written(encoding: str) -> str:
    name, _, rest = encoding.partition("/")
    return f"{name.upper() if name.upper() in CODECS else name}/{rest}"


def _agreement(
    description: SessionDescription, chosen: _Choice, direction: Direction, local_key: MasterKey | None,
    *, muxed: bool = False, dtmf: str | None = None,
) -> Agreement:  # fmt: skip
    voice = chosen.voice
    held = chosen.remote.host in UNSPECIFIED
    return Agreement(
        chosen.remote,
        int(voice),
        _codec(chosen.encodings[voice]) or "PCMU",
        int(chosen.dtmf) if chosen.dtmf is not None else None,
        sending=direction in {"sendrecv", "sendonly"} and not held,
        receiving=direction in {"sendrecv", "recvonly"},
        local_key=local_key,
        remote_key=chosen.crypto.key if chosen.crypto is not None else None,
        rtcp=_rtcp(chosen),
        rtcp_mux=muxed,
        own_dtmf_payload_type=int(dtmf) if dtmf is not None and dtmf != chosen.dtmf else None,
        description=description,
    )


def offer(
    *,
    address: Address,
    session_id: int,
    codecs: tuple[str, ...] = ("PCMU", "PCMA"),
    dtmf_payload_type: int | None = 101,
    direction: Direction = "sendrecv",
    version: int = 0,
    name: str = "-",
    user: str = "-",
    keys: OwnKeys | None = None,
    suites: tuple[str, ...] = SUITES,
) -> SessionDescription:
    """Make an offer of one audio stream.

    Args:
        address: Where we receive RTP.
        session_id: The number in o=.
        codecs: "PCMU" and "PCMA", the best first.
        dtmf_payload_type: The number for telephone-event; None offers none.
        direction: What we want to do.
        version: How often this session was described before.
        name: What s= says.
        user: Whom o= names.
        keys: Our keys for SRTP, of which each suite gets one; None for plain RTP.
        suites: The suites for SRTP, the best first.
    """
    formats = [CODECS[codec] for codec in codecs]
    lines: list[Line] = []
    if keys is not None:
        lines += [("a", f"crypto:{Crypto(str(n), keys.key(suite))}") for n, suite in enumerate(suites, 1)]
    lines += [("a", f"rtpmap:{CODECS[codec]} {codec}/8000") for codec in codecs]
    if dtmf_payload_type is not None:
        formats.append(str(dtmf_payload_type))
        lines.append(("a", f"rtpmap:{dtmf_payload_type} telephone-event/8000"))
        lines.append(("a", f"fmtp:{dtmf_payload_type} 0-16"))
    lines += [*_PTIME, ("a", direction)]
    protocol = "RTP/AVP" if keys is None else "RTP/SAVP"
    media = MediaDescription("audio", address.port, protocol, tuple(formats), tuple(lines))
    return SessionDescription(session_lines(name, session_id, address, version=version, user=user), (media,))


def read_answer(offered: SessionDescription, answered: SessionDescription) -> Agreement:
    """Return what an answer to our offer agrees on.

    Raises:
        OfferError: It refuses the audio, or names a codec or a key that was not offered.
    """
    if len(answered.media) != len(offered.media):
        raise OfferError("no-common-codec", f"{len(answered.media)} streams answer {len(offered.media)}")
    secure = any(each.protocol in _SECURE for each in offered.media if each.port)
    chosen = _choose(answered, secure=secure)
    stream = offered.media[chosen.place]
    known = set(stream.formats if stream.port else ())
    own_dtmf = next((number for number, each in stream.encodings().items() if _is_dtmf(each)), None)
    if own_dtmf is not None:
        # An answer may have another number than the offer for the same thing: each side sends by the other's (RFC 3264
        # section 6.1).
        known |= {number for number in chosen.formats if _is_dtmf(chosen.encodings[number])}
    chosen = replace(chosen, formats=tuple(number for number in chosen.formats if number in known))
    if not any(_codec(chosen.encodings[number]) for number in chosen.formats):
        raise OfferError("no-common-codec", "the answer names no codec of the offer")
    ours = stream.direction or "sendrecv"
    direction = _both(ours, _MIRRORED[chosen.direction])
    key = _accepted(stream, chosen.crypto)
    return _agreement(offered, chosen, direction, key, dtmf=own_dtmf)


def _accepted(offered: MediaDescription, answered: Crypto | None) -> MasterKey | None:
    """Return which key of our offer an answer accepts, by number and suite (RFC 4568 section 5.1.3)."""
    if answered is None:
        return None
    for each in map(Crypto.parse, offered.attributes("crypto")):
        if (each.tag, each.key.suite) == (answered.tag, answered.key.suite):
            return each.key
    raise OfferError("no-usable-key", f"crypto {answered.tag} of the answer was not offered")


def _both(ours: Direction, theirs: Direction) -> Direction:
    """Return what is left when both restrict the stream, from our view."""
    sending = "send" in ours and "send" in theirs
    receiving = "recv" in ours and "recv" in theirs
    if sending and receiving:
        return "sendrecv"
    if sending:
        return "sendonly"
    return "recvonly" if receiving else "inactive"
