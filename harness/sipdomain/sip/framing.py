"""Messages out of a TCP or TLS stream (RFC 3261 section 18.3, RFC 5626 section 3.5.1)."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.codec import BAD_LINE_ENDS, MAX_MESSAGE

PING: Final = b"\r\n\r\n"
"""A keep-alive; what comes back is `PONG`."""
PONG: Final = b"\r\n"
TLS_ON_PLAIN: Final = (
    "the peer speaks TLS to the port of plain SIP; let it use the TLS port (5061, `--tls`), or transport=tcp"
)
"""Said of a connection that begins as those over TLS do."""

_LENGTH: Final = re.compile(
    rb"\r\n(?:content-length|l)[ \t]*:(?:[ \t]|\r\n[ \t])*(\d{1,10})[ \t]*(?=\r\n)", re.IGNORECASE
)
_MAX_HEAD: Final = 65_535
_BETWEEN: Final = b"\r\n\0"
"""What may stand between messages: line ends, and the zero bytes that some phones keep a binding open by."""
_OTHER_END: Final = re.compile(rb"\n\n|(?<!\r)\n\r\n|\r\r\n\r\r\n")
"""Ends of header fields whose lines do not end with CR LF."""
_TLS_RECORD: Final = 0x16
"""How each connection over TLS begins (RFC 8446 section 5.1), and no message of SIP."""


class StreamFramer:
    """Cuts a stream into messages; any split of the stream gives the same messages.

    Attributes:
        error: Why the stream cannot be followed any more, or None. Close the connection.
        refused: The start line and header fields of the message that the stream cannot be followed past, to answer
            it by; None when these are too large themselves.
    """

    __slots__ = ("_buffer", "_need", "_searched", "error", "refused")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._need = 0
        self.error: RemoteProtocolError | None = None
        self.refused: bytes | None = None

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of their message; a line end between messages is none."""
        return 0 if self._buffer and self._buffer[0] in _BETWEEN else len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return each whole message, and `PING` for each keep-alive.

        What came whole before a fault is returned first; then `error` is set, and the next call raises it.

        Raises:
            RemoteProtocolError: The stream cannot be followed any more: no Content-Length, lines that do not end
                with CR LF, TLS, or a message that is too large. Close the connection.
        """
        if self.error is not None:
            raise self.error
        self._buffer += data
        found: list[bytes] = []
        try:
            while (message := self._next()) is not None:
                found.append(message)
        except RemoteProtocolError as error:
            self.error = error
            self._buffer.clear()
            if not found:
                raise
        return found

    def _next(self) -> bytes | None:
        buffer = self._buffer
        if not self._need:
            while buffer and buffer[0] in _BETWEEN:
                if buffer.startswith(PING):
                    del buffer[:4]
                    return PING
                if len(buffer) < 4 and PING.startswith(buffer):
                    return None
                # A lone CRLF is a pong, or a stray one between messages.
                del buffer[: 2 if buffer.startswith(PONG) else 1]
            if buffer and buffer[0] == _TLS_RECORD:
                raise RemoteProtocolError(TLS_ON_PLAIN)
            self._need = self._measure(buffer)
        if not self._need or len(buffer) < self._need:
            return None
        message = bytes(buffer[: self._need])
        del buffer[: self._need]
        self._searched = self._need = 0
        return message

    def _measure(self, buffer: bytearray) -> int:
        """Return the length of the first message, or 0 while its header fields are incomplete."""
        begin = max(0, self._searched - 5)
        end = buffer.find(b"\r\n\r\n", begin)
        other = _OTHER_END.search(buffer, begin, len(buffer) if end < 0 else end + 2)
        if other is not None and other.end() <= _MAX_HEAD:
            self.refused = bytes(buffer[: other.end()])
            raise RemoteProtocolError(BAD_LINE_ENDS)
        if end > _MAX_HEAD or (end < 0 and len(buffer) > _MAX_HEAD):
            raise RemoteProtocolError("header fields too large", status_hint=513)
        if end < 0:
            self._searched = len(buffer)
            return 0
        length = _LENGTH.search(buffer, 0, end + 2)
        if length is None:
            self.refused = bytes(buffer[: end + 4])
            raise RemoteProtocolError("no Content-Length in a message on a stream")
        total = end + 4 + int(length[1])
        if total > MAX_MESSAGE:
            self.refused = bytes(buffer[: end + 4])
            raise RemoteProtocolError("message too large", status_hint=513)
        return total
