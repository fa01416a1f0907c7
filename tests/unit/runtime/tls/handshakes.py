"""Servers and clients of TLS over loopback."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable

from sipdomain.runtime.sip.connection import StreamLimits
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.runtime.tls.certificates import authority_of_this_run, usual_names
from sipdomain.runtime.tls.contexts import TlsClient, TlsServer, trusting
from sipdomain.sip.outputs import Address, Flow
from tests.patience import PATIENCE, until

SMALL = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"
ANY = Address("127.0.0.1", 0)


class Bench:
    """A network with TLS that keeps what it receives."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, Flow]] = []
        self.failed: list[Flow] = []
        self.complaints: list[str] = []
        self.network: LiveNetwork

    async def open(
        self,
        *,
        server: TlsServer | None = None,
        client: TlsClient | None = None,
        limits: StreamLimits | None = None,
    ) -> None:
        self.network = await LiveNetwork.open(
            ANY,
            receive=lambda data, flow: self.received.append((data, flow)),
            failed=self.failed.append,
            complain=lambda _, text: self.complaints.append(text),
            tls=server or client,
            listen_tls=ANY if server else None,
            limits=limits,
        )

    @property
    def address(self) -> Address:
        assert self.network.tls_address is not None
        return self.network.tls_address

    async def ask(self, context: ssl.SSLContext, name: str) -> ssl.SSLObject:
        """Connect, send a request, and return what was agreed on."""
        before = len(self.received)
        _, writer = await asyncio.open_connection(*self.address, ssl=context, server_hostname=name)
        agreed = writer.get_extra_info("ssl_object")
        assert isinstance(agreed, ssl.SSLObject)
        writer.write(SMALL)
        await until(lambda: len(self.received) > before)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()
        return agreed


def play(
    test: Callable[[Bench], Awaitable[None]],
    *,
    server: TlsServer | None = None,
    limits: StreamLimits | None = None,
) -> Bench:
    async def run() -> Bench:
        bench = Bench()
        await bench.open(server=server or usual_server(), limits=limits)
        try:
            async with asyncio.timeout(PATIENCE):
                await test(bench)
        finally:
            await bench.network.close()
        return bench

    return asyncio.run(run())


def usual_server() -> TlsServer:
    return TlsServer(authority_of_this_run, [*usual_names(), "localhost", "127.0.0.1", "::1"])


def trusted() -> ssl.SSLContext:
    return trusting(authority_of_this_run().pem)
