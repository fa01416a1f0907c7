"""What both sides of a session agreed on by offer and answer."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.media.outputs import ConnectMedia
from sipdomain.media.sdes import MasterKey
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.outputs import Address


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both sides agreed on, from one side's view.

    Attributes:
        description: Our session description.
        remote: Where the peer wants its RTP.
        payload_type: The payload number of the voice codec.
        codec: "PCMU" or "PCMA".
        dtmf_payload_type: The payload number of telephone-event, or None.
        sending: Whether we may send.
        receiving: Whether the peer may send.
        local_key: What we protect our packets with; None for plain RTP.
        remote_key: What the peer protects its packets with; None for plain RTP.
        rtcp: Where the peer wants RTCP when that is not the port after RTP's (RFC 3605), or None.
        rtcp_mux: Whether RTCP goes by the port of RTP (RFC 5761).
    """

    description: SessionDescription
    remote: Address
    payload_type: int
    codec: str
    dtmf_payload_type: int | None
    sending: bool
    receiving: bool
    local_key: MasterKey | None = None
    remote_key: MasterKey | None = None
    rtcp: Address | None = None
    rtcp_mux: bool = False

    def connect(self, session: str, signalling: str = "") -> ConnectMedia:
        """Return what an open session is told of it.

        Args:
            session: The session's name.
            signalling: The host that the call's messages come from, whose RTP may be learned; "" for none.
        """
        return ConnectMedia(
            session, self.remote, self.payload_type, self.codec, self.dtmf_payload_type, self.sending, self.receiving,
            self.local_key, self.remote_key, self.rtcp, self.rtcp_mux, signalling,
        )  # fmt: skip
