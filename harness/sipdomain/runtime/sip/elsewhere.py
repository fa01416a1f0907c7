"""An address that is none of the emulator's: what comes there is kept, and each INVITE gets 404."""

from __future__ import annotations

import socket
from threading import Thread
from typing import Final

from sipdomain.errors import RemoteProtocolError, SetupError
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address

HOST: Final = "127.0.0.98"
_LARGEST: Final = 65_536
_MOST: Final = 100
_COPIED: Final = ("via", "from", "to", "call-id", "cseq")


class Elsewhere:
    """Listens by UDP, in a thread of its own."""

    def __init__(self) -> None:
        """Open the port.

        Raises:
            SetupError: The address is not there.
        """
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((HOST, 0))
        except OSError as error:
            self._socket.close()
            raise SetupError(f"{HOST} cannot be bound: {error.strerror or error}") from None
        self.address: Final = Address(*self._socket.getsockname())
        self._came: list[bytes] = []
        self._closing = False
        self._thread = Thread(target=self._listen, name="elsewhere", daemon=True)
        self._thread.start()

    @property
    def came(self) -> tuple[bytes, ...]:
        """What came, in order; the first 100."""
        return tuple(self._came)

    def close(self) -> None:
        """Close the port."""
        self._closing = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self.address)
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while True:
            data, source = self._socket.recvfrom(_LARGEST)
            if self._closing:
                return
            if data.strip() and len(self._came) < _MOST:
                self._came.append(data)
                self._answer(data, source)

    def _answer(self, data: bytes, source: tuple[str, int]) -> None:
        try:
            message = parse(data)
        except RemoteProtocolError:
            return
        if not isinstance(message, Request) or message.method == "ACK":
            return
        fields = [(name, value) for name, value in message.headers if name.lower() in _COPIED]
        answer = Response(404, "Not Found", [*fields, ("Content-Length", "0")], b"")
        self._socket.sendto(bytes(answer), source)
