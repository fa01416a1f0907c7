"""Sockets of weak servers: SIP by UDP and TCP at one port, audio, and TLS that takes anything."""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import trustme

from sipdomain.audit.wires import Stream
from tests.integration.served import free_ports
from tests.integration.weak_servers import Place, WeakServer

_BEAT = 0.02


@contextmanager
def running(target: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run something beside the test until the block ends."""
    over = threading.Event()
    thread = threading.Thread(target=target, args=(over,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)
        assert not thread.is_alive()


@contextmanager
def serving(server: WeakServer, *, reads_all: bool = False) -> Iterator[str]:
    """Serve on a port of this machine, by UDP and TCP; HOST:PORT.

    Args:
        server: What answers.
        reads_all: By TCP it reads as much as comes, and answers nothing but whole messages.
    """
    with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        (port,) = free_ports(1)
        udp.bind(("127.0.0.1", port))
        tcp.bind(("127.0.0.1", port))
        tcp.listen(64)
        place: Place = udp.getsockname()
        with (
            running(lambda over: _datagrams(server, udp, over)),
            running(lambda over: _connections(server, tcp, over, reads_all=reads_all)),
        ):
            yield f"{place[0]}:{place[1]}"


def _datagrams(server: WeakServer, udp: socket.socket, over: threading.Event) -> None:
    udp.settimeout(0.05)
    while not over.is_set():
        with suppress(TimeoutError):
            data, peer = udp.recvfrom(65_535)
            for answer, place in server.take(data, peer):
                udp.sendto(answer, place or peer)


def _connections(server: WeakServer, tcp: socket.socket, over: threading.Event, *, reads_all: bool) -> None:
    threads = []
    tcp.settimeout(0.05)
    while not over.is_set():
        with suppress(TimeoutError):
            connection, peer = tcp.accept()
            threads.append(
                threading.Thread(target=_connected, args=(server, connection, peer, reads_all), daemon=True)
            )
            threads[-1].start()
    for each in threads:
        each.join(5)


def _connected(server: WeakServer, connection: socket.socket, peer: Place, reads_all: bool) -> None:
    with connection:
        if reads_all:
            with suppress(OSError):
                while connection.recv(65_535):
                    continue
            return
        stream = Stream(connection, "TCP")
        while (data := stream.receive(2.0)) is not None:
            for answer, _ in server.take(data, peer, "TCP"):
                stream.send(answer)


@contextmanager
def speaking(
    server: WeakServer, *, to_anybody: bool = False, keys: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Give a server audio: it speaks to the agreed address, or to whoever sent last.

    Args:
        server: Which.
        to_anybody: It follows whoever sends, and takes their keys.
        keys: Called with the first key of a call.
    """
    with socket.socket(type=socket.SOCK_DGRAM) as rtp:
        rtp.bind(("127.0.0.1", 0))
        rtp.setblocking(False)
        server.rtp = rtp.getsockname()

        def speak(over: threading.Event) -> None:
            last: Place | None = None
            calls = pressed = 0
            with selectors.DefaultSelector() as selector:
                selector.register(rtp, selectors.EVENT_READ)
                while not over.wait(_BEAT):
                    if len(server.heard_by) != calls:
                        calls, last = len(server.heard_by), server.heard_by[-1]
                    while selector.select(0):
                        data, peer = rtp.recvfrom(2_000)
                        is_agreed = peer == server.heard_by[-1]
                        last = peer if to_anybody else last
                        if data[1] & 0x7F == 101 and (is_agreed or to_anybody) and keys and pressed != calls:
                            pressed = calls
                            keys(str(data[12]))
                    if last is not None:
                        with suppress(OSError):
                            rtp.sendto(b"\x80\x00" + bytes(10) + b"\xff" * 160, last)

        with running(speak):
            yield


@contextmanager
def shaking_hands(*, is_weak: bool) -> Iterator[str]:
    """Take TLS; a weak one takes version 1.0 and every cipher, with the certificate of somebody else, which has expired."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    name = "other.example" if is_weak else "pbx.example"
    until = datetime(2001, 1, 1, tzinfo=UTC) if is_weak else None
    authority.issue_cert(name, key_type=trustme.KeyType.RSA, not_after=until).configure_cert(context)
    if is_weak:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:eNULL:aNULL:@SECLEVEL=0")
    with socket.socket() as tcp:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen(64)
        tcp.settimeout(0.05)

        def shake(over: threading.Event) -> None:
            while not over.is_set():
                with suppress(OSError):
                    connection, _ = tcp.accept()
                    connection.settimeout(2)
                    with (
                        connection,
                        suppress(OSError),
                        context.wrap_socket(connection, server_side=True) as secured,
                    ):
                        secured.recv(1)

        with running(shake):
            yield "{}:{}".format(*tcp.getsockname())
