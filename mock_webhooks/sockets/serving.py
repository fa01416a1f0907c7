"""Bots on real sockets: Flask-Sock brings the WebSocket, the bot says what to do, and this waits."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from heapq import heappop, heappush
from typing import Any, Final

from flask import Flask, Request, Response
from flask_sock import Sock

from mock_webhooks.sockets.bot import Action, Bot, BreakOff, Close, Fragment, Send, SendBytes
from mock_webhooks.sockets.doors import Door

HANGING: Final = 30.0
"""For how long a handshake is not answered, in seconds."""
_PING_IN_FRAGMENTS: Final = b"\x09\x00"


def add_bots(app: Flask, doors: Mapping[str, Door]) -> None:
    """Serve bots at their paths."""
    sock = Sock(app)
    for path, door in doors.items():
        sock.route(path, endpoint=f"bot {path}")(partial(_serve, door))


def refusal(
    doors: Mapping[str, Door], request: Request, url: str, sleep: Callable[[float], object]
) -> Response | None:
    """Return the answer to a handshake that gets no socket, or None.

    Args:
        doors: What answers at each path.
        request: The handshake.
        url: As it was requested.
        sleep: Waits.
    """
    door = doors.get(request.path)
    if door is None:
        return None
    if request.headers.get("Upgrade", "").lower() != "websocket":
        return Response("A bot is here: open a WebSocket.\n", 426, content_type="text/plain")
    if door.hangs:
        sleep(HANGING)
        return Response(status=504)
    status = door.status_for(f"ws{url.removeprefix('http')}", list(request.headers.items()))
    return Response(status=status) if status else None


def _serve(door: Door, ws: Any) -> None:
    _Conversation(ws, door.make()).run()


class _Conversation:
    def __init__(self, ws: Any, bot: Bot) -> None:
        self._ws = ws
        self._bot = bot
        self._due: list[tuple[float, int, Action]] = []
        self._count = 0

    def run(self) -> None:
        """Go on until the socket is closed: `ConnectionClosed` is for Flask-Sock to take."""
        self._plan(self._bot.opened(time.monotonic()))
        while True:
            now = time.monotonic()
            while self._due and self._due[0][0] <= now:
                if not self._act(heappop(self._due)[2]):
                    return
            wait = max(self._due[0][0] - now, 0.001) if self._due else None
            message = self._ws.receive(timeout=wait)
            if isinstance(message, str):
                self._plan(self._bot.received(message, time.monotonic()))

    def _plan(self, actions: Any) -> None:
        now = time.monotonic()
        for each in actions:
            self._count += 1
            heappush(self._due, (now + each.after, self._count, each))

    def _act(self, action: Action) -> bool:
        """Do it; return whether the socket is open after that."""
        match action:
            case Send(text):
                self._ws.send(text)
            case SendBytes(data):
                self._ws.send(data)
            case Fragment():
                self._ws.sock.sendall(_PING_IN_FRAGMENTS)
            case Close(code, reason):
                self._ws.close(code, reason or None)
                return False
            case BreakOff():
                self._ws.sock.shutdown(socket.SHUT_RDWR)
                return False
        return True
