"""The HTTP server by itself: what it does with a request that does not come to its end."""

from __future__ import annotations

import asyncio
import random

import pytest

from sipdomain.journal import Journal
from sipdomain.runtime.http import request as http_request
from sipdomain.runtime.http.control import Control
from sipdomain.runtime.http.server import HttpServer
from sipdomain.sip.outputs import Address
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestApi
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from tests.patience import PATIENCE


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_request, "PATIENCE", 0.05)

    async def ask() -> bytes:
        ids = Ids(random.Random(1))
        server = HttpServer(RestApi(Store(ids), CallStore(), ids), Control(Journal(), dict))
        await server.open(Address("127.0.0.1", 0))
        try:
            reader, writer = await asyncio.open_connection(server.address.host, server.address.port)
            writer.write(b"POST /v1/Alerts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
            async with asyncio.timeout(PATIENCE):
                line = await reader.readline()
            writer.close()
            return line
        finally:
            await server.close()

    assert asyncio.run(ask()) == b"HTTP/1.1 408 Request Timeout\r\n"
