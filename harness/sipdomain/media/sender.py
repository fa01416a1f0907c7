"""One side's RTP stream: a packet each 20 ms, of prompts, keys, or silence."""

from __future__ import annotations

from collections import deque
from struct import Struct
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media import g711
from sipdomain.media.agreement import Agreement
from sipdomain.media.dtmf import KeyPacket, key_packets
from sipdomain.media.mixer import Frame, added
from sipdomain.media.play_queue import PlayQueue
from sipdomain.media.playbacks import FRAME, Playbacks

_HEADER: Final = Struct("!BBHII")
_WHOLE: Final = 0xFFFF_FFFF


class RtpSender:
    """Makes the packets of one session.

    Time passes for its playbacks, and for the RTP timestamp, whether or not sending is allowed. In beats that are skipped
    it passes for the RTP timestamp alone, which follows a clock (RFC 3550 section 5.1): what plays and what is pressed
    goes on behind them, late and whole.

    Attributes:
        playbacks: What is played into it, in the codec that was agreed on.
        queue: What a media stream plays into it while nothing else does, or None.
        said: What was made last, in the codec that was agreed on; silence where that was a key.
        ssrc: Its synchronisation source.
        sent: How many packets were made.
        octets: How many bytes of payload were in them.
    """

    __slots__ = ("_agreed", "_keys", "_kind", "_pressing", "_sequence", "_silence", "_talking", "_tick", "_timestamp",
                 "octets", "playbacks", "queue", "said", "sent", "ssrc")  # fmt: skip

    def __init__(self, *, ssrc: int, sequence: int, timestamp: int) -> None:
        """Begin a stream.

        Args:
            ssrc: Its synchronisation source, 32 bits.
            sequence: The first sequence number, 16 bits.
            timestamp: The first timestamp, 32 bits.
        """
        self.playbacks = Playbacks("PCMU")
        self.queue: PlayQueue | None = None
        self.ssrc = ssrc
        self.sent = self.octets = 0
        self._sequence = sequence
        self._timestamp = timestamp
        self._agreed: Agreement | None = None
        self._kind = 0
        self.said = self._silence = g711.SILENCE["PCMU"] * FRAME
        self._keys: deque[KeyPacket] = deque()
        self._pressing = 0
        self._tick = 0
        self._talking = False

    def agree(self, agreed: Agreement) -> None:
        """Take what was agreed with the peer; what plays goes on in the new codec."""
        self._agreed = agreed
        self._kind = agreed.payload_type
        self.playbacks.turn_to(agreed.codec)
        self._silence = g711.SILENCE[agreed.codec] * FRAME

    @property
    def codec(self) -> str:
        """What was agreed on: "PCMU" or "PCMA"."""
        return self.playbacks.codec

    def press(self, keys: str, duration: float, gap: float) -> None:
        """Send keys as telephone-events, after those on their way.

        Raises:
            MediaError: They cannot be sent, or too many are on their way.
        """
        packets = key_packets(keys, duration, gap)
        if not self._keys:
            self._tick = 0
            self._keys.extend(packets)
            return
        if len(self._keys) > 10_000:
            raise MediaError("too many keys are on their way")
        last = self._keys[-1]
        pause = max(3, round(gap / 0.02))
        # The last packet repeats an end twice: the key was up two intervals earlier.
        shift = last.tick - 1 + pause
        for packet in packets:
            self._keys.append(
                KeyPacket(
                    packet.tick + shift, packet.timestamp + shift * FRAME, packet.marker, packet.payload
                )
            )

    @property
    def timestamp(self) -> int:
        """The RTP timestamp of this moment."""
        return self._timestamp

    def skip(self, beats: int) -> None:
        """Let so many beats of 20 ms pass without a packet; the next one begins a talkspurt (RFC 3551 section 4.1)."""
        self._timestamp = (self._timestamp + beats * FRAME) & _WHOLE
        self._talking = False

    def next(self, heard: Frame | None = None) -> bytes | None:
        """Return the packet of this 20 ms, or None when nothing may be sent; call it 50 times a second.

        Args:
            heard: What the peer is to hear of others, in the codec agreed on.
        """
        timestamp = self._timestamp
        self._timestamp = (timestamp + FRAME) & _WHOLE
        payload = self.playbacks.next()
        if payload is None and self.queue is not None:
            payload = self._next_of_stream(self.queue)
        if heard is not None:
            payload = heard.payload if payload is None else added(Frame(self.codec, payload), heard).payload
        elif payload is None:
            payload = self._silence
        key = self._key() if self._keys else None
        if key is not None and key.marker:
            self._pressing = timestamp
        self.said = payload if key is None else self._silence
        agreed = self._agreed
        if agreed is None or not agreed.sending:
            self._talking = False
            return None
        kind = self._kind
        if key is not None and agreed.dtmf_payload_type is not None:
            kind = agreed.dtmf_payload_type | (0x80 if key.marker else 0)
            # All packets of a key bear the moment at which it went down (RFC 4733 section 2.5.1.2).
            timestamp = self._pressing
            payload = key.payload
        elif not self._talking:
            self._talking = True
            kind |= 0x80
        sequence = self._sequence
        self._sequence = (sequence + 1) & 0xFFFF
        self.sent += 1
        self.octets += len(payload)
        return _HEADER.pack(0x80, kind, sequence, timestamp, self.ssrc) + payload

    def _next_of_stream(self, queue: PlayQueue) -> bytes | None:
        frame = queue.next()
        if frame is None or self.codec == "PCMU":
            return frame
        return frame.translate(g711.recoding("PCMU", self.codec))

    def _key(self) -> KeyPacket | None:
        due = self._keys[0].tick <= self._tick
        self._tick += 1
        return self._keys.popleft() if due else None
