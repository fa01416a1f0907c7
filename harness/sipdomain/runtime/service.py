"""A running emulator: its core, sockets, audio and HTTP, opened together and closed together."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sipdomain.entries import Note
from sipdomain.journal import Journal
from sipdomain.runtime.bad_line import BadLine
from sipdomain.runtime.bad_network import BadLineNetwork
from sipdomain.runtime.bad_web import BadWeb
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.hep import HepSender
from sipdomain.runtime.http.client import LiveHttpClient
from sipdomain.runtime.http.control import Control
from sipdomain.runtime.http.gate import Gate
from sipdomain.runtime.http.server import HttpServer
from sipdomain.runtime.http.sockets import LiveSockets, trusting
from sipdomain.runtime.http.switches import Switches
from sipdomain.runtime.injector import Injector
from sipdomain.runtime.media.bad_rtp import BadRtp
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.own_address import as_ip_address
from sipdomain.runtime.pump import Pump, Web, Wires
from sipdomain.runtime.service_options import ServiceOptions, certificate_names
from sipdomain.runtime.sip.edge_listeners import EdgeListeners, open_all, secure_beside
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.runtime.switchboard import PumpedSwitchboard
from sipdomain.runtime.tls.contexts import TlsServer
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.sources import source_of
from sipdomain.twilio.debugger import Debugger
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.engine.hosted import HOSTS, hosted
from sipdomain.twilio.names.dns_zone import WILDCARDS, Zone
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestApi
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.logs import Logs

if TYPE_CHECKING:
    from sipdomain.runtime.dns.server import DnsServer
    from sipdomain.runtime.http.proxy import Proxy

CLOSING = 2.0
"""How long a closing service waits for answers to its BYEs and callbacks, in seconds."""


class Service:
    """An emulator with real sockets.

    Attributes:
        sip_address: Where it listens for SIP.
        tls_address: Where it listens for SIP over TLS, or None.
        http_url: The base of its REST API.
        dns_address: Where its DNS listens, or None.
        proxy_address: Where its HTTPS proxy listens, or None.
        edges: Its listeners; None before `open`.
        zone: What its DNS answers from, or None.
        rest: The REST API.
        journal: All that happens.
        web: What asks webhooks, with the faults of that.
        library: Its prompts.
    """

    def __init__(
        self,
        options: ServiceOptions,
        store: Store,
        calls: CallStore,
        journal: Journal,
        library: PromptLibrary | None = None,
        logs: Logs | None = None,
    ) -> None:
        """Put a service together on the running event loop; `open` binds its sockets.

        Args:
            options: Where it listens, and how it is set up.
            store: Accounts, domains and lists.
            calls: Where calls are written down.
            journal: Where everything is written.
            library: Prompts that are somebody else's to close; by default its own.
            logs: Where alerts and events are written down; by default its own.
        """
        loop = asyncio.get_running_loop()
        rng = random.SystemRandom()
        ids = Ids(rng)
        settings = replace(options.settings, wall_offset=time.time() - loop.time())
        self._options = options
        self.journal = journal
        self.library = library or PromptLibrary(speech=options.speech)
        self._own_library = library is None
        self._logs = logs if logs is not None else Logs()
        debugger = Debugger(
            self._logs.alerts, calls, ids, wall_offset=settings.wall_offset, exchanges=self._logs.exchanges
        )
        journal.listen(debugger.hear)
        self.emulator = Emulator(store, calls, ids, rng=rng, settings=settings)
        self._media = LiveMedia(
            loop,
            self.library,
            ports=options.rtp,
            ear=options.ear,
            patient=True,
            tap=options.tap,
            hearing=options.hearing,
            line=(rtp := BadRtp(LiveClock(loop), journal, calls.call_id_of)),
        )
        self._clock = LiveClock(loop)
        self._hep: HepSender | None = None
        self._http = LiveHttpClient(
            options.hosts,
            note=lambda text: journal.append(Note(at=self._clock.now(), source="http", text=text)),
        )
        self.web = BadWeb(self._http, self._clock, journal, options.rng_of_faults, options.webhook_faults)
        self._sockets = LiveSockets(options.hosts, trust=lambda: trusting(options.authority))
        self._pump = Pump(
            self.emulator,
            "cloud",
            clock=self._clock,
            journal=journal,
            media=self._media,
            web=Web(self.web, self.emulator.fetched),
            wires=Wires(self._sockets, self.emulator.socket),
        )
        self._sockets.bind(self._pump.socket)
        self._media.bind(self._pump.media, self._sockets.write)
        self._line = BadLine((), self._clock, random.Random(0), journal)
        self.injector = Injector(lambda: (self._line,), self.web, rtp)
        if options.faults:
            self.injector.inject(options.faults, options.fault_seed)
        self._pump.network = self._bad = BadLineNetwork(self._line, self._pump.receive, owner="cloud")
        switchboard = PumpedSwitchboard(self.emulator, self._pump, self._clock.now)
        self.rest = RestApi(store, calls, ids, self._logs, switchboard=switchboard)
        self._switches = Switches(
            self.emulator, self._pump, store, calls,
            journal=journal, clock=self._clock, keep=self._keep, picture=options.picture, logs=self._logs,
        )  # fmt: skip
        self._control = Control(journal, self._health, self._registrations, self._switches)
        self._control.rest_faults = self.rest.faults
        self._control.web = self.web
        self._control.injector = self.injector
        self._server = HttpServer(
            self.rest, self._control, self._keep, journal=journal, gate=Gate(options.token, options.http.host),
            proxy_gate=Gate(host=options.proxy.host if options.proxy is not None else ""), hosted=hosted(store),
        )  # fmt: skip
        self._store = store
        self._calls = calls
        self._dns: DnsServer | None = None
        self._proxy: Proxy | None = None
        self._tls = None if options.tls is None else self._secured(options)
        self.edges: EdgeListeners | None = None
        self.zone: Zone | None = None
        self.sip_address = options.sip
        self.tls_address: Address | None = None
        self.http_url = ""
        self.dns_address: Address | None = None
        self.proxy_address: Address | None = None

    async def open(self) -> None:
        """Bind everything.

        Raises:
            SetupError: An address cannot be bound; nothing stays open.
        """
        options = self._options
        if options.hep is not None:
            self._hep = HepSender(options.hep)
            self._hep.hear(self.journal, self._clock.now())
        network = await self._listen(options.sip, options.tls)
        edges = EdgeListeners(
            network, self._listen, advertise=as_ip_address(self._options.settings.advertise)
        )
        self.edges = self._control.edges = edges
        self._bad.inner = edges
        self.emulator.send_by(edges.flow_to)
        self.sip_address, self.tls_address = network.address, network.tls_address
        try:
            for bind in options.also:
                await edges.also(bind, None if options.tls is None else secure_beside(bind))
            await open_all(edges, options.edges, secure=options.tls is not None)
            for name, address in (*edges.addresses.items(), *edges.secure.items()):
                self.emulator.name_edge(address, name)
            self.emulator.listen_at(edges.unnamed)
            if self._options.dns is not None:
                await self._open_dns(self._options.dns, edges)
            await self._server.open(self._options.http)
            if options.proxy is not None:
                await self._open_proxy(options.proxy)
            if options.state is not None:
                options.state.start(self._store, self._calls, self._complain_of_state, self._logs)
        except BaseException:
            await edges.close()
            if self._dns is not None:
                await self._dns.close()
            if self._proxy is not None:
                await self._proxy.close()
            await self._server.close()
            raise
        self._switches.remember_start()
        self.http_url = f"http://{self._server.address}"
        self._calls.recordings.base_url = self._media_url()
        self._http.spare(self._server.address)
        for host in HOSTS:
            if host not in self._options.hosts:
                self._http.map_host(host, self.http_url)

    async def _listen(self, bind: Address, secure: Address | None) -> LiveNetwork:
        network = await LiveNetwork.open(
            bind, receive=self._bad.receive, failed=self._pump.transport_failed, complain=self._complain,
            tls=self._tls, listen_tls=secure, limits=self._options.limits, in_use=self.emulator.needs,
        )  # fmt: skip
        network.refuse_by(
            lambda over, way: self._line.refuses("phone" if way == "accepted" else "cloud", over)
        )
        return network

    def _secured(self, options: ServiceOptions) -> TlsServer:
        return TlsServer(
            options.authority, certificate_names(options, self._store.suffix), given=options.certificate
        )

    async def _open_dns(self, bind: Address, edges: EdgeListeners) -> None:
        # dnslib is not needed by those who ask for no DNS.
        from sipdomain.runtime.dns.server import DnsServer

        store = self._store
        self.zone = Zone(store.suffix, lambda name: store.domain_named(name) is not None, edges.listeners)
        self._dns = DnsServer(self.zone)
        await self._dns.open(bind)
        self.dns_address = self._dns.address

    async def _open_proxy(self, bind: Address) -> None:
        # Those who ask for no proxy do not pay for the import.
        from sipdomain.runtime.http.proxy import Proxy

        self._proxy = Proxy(self._options.authority, self._server.proxied)
        await self._proxy.open(bind)
        self.proxy_address = self._proxy.address

    @property
    def media(self) -> LiveMedia:
        """Its audio."""
        return self._media

    def _media_url(self) -> str:
        """Return where others find the REST API: at the address that SDP names, where it listens on all."""
        address, advertise = self._server.address, self._options.settings.advertise
        if address.host in WILDCARDS and advertise:
            return f"http://{Address(advertise, address.port)}"
        return self.http_url

    @property
    def listeners(self) -> list[tuple[Address, Address]]:
        """Where it listens for UDP and TCP, and for TLS where it does (else the same address); no edges' own."""
        edges = self.edges
        networks = (edges.main, *edges.others) if edges is not None else ()
        return [(each.address, each.tls_address or each.address) for each in networks]

    async def warm_up(self) -> None:
        """Load what audio needs; the voice goes on loading when this returns, and calls ring until it is there."""
        await self.library.warm_up()

    async def make_certificate(self) -> None:
        """Make the first certificate, so that the first TLS connection does not wait for it.

        Raises:
            SetupError: The certificate authority cannot be read.
        """
        if self._tls is not None:
            await self._tls.accepting()

    async def _keep(self) -> None:
        """Wait until what a request changed is on disk, where it is kept there; raises StateError."""
        if self._options.state is not None:
            await self._options.state.keep(self._store.changes.take())

    def _complain_of_state(self, text: str) -> None:
        self.journal.append(Note(at=self._clock.now(), source="state", text=text))

    def _complain(self, flow: Flow, text: str) -> None:
        note = Note(at=self._clock.now(), source=flow.transport, text=f"{flow.remote}: {text}")
        self.journal.append(note, source_of(flow.remote.host))

    def _registrations(self) -> Iterator[dict[str, object]]:
        now, bindings = self._clock.now(), tuple(self.emulator.bindings)
        return (each.row(now) for each in bindings)

    def _health(self) -> dict[str, object]:
        return {
            "status": "ok",
            "profile": self._options.settings.profile.name,
            "sip": str(self.sip_address),
            "tls": None if self.tls_address is None else str(self.tls_address),
            "calls": self.emulator.open_calls,
            "transactions": self.emulator.open_transactions,
            "keep_alives": self._pump.keep_alives.count,
            "journal": len(self.journal),
        }

    async def end_calls(self) -> None:
        """End every call with BYE; wait shortly for the answers, and for those of the URLs that are being asked."""
        self._pump.feed(lambda: self.emulator.shut_down(self._clock.now()))
        give_up_at = self._clock.now() + CLOSING
        while self._is_waiting and self._clock.now() < give_up_at:  # noqa: ASYNC110 - nobody notifies
            await asyncio.sleep(0.02)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing goes on: neither a call, nor a transaction, nor a request to a URL."""
        return not any(self.emulator.census)

    @property
    def _is_waiting(self) -> bool:
        return self.emulator.waiting_for_bye or self.emulator.census.exchanges > 0

    async def close(self) -> None:
        """End every call with BYE, wait shortly for the answers, and close everything."""
        await self.end_calls()
        self._pump.close()
        if self._dns is not None:
            await self._dns.close()
        if self._proxy is not None:
            await self._proxy.close()
        await self._server.close()
        await self._http.close()
        await self._sockets.close()
        await self._media.close()
        if self._hep is not None:
            self._hep.close()
        if self._own_library:
            await self.library.close()
        if self.edges is not None:
            await self.edges.close()
        if self._options.state is not None:
            await self._options.state.close()
