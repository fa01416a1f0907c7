"""What stands between a target and whoever plays at it, and falsifies: SIP by UDP, and requests to the application."""

from __future__ import annotations

import select
import socket
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sipdomain.runtime.worlds.app_server import AppServer
from sipdomain.sip.outputs import Address
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


@contextmanager
def sip_relay(target: Address, replaced: dict[bytes, bytes]) -> Iterator[Address]:
    """Hand datagrams on, in either direction, with some bytes replaced by as many others; yields where it listens."""
    assert all(len(old) == len(new) for old, new in replaced.items())
    front = socket.socket(type=socket.SOCK_DGRAM)
    front.bind(("127.0.0.1", 0))
    end, stop = socket.socketpair()

    def changed(data: bytes) -> bytes:
        for old, new in replaced.items():
            data = data.replace(old, new)
        return data

    def relay() -> None:
        backs: dict[Any, socket.socket] = {}
        while True:
            for each in select.select([front, end, *backs.values()], [], [])[0]:
                if each is end:
                    for back in backs.values():
                        back.close()
                    return
                if each is front:
                    data, phone = front.recvfrom(65_535)
                    if phone not in backs:
                        backs[phone] = socket.socket(type=socket.SOCK_DGRAM)
                        backs[phone].connect(tuple(target))
                    backs[phone].send(changed(data))
                else:
                    phone = next(phone for phone, back in backs.items() if back is each)
                    front.sendto(changed(each.recv(65_535)), phone)

    thread = threading.Thread(target=relay, daemon=True)
    thread.start()
    try:
        yield Address(*front.getsockname())
    finally:
        stop.send(b"!")
        thread.join(PATIENCE)
        for each in (front, end, stop):
            each.close()


@contextmanager
def app_relay(port: int, swallowed: bytes) -> Iterator[str]:
    """Hand requests on to an application, but answer those with some bytes in their body in its place; yields its URL."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if swallowed in body:
            start_response("204 No Content", [])
            return []
        headers = {
            "X-Twilio-Signature": environ.get("HTTP_X_TWILIO_SIGNATURE", ""),
            "Content-Type": environ.get("CONTENT_TYPE", ""),
        }
        url = f"http://127.0.0.1:{port}{environ['PATH_INFO']}"
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=PATIENCE) as got:
            start_response("200 OK", [("Content-Type", got.headers.get("Content-Type", "text/plain"))])
            return [got.read()]

    server = AppServer(answer)
    try:
        yield server.url
    finally:
        server.close()
