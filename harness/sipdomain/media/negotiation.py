"""One side of a session's offers and answers: what we describe, its version, and what is agreed on (RFC 3264)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.agreement import Agreement
from sipdomain.media.offer import CODECS, answer, offer, read_answer
from sipdomain.media.sdes import SUITES, OwnKeys
from sipdomain.media.sdp import Direction, MediaDescription, SessionDescription
from sipdomain.sip.message import Message
from sipdomain.sip.multipart import description
from sipdomain.sip.outputs import Address

_EVENTS: Final = "TELEPHONE-EVENT"
_STATIC: Final = {number: codec for codec, number in CODECS.items()}


class Negotiation:
    """Makes offers and answers them; a description that differs from the one before gets a version one higher.

    All else in its o= line stays the same as long as the session lasts (RFC 3264 section 8).

    Attributes:
        address: Where we receive RTP; None before a port is open.
        direction: What we want to do with the audio, in offers and as far as an offer of the peer allows it.
        latest: What was sent last, or None.
        offering: Whether an offer of ours waits for its answer.
        agreement: What stands, or None before the first answer.
    """

    __slots__ = (
        "_codecs", "_events", "_keys", "_name", "_one_codec", "_session_id", "_user", "_version", "address", "agreement",
        "direction", "latest", "offering",
    )  # fmt: skip

    def __init__(
        self,
        session_id: int,
        *,
        codecs: tuple[str, ...] = tuple(CODECS),
        one_codec: bool = False,
        events: bool = True,
        keys: OwnKeys | None = None,
        name: str = "-",
        user: str = "-",
    ) -> None:
        """Begin without a description.

        Args:
            session_id: The number in o=, below 2**31; the version counts up from it.
            codecs: What we offer and take, the best first.
            one_codec: Whether an answer names one codec, and telephone-event, of those offered.
            events: Whether we agree on telephone-event.
            keys: Our keys for SRTP; None for plain RTP.
            name: What s= says.
            user: Whom o= names.
        """
        self._session_id = session_id
        self._codecs = codecs
        self._one_codec = one_codec
        self._events = events
        self._keys = keys
        self._name = name
        self._user = user
        self._version = 0
        self.address: Address | None = None
        self.direction: Direction = "sendrecv"
        self.latest: SessionDescription | None = None
        self.offering = False
        self.agreement: Agreement | None = None

    @property
    def secure(self) -> bool:
        """Whether the audio is SRTP."""
        return self._keys is not None

    def offer(self, suites: tuple[str, ...] = SUITES) -> SessionDescription:
        """Make an offer, which waits for its answer.

        Args:
            suites: Those of secure audio, the best first.
        """
        made = offer(
            address=self._where(), session_id=self._session_id, codecs=self._codecs, direction=self.direction,
            version=self._version, name=self._name, user=self._user, keys=self._keys, suites=suites,
            dtmf_payload_type=101 if self._events else None,
        )  # fmt: skip
        self.offering = True
        return self._describe(self._in_its_place(made))

    def accept(self, answered: SessionDescription) -> Agreement:
        """Take the answer to our offer.

        Raises:
            MediaError: There is no offer of ours, or this agrees on nothing in it; then it still waits.
        """
        if self.latest is None:
            raise MediaError("nothing was offered")
        self.agreement = read_answer(self.latest, answered)
        self.offering = False
        return self.agreement

    def answer(self, offered: SessionDescription) -> Agreement:
        """Answer an offer, which takes the place of one of ours.

        Raises:
            MediaError: It has nothing that we can do; what stands goes on.
        """
        agreement = answer(
            self._narrowed(offered), address=self._where(), session_id=self._session_id, direction=self.direction,
            version=self._version, name=self._name, user=self._user, keys=self._keys, one_codec=self._one_codec,
        )  # fmt: skip
        if agreement.codec not in self._codecs:
            raise MediaError(f"the offer has {agreement.codec}, not {', '.join(self._codecs)}")
        ours = self._describe(agreement.description)
        if ours is not agreement.description:
            agreement = replace(agreement, description=ours)
        self.offering, self.agreement = False, agreement
        return agreement

    def withdraw(self) -> None:
        """Take note that our offer was refused: what was agreed on before goes on (RFC 3261 section 14.1)."""
        self.offering = False

    def _where(self) -> Address:
        assert self.address is not None  # noqa: S101 - nothing is described before a port is open
        return self.address

    def _in_its_place(self, made: SessionDescription) -> SessionDescription:
        """Return an offer with all streams of the description before it; those without a port stay without (section 8)."""
        before = self.latest.media if self.latest is not None else ()
        place = next((number for number, each in enumerate(before) if each.port), None)
        if place is None or len(before) == 1:
            return made
        media = [MediaDescription(each.kind, 0, each.protocol, each.formats) for each in before]
        media[place : place + 1] = made.media
        return SessionDescription(made.lines, tuple(media))

    def _describe(self, new: SessionDescription) -> SessionDescription:
        """Return what is to be sent, with a version one higher when it differs from what was sent last."""
        last = self.latest
        if last is not None and (last.lines[2:], last.media) != (new.lines[2:], new.media):
            self._version += 1
            # o= is the second line: user, session id, version, network, address.
            origin = new.lines[1][1].split(" ")
            origin[2] = str(self._session_id + self._version)
            new = SessionDescription((new.lines[0], ("o", " ".join(origin)), *new.lines[2:]), new.media)
        self.latest = new
        return new

    def _narrowed(self, offered: SessionDescription) -> SessionDescription:
        """Return an offer without what we do not take: telephone-event, and voice codecs unless it has no other."""
        unwanted = CODECS.keys() - set(self._codecs)
        if not self._events:
            unwanted |= {_EVENTS}
        if not unwanted:
            return offered

        def narrow(media: MediaDescription) -> MediaDescription:
            encodings = _STATIC | media.encodings()
            voices = {number: encodings.get(number, "").partition("/")[0].upper() for number in media.formats}
            if not set(voices.values()) & set(self._codecs):
                return media
            kept = tuple(number for number in media.formats if voices[number] not in unwanted)
            return MediaDescription(media.kind, media.port, media.protocol, kept, media.lines)

        return SessionDescription(offered.lines, tuple(map(narrow, offered.media)))


def description_of(message: Message) -> SessionDescription:
    """Return the session description in a message's body, or in a part of it.

    Raises:
        MediaError: There is none, or it cannot be read.
    """
    try:
        body = description(message)
    except RemoteProtocolError as error:
        raise MediaError(str(error)) from None
    return SessionDescription.parse(body)
