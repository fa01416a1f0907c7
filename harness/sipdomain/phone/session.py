"""The media of a call: what was offered and answered, and what the media side is told of it (RFC 3264)."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media.agreement import Agreement
from sipdomain.media.offer import CODECS, answer, offer, read_answer
from sipdomain.media.outputs import ConnectMedia
from sipdomain.media.sdes import OwnKeys
from sipdomain.media.sdp import Direction, MediaDescription, SessionDescription
from sipdomain.sip.outputs import Address

_STATIC: Final = {number: codec for codec, number in CODECS.items()}
_DIRECTIONS: Final[dict[tuple[bool, bool], Direction]] = {
    (True, True): "sendrecv",
    (True, False): "sendonly",
    (False, True): "recvonly",
    (False, False): "inactive",
}


class Session:
    """One session. Its descriptions keep their session id; a new version is counted when one changes.

    Attributes:
        name: The session's name on the media side.
        address: Where its port is open; to be set before anything is offered.
        offering: Whether an offer of ours waits for its answer.
    """

    def __init__(
        self, name: str, codecs: tuple[str, ...], session_id: int, keys: OwnKeys | None = None
    ) -> None:
        """Begin without a port.

        Args:
            name: The session's name.
            codecs: What is offered, best first.
            session_id: The number in o=.
            keys: Our keys for SRTP; None for plain RTP.
        """
        self.name = name
        self.address = Address("", 0)
        self.offering = False
        self._codecs = codecs
        self._session_id = session_id
        self._keys = keys
        self._version = session_id
        self._said: SessionDescription | None = None
        self._connected: ConnectMedia | None = None

    @property
    def is_connected(self) -> bool:
        """Whether an offer was ever answered."""
        return self._connected is not None

    @property
    def has_dtmf(self) -> bool:
        """Whether telephone-event was agreed on."""
        return self._connected is not None and self._connected.dtmf_payload_type is not None

    @property
    def direction(self) -> Direction:
        """What this side may do by the last agreement; "inactive" before one."""
        last = self._connected
        return _DIRECTIONS[last.sending, last.receiving] if last is not None else "inactive"

    def offer(self) -> bytes:
        """Return our offer."""
        self.offering = True
        return self._say(
            offer(address=self.address, session_id=self._session_id, codecs=self._codecs, keys=self._keys)
        )

    def take_answer(self, body: bytes) -> list[ConnectMedia]:
        """Take the answer to our offer; return what is new for the media side: one output or none.

        Raises:
            MediaError: There is none, it cannot be read, or it agrees on nothing.
        """
        if self._said is None or not body:
            raise MediaError("no answer to our offer")
        agreement = read_answer(self._said, SessionDescription.parse(body))
        self.offering = False
        return self._connect(agreement)

    def answer(self, body: bytes) -> tuple[bytes, list[ConnectMedia]]:
        """Answer the peer's offer; return the answer and what is new for the media side.

        Raises:
            MediaError: The offer is missing, cannot be read, or has nothing that the phone can do.
        """
        if not body:
            raise MediaError("no offer")
        theirs = _narrowed(SessionDescription.parse(body), self._codecs)
        agreement = answer(
            theirs, address=self.address, session_id=self._session_id, name="-", keys=self._keys
        )
        if agreement.codec not in self._codecs:
            raise MediaError(f"the offer has {agreement.codec}, not {', '.join(self._codecs)}")
        return self._say(agreement.description), self._connect(agreement)

    def _say(self, description: SessionDescription) -> bytes:
        """Return a description as a body; RFC 3264 section 8: its version grows by one when it changes."""
        said = self._said
        if said is not None and (said.lines[2:], said.media) != (description.lines[2:], description.media):
            self._version += 1
        self._said = description
        # o= is the second line: user, session id, version, network, address.
        origin = description.lines[1][1].split(" ")
        origin[2] = str(self._version)
        lines = (description.lines[0], ("o", " ".join(origin)), *description.lines[2:])
        return bytes(SessionDescription(lines, description.media))

    def _connect(self, agreement: Agreement) -> list[ConnectMedia]:
        connect = agreement.connect(self.name)
        if connect == self._connected:
            return []
        self._connected = connect
        return [connect]


def _narrowed(description: SessionDescription, codecs: tuple[str, ...]) -> SessionDescription:
    """Return an offer without the voice codecs that the phone was not given, unless it has no other."""

    def narrow(media: MediaDescription) -> MediaDescription:
        encodings = _STATIC | media.encodings()
        voices = {number: encodings.get(number, "").partition("/")[0].upper() for number in media.formats}
        if not set(voices.values()) & set(codecs):
            return media
        unwanted = CODECS.keys() - set(codecs)
        kept = tuple(number for number in media.formats if voices[number] not in unwanted)
        return MediaDescription(media.kind, media.port, media.protocol, kept, media.lines)

    return SessionDescription(description.lines, tuple(map(narrow, description.media)))
