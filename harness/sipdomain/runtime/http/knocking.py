"""A WebSocket that is opened to see whether a server takes it, and not to talk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from sipdomain.runtime.http.sockets import LiveSockets, trusting
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.twilio.webhooks.socket import (
    BinaryReceived,
    CloseSocket,
    OpenSocket,
    SendText,
    SocketClosed,
    SocketFailed,
    SocketInput,
    SocketOpened,
    TextReceived,
)

Met = Literal["refused", "accepted", "unclear"]
LISTENING: Final = 2.0
"""How long a socket that was taken is listened to, in seconds."""
_HANDSHAKE: Final = 5.0
_POLICY: Final = frozenset({1008, 3000, 3003})
"""Closed for policy (RFC 6455 section 7.4.1); unauthorized and forbidden (IANA, WebSocket Close Code Number Registry)."""
_PRIVATE: Final = range(4000, 5000)


def knocked(
    url: str, headers: Sequence[tuple[str, str]], first: Sequence[str], hosts: Mapping[str, str],
    authority: Callable[[], CertificateAuthority],
) -> tuple[Met, str]:  # fmt: skip
    """Open a socket, send what it begins with, and return what became of it, in a word and in words.

    It takes up to 12 seconds.

    A server refuses by a status of 400 to 499, or by closing with 1008, 3000, 3003 or a code from 4000 on before it says
    anything.

    Args:
        url: ws: or wss:.
        headers: Header fields of the handshake.
        first: Messages to send once it is open.
        hosts: Public host names, and the base URL that answers for each.
        authority: Whose certificates are trusted besides the system's.
    """
    return asyncio.run(_knocked(url, tuple(headers), first, hosts, authority))


async def _knocked(
    url: str, headers: tuple[tuple[str, str], ...], first: Sequence[str], hosts: Mapping[str, str],
    authority: Callable[[], CertificateAuthority],
) -> tuple[Met, str]:  # fmt: skip
    sockets = LiveSockets(hosts, trust=lambda: trusting(authority))
    news: asyncio.Queue[SocketInput] = asyncio.Queue()
    sockets.bind(news.put_nowait)
    try:
        sockets.carry(OpenSocket(1, url, headers, timeout=_HANDSHAKE))
        async with asyncio.timeout(2 * _HANDSHAKE):
            opened = await news.get()
        if isinstance(opened, SocketFailed):
            refused = 400 <= opened.status < 500
            return ("refused", f"HTTP {opened.status}") if refused else ("unclear", opened.reason)
        if not isinstance(opened, SocketOpened):
            return "unclear", "the socket was closed before it was open"
        for text in first:
            sockets.carry(SendText(1, text))
        return await _said(news)
    except TimeoutError:
        return "unclear", "the handshake was not answered"
    finally:
        sockets.carry(CloseSocket(1))
        await sockets.close()


async def _said(news: asyncio.Queue[SocketInput]) -> tuple[Met, str]:
    try:
        async with asyncio.timeout(LISTENING):
            came = await news.get()
    except TimeoutError:
        return "accepted", f"101, and still open {LISTENING:g} s later"
    match came:
        case TextReceived() | BinaryReceived():
            return "accepted", "101, and the bot speaks to it"
        case SocketClosed(code=code) if code in _POLICY or code in _PRIVATE:
            return "refused", f"closed with {code} before anything was said"
        case SocketClosed(code=code):
            return (
                "unclear",
                f"101, and closed with {code} at once: 403 in the handshake, or 1008, would say why",
            )
        case _:
            return "unclear", "101, and the connection broke"
