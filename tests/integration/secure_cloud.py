"""An emulator with one secure domain, behind real TLS, in a thread of a test."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mock_webhooks import create_app
from sipdomain.entries import Decision
from sipdomain.journal import Journal
from sipdomain.media.prompts import Speech
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.http.client import LiveHttpClient
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.pump import Pump, Web
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.runtime.tls.certificates import CertificateAuthority, usual_names
from sipdomain.runtime.tls.contexts import TlsServer
from sipdomain.runtime.worlds.app_server import AppServer
from sipdomain.sip.outputs import Address
from sipdomain.twilio.configuration import model as config
from sipdomain.twilio.configuration.model import Configuration, DomainEntry
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from tests.integration.served import ACCOUNT, PASSWORD, TOKEN
from tests.patience import PATIENCE

WORDS = "Welcome to the demo. Nobody else can hear this."
DOMAIN = "demo.sip.twilio.com"
HERE = Address("127.0.0.1", 0)


@dataclass(slots=True)
class SecureCloud:
    """A running one.

    Attributes:
        port: Where it listens for TLS, on 127.0.0.1.
        authority: The certificate to trust, in PEM.
        journal: What happened.
        said: The words as its voice says them, at 8 kHz; for `WORDS`.
    """

    port: int
    authority: bytes
    journal: Journal
    said: npt.NDArray[np.int16]

    @property
    def refused(self) -> list[str]:
        """The reasons for which calls were refused."""
        return [each.reason for each in self.journal.select(Decision) if each.outcome == "refused"]


@contextmanager
def secure_cloud() -> Iterator[SecureCloud]:
    """Run an emulator whose domain is secure, and an application that says `WORDS`, until the block ends."""
    app = AppServer(create_app(replies={"/voice": {"say": WORDS}}, auth_token=TOKEN))
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stop = asyncio.Event()
    made: list[SecureCloud] = []

    async def run() -> None:
        store, authority = Store(Ids(random.Random(1))), CertificateAuthority.make(addresses=False)
        store.accounts.create(now=time.time(), sid=ACCOUNT, auth_token=TOKEN)
        given = Configuration(
            credential_lists={"staff": {"alice": PASSWORD}},
            domains={"demo": DomainEntry(calls=["staff"], voice="/voice", secure=True)},
        )
        config.apply(given, store, ACCOUNT, now=time.time(), base_url=app.url)
        emulator = Emulator(store, CallStore(), Ids(random.Random(2)), rng=random.SystemRandom())
        library, journal, clock = PromptLibrary(speech=True), Journal(), LiveClock(loop)
        media, http = LiveMedia(loop, library), LiveHttpClient({})
        pump = Pump(
            emulator, "cloud", clock=clock, journal=journal, media=media, web=Web(http, emulator.fetched)
        )
        media.bind(pump.media)
        network = pump.network = await LiveNetwork.open(
            HERE,
            receive=pump.receive,
            failed=pump.transport_failed,
            complain=lambda _, __: None,
            tls=TlsServer(lambda: authority, [*usual_names(), "127.0.0.1"]),
            listen_tls=HERE,
        )
        assert network.tls_address is not None
        await library.prepare(Speech(WORDS))
        made.append(
            SecureCloud(network.tls_address.port, authority.pem, journal, library.samples(Speech(WORDS)))
        )
        ready.set()
        await stop.wait()
        pump.feed(lambda: emulator.shut_down(clock.now()))
        pump.close()
        for part in (http, media, library, network):
            await part.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield made[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        app.close()
        loop.close()
