"""`python -m tests.benchmarks.relay HOST:PORT CA-FILE NAME`: plain TCP in, TLS out, for a caller without TLS."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
from typing import Final

from sipdomain.sip.outputs import Address

_CHUNK: Final = 65_536


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()
    target.close()


async def relay(remote: Address, context: ssl.SSLContext, name: str) -> None:
    """Carry each connection's bytes to a TLS server and back until this process is ended.

    Args:
        remote: The TLS server.
        context: Whom to trust.
        name: What the server's certificate must be for.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(
            remote.host, remote.port, ssl=context, server_hostname=name
        )
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    print(f"ready {host}:{port}", flush=True)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Run a relay."""
    host, _, port = sys.argv[1].rpartition(":")
    context = ssl.create_default_context(cafile=sys.argv[2])
    asyncio.run(relay(Address(host, int(port)), context, sys.argv[3]))


if __name__ == "__main__":
    main()
