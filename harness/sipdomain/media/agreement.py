"""What both sides of a session agreed on by offer and answer."""

from __future__ import annotations

from dataclasses import field
from typing import Final

from sipdomain.media.sdes import MasterKey
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.outputs import Address
from sipdomain.values import lean_value

UNSPECIFIED: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - read in descriptions, never bound
"""The hosts by which an old description holds (RFC 2543): nothing is sent there."""
_UNDESCRIBED: Final = SessionDescription(())


@lean_value
class Agreement:
    """What both sides agreed on, from one side's view.

    Attributes:
        remote: Where the peer wants its RTP.
        payload_type: The payload number of the voice codec.
        codec: "PCMU" or "PCMA".
        dtmf_payload_type: The payload number of telephone-event that the peer named: we send keys by it. None without.
        sending: Whether we may send.
        receiving: Whether the peer may send.
        local_key: What we protect our packets with; None for plain RTP.
        remote_key: What the peer protects its packets with; None for plain RTP.
        rtcp: Where the peer wants RTCP (RFC 3605); None for the port after that of RTP (RFC 3550 section 11).
        rtcp_mux: Whether RTCP goes by the port of RTP (RFC 5761).
        own_dtmf_payload_type: The number of telephone-event that we named, where that is another (RFC 3264 section 6.1).
        description: Our session description. Two agreements with different ones are the same for the audio.
    """

    remote: Address
    payload_type: int
    codec: str
    dtmf_payload_type: int | None = None
    sending: bool = True
    receiving: bool = True
    local_key: MasterKey | None = None
    remote_key: MasterKey | None = None
    rtcp: Address | None = None
    rtcp_mux: bool = False
    own_dtmf_payload_type: int | None = None
    description: SessionDescription = field(default=_UNDESCRIBED, compare=False)

    @property
    def dtmf_from_peer(self) -> int | None:
        """By which payload number the peer sends keys, or None where none were agreed on."""
        if self.dtmf_payload_type is None or self.own_dtmf_payload_type is None:
            return self.dtmf_payload_type
        return self.own_dtmf_payload_type
