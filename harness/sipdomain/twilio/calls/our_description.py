"""Our side of one call's session description: where we hear, our keys, and its version (RFC 3264, RFC 4566)."""

from __future__ import annotations

import random
from typing import Final

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.agreement import Agreement
from sipdomain.media.offer import answer, offer, read_answer
from sipdomain.media.sdes import SUITES, OwnKeys
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.message import Message
from sipdomain.sip.multipart import description
from sipdomain.sip.outputs import Address

GATEWAY: Final = "Twilio Media Gateway"


def agreed(offered: SessionDescription, message: Message) -> Agreement:
    """Return what the answer in a message's body agrees on.

    Raises:
        MediaError: There is no session description in it, or none that answers ours.
    """
    try:
        answered = description(message)
    except RemoteProtocolError as error:
        raise MediaError(str(error)) from None
    return read_answer(offered, SessionDescription.parse(answered))


class OurDescription:
    """Answers offers and makes them; what is described anew gets a higher version, and what is not keeps it.

    Attributes:
        address: Where we receive RTP; None before a port is open.
        latest: What was sent last, or None.
        proposed: An offer of ours that waits for its answer, or None.
    """

    __slots__ = ("_keys", "_one_codec", "_session_id", "_version", "address", "latest", "proposed")

    def __init__(self, rng: random.Random, *, secure: bool, one_codec: bool) -> None:
        """Begin without a description.

        Args:
            rng: Draws the session's number and the keys.
            secure: Whether the audio is SRTP.
            one_codec: Whether an answer names one codec, and telephone-event, of those offered.
        """
        self._session_id = rng.getrandbits(31)
        self._keys = OwnKeys(rng.randbytes) if secure else None
        self._one_codec = one_codec
        self._version = 0
        self.address: Address | None = None
        self.latest: SessionDescription | None = None
        self.proposed: SessionDescription | None = None

    @property
    def secure(self) -> bool:
        """Whether the audio is SRTP."""
        return self._keys is not None

    def answer(self, offered: SessionDescription) -> Agreement:
        """Answer an offer. Raises OfferError for one that cannot be answered."""
        agreement = self._answer(offered)
        if self._is_new(agreement.description):
            agreement = self._answer(offered)
        self.proposed, self.latest = None, agreement.description
        return agreement

    def offer(self, suites: tuple[str, ...] = SUITES) -> SessionDescription:
        """Make an offer, which waits for its answer; of secure audio in these suites."""
        description = self._offer(suites)
        if self._is_new(description):
            description = self._offer(suites)
        self.proposed = self.latest = description
        return description

    def _is_new(self, description: SessionDescription) -> bool:
        """Whether a description differs from the one before; then the version has gone up."""
        if self.latest is None or bytes(description) == bytes(self.latest):
            return False
        self._version += 1
        return True

    def _where(self) -> Address:
        assert self.address is not None  # noqa: S101 - nothing is described before a port is open
        return self.address

    def _answer(self, offered: SessionDescription) -> Agreement:
        return answer(
            offered, address=self._where(), session_id=self._session_id, version=self._version, name=GATEWAY,
            keys=self._keys, one_codec=self._one_codec,
        )  # fmt: skip

    def _offer(self, suites: tuple[str, ...]) -> SessionDescription:
        return offer(
            address=self._where(), session_id=self._session_id, version=self._version, name=GATEWAY, user="root",
            keys=self._keys, suites=suites,
        )  # fmt: skip
