"""The media of a call: its offers and answers, and what is new in them for the media side."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media.agreement import Agreement
from sipdomain.media.negotiation import Negotiation, description_of
from sipdomain.media.outputs import ConnectMedia
from sipdomain.media.sdes import OwnKeys
from sipdomain.media.sdp import Direction, SessionDescription
from sipdomain.sip.message import Message
from sipdomain.sip.outputs import Address

_DIRECTIONS: Final[dict[tuple[bool, bool], Direction]] = {
    (True, True): "sendrecv",
    (True, False): "sendonly",
    (False, True): "recvonly",
    (False, False): "inactive",
}


class Session:
    """One session, from the phone's side.

    Attributes:
        name: The session's name on the media side.
        negotiation: What was described and agreed on; its address is to be set before anything is offered.
    """

    def __init__(
        self,
        name: str,
        codecs: tuple[str, ...],
        session_id: int,
        keys: OwnKeys | None = None,
        *,
        events: bool = True,
    ) -> None:
        """Begin without a port.

        Args:
            name: The session's name.
            codecs: What is offered, best first.
            session_id: The number in o=.
            keys: Our keys for SRTP; None for plain RTP.
            events: Whether telephone-event is agreed on.
        """
        self.name = name
        self.negotiation = Negotiation(session_id, codecs=codecs, keys=keys, events=events)
        self._connected: Agreement | None = None

    @property
    def address(self) -> Address | None:
        """Where its port is open, or None."""
        return self.negotiation.address

    @address.setter
    def address(self, address: Address | None) -> None:
        self.negotiation.address = address

    @property
    def offering(self) -> bool:
        """Whether an offer of ours waits for its answer."""
        return self.negotiation.offering

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
        return bytes(self.negotiation.offer())

    def take_answer(self, message: Message) -> list[ConnectMedia]:
        """Take the answer to our offer; return what is new for the media side: one output or none.

        Raises:
            MediaError: There is none, it cannot be read, or it agrees on nothing.
        """
        if not message.body:
            raise MediaError("no answer to our offer")
        return self._connect(self.negotiation.accept(description_of(message)))

    def answer(self, message: Message) -> tuple[bytes, list[ConnectMedia]]:
        """Answer the peer's offer; return the answer and what is new for the media side.

        Raises:
            MediaError: The offer is missing, cannot be read, or has nothing that the phone can do.
        """
        if not message.body:
            raise MediaError("no offer")
        description, connect = self.answer_description(description_of(message))
        return bytes(description), connect

    def answer_description(
        self, offered: SessionDescription
    ) -> tuple[SessionDescription, list[ConnectMedia]]:
        """Answer an offer, as `answer` does.

        Raises:
            MediaError: It has nothing that the phone can do.
        """
        agreement = self.negotiation.answer(offered)
        return agreement.description, self._connect(agreement)

    def _connect(self, agreement: Agreement) -> list[ConnectMedia]:
        if agreement == self._connected:
            return []
        self._connected = agreement
        return [ConnectMedia(self.name, agreement)]
