"""The messages of one media stream to its server, each with its number.

Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
"""

from __future__ import annotations

from base64 import b64encode

from sipdomain.media import g711
from sipdomain.media.hearing import Side
from sipdomain.media.playbacks import FRAME
from sipdomain.media.streaming import StartStream

SILENCE = g711.SILENCE["PCMU"] * FRAME
_SILENT = b64encode(SILENCE).decode()


class StreamMessages:
    """Writes the messages of one stream.

    `sequenceNumber` counts all of them from 1, which is `start`; `chunk` counts media messages from 1, whatever their
    track (rule stream-chunk).

    Attributes:
        sent: How many media messages were written.
        wish: What the stream is.
    """

    __slots__ = ("_sequence", "sent", "wish")

    def __init__(self, wish: StartStream) -> None:
        """Begin before the first message."""
        self.wish = wish
        self.sent = 0
        self._sequence = 0

    def event(self, name: str, body: str) -> str:
        """Return a message.

        Args:
            name: "start", "dtmf", "mark" or "stop".
            body: What it says under that name, as JSON.
        """
        self._sequence += 1
        return (
            f'{{"event":"{name}","sequenceNumber":"{self._sequence}","{name}":{body},'
            f'"streamSid":"{self.wish.sid}"}}'
        )

    def media(self, track: Side, payload: bytes, now: float) -> str:
        """Return a media message.

        Args:
            track: Whose audio it is.
            payload: 160 bytes of mu-law.
            now: The moment, in seconds.
        """
        self._sequence += 1
        self.sent += 1
        coded = _SILENT if payload == SILENCE else b64encode(payload).decode()
        passed = round((now - self.wish.began_at) * 1000)
        return (
            f'{{"event":"media","sequenceNumber":"{self._sequence}","media":{{"track":"{track}",'
            f'"chunk":"{self.sent}","timestamp":"{passed}","payload":"{coded}"}},"streamSid":"{self.wish.sid}"}}'
        )
