"""Typed records of the WebSockets of a call: opened, messages, the end; media is counted, not kept."""

from __future__ import annotations

import json
from typing import Any, Final, Literal

from sipdomain.entries import Entry, Lane, record

LONGEST_MESSAGE: Final = 16 * 1024
"""How many characters of a message are kept."""
SocketEnd = Literal["closed", "closed by the server", "failed"]


@record
class SocketRequested(Entry):
    """The emulator asks a customer's server for a WebSocket.

    Attributes:
        socket: Joins what is said of one socket; unique within a run.
        call_sid: The call.
        call_id: Its SIP Call-ID.
        purpose: "stream" for a media stream, "relay" for a ConversationRelay.
        url: As requested: of a stream without the query.
        headers: The header fields sent besides those of the protocol, the signature among them.
    """

    socket: int
    call_sid: str
    call_id: str
    purpose: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()


@record
class SocketOpen(Entry):
    """The server answered 101.

    Attributes:
        socket: The socket.
        call_sid: The call.
        call_id: Its SIP Call-ID.
        purpose: As in the request.
    """

    socket: int
    call_sid: str
    call_id: str
    purpose: str


@record
class SocketMessage(Entry):
    """A text message other than media; of a binary one the size.

    Attributes:
        socket: The socket.
        call_sid: The call.
        call_id: Its SIP Call-ID.
        purpose: As in the request.
        lane: "out" when the emulator sent it, "in" when it came.
        text: The message, at most 16,384 characters.
        wrong: What is wrong with it, or "".
    """

    socket: int
    call_sid: str
    call_id: str
    purpose: str
    lane: Lane
    text: str
    wrong: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """The members of the message; none where it is no JSON object, or was too long to be kept whole."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


@record
class SocketEnded(Entry):
    """A socket is closed, or could not be opened.

    Attributes:
        socket: The socket.
        call_sid: The call.
        call_id: Its SIP Call-ID.
        purpose: As in the request.
        end: How: the emulator closed it, the server did, or it failed.
        code: The code of the close frame, or 0.
        detail: Why, or "".
        status: Of a handshake that was answered otherwise than by 101, the HTTP status; else 0.
    """

    socket: int
    call_sid: str
    call_id: str
    purpose: str
    end: SocketEnd
    code: int = 0
    detail: str = ""
    status: int = 0


@record
class StreamEnded(Entry):
    """A media stream is over.

    Attributes:
        socket: Its socket.
        call_sid: The call.
        call_id: Its SIP Call-ID.
        stream_sid: Its SID.
        text: Its name.
        began_at: When it began, in seconds of the run's clock.
        frames: How many frames of 20 ms of each track were sent.
        messages: How many media messages these were.
        received: How many media messages came.
        queued: How much audio these brought, in seconds.
        played: How much of that was played, in seconds.
    """

    socket: int
    call_sid: str
    call_id: str
    stream_sid: str
    text: str
    began_at: float
    frames: int
    messages: int
    received: int
    queued: float
    played: float
