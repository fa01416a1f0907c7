"""A world of real sockets on this machine: one emulator, its webhook application and its phones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sipdomain.errors import SetupError
from sipdomain.journal import Journal
from sipdomain.media.ear import KEPT
from sipdomain.media.prompts import Speech
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.event_loop import new_event_loop
from sipdomain.runtime.injector import Injector
from sipdomain.runtime.media.recognition import Recognised
from sipdomain.runtime.media.tap import NO_TRAFFIC, MediaTap, Traffic
from sipdomain.runtime.media.understanding import Understanding
from sipdomain.runtime.service import Service
from sipdomain.runtime.service_options import ServiceOptions
from sipdomain.runtime.tls.certificates import authority_of_this_run
from sipdomain.runtime.worlds.account import OwnRest, make_account, name_tokens
from sipdomain.runtime.worlds.app_request import AppRequest
from sipdomain.runtime.worlds.app_server import ANY_PORT, AppServer
from sipdomain.runtime.worlds.application import make_app
from sipdomain.runtime.worlds.driver import drive
from sipdomain.runtime.worlds.ears import Ears, ears, heard
from sipdomain.runtime.worlds.edges import Edges
from sipdomain.runtime.worlds.live_phones import LivePhones
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.runtime.worlds.remote_app import RemoteApp
from sipdomain.runtime.worlds.studio import Studio
from sipdomain.runtime.worlds.under_way import UnderWay
from sipdomain.runtime.worlds.unfinished import is_idle, note_unfinished
from sipdomain.runtime.worlds.world import (
    PhoneSpec,
    Script,
    T,
    WorldSpec,
    connect_line,
    name_host,
    phone_settings,
    rng_for,
)
from sipdomain.sip.outputs import Address
from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.configuration import model as config
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.names.sip_servers import SipServer
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    import numpy.typing as npt

ARRIVING = 0.25
"""How long a closing world waits for messages that are under way, in seconds."""


class LiveWorld:
    """A world that runs in real time.

    Attributes:
        substrate: "live".
        profile: The profile's name.
        journal: All that happens.
        sip_address: Where the emulator listens.
        dns_address: Where DNS is answered, or None.
        edges: Its edges, where some are named by that DNS, or None.
        http_url: The base of its REST API.
        app_url: The base of the webhook application.
    """

    substrate: Literal["live"] = "live"
    edges: Edges | None = None

    def __init__(self, spec: WorldSpec, studio: Studio | None = None) -> None:
        """Build a world; it is ready when this returns.

        Args:
            spec: What it is made of.
            studio: The loop and the voice to use; by default ones of its own.

        Raises:
            SetupError: An address cannot be bound, or what is given is wrong.
            ConfigurationError: The configuration is wrong.
        """
        self.profile = spec.profile
        self.journal = Journal()
        self._tap = MediaTap() if spec.tapped else None
        self._understanding = Understanding(spec.hearing)
        self._under_way = UnderWay()
        self.journal.listen(self._under_way.take)
        self._studio = studio
        self._loop = studio.loop if studio is not None else new_event_loop()
        self._clock = LiveClock(self._loop)
        configuration = spec.configuration
        rng = rng_for(spec.seed, "ids")
        store, calls = Store(Ids(rng)), CallStore()
        self._wall = time.time() - self._loop.time()
        self._account = make_account(store, configuration.account, self._unix())
        self._app: AppServer | RemoteApp = (
            RemoteApp(spec.app_url, self.journal, self._account.auth_token)
            if spec.app_url
            else AppServer(make_app(spec, self._account.auth_token, self._bot_voice))
        )
        self.app_url = self._app.url
        try:
            domains = config.apply(
                configuration, store, self._account.sid, now=self._unix(), base_url=self.app_url
            )
            domain = domains[0].domain_name if domains else "sip.twilio.com"
            self._loop.run_until_complete(self._open(spec, store, calls, domain))
        except BaseException:
            self._app.close()
            self._close_loop()
            raise

    async def _open(self, spec: WorldSpec, store: Store, calls: CallStore, domain: str) -> None:
        here = ANY_PORT
        peers: dict[str, list[SipServer]] = {}
        six = spec.ipv6 or any(":" in phone.address for phone in spec.phones.values())
        options = ServiceOptions(
            spec.sip or here,
            here,
            settings=Settings(
                profile=spec.switches, token_names=name_tokens(self._account, spec), peers=peers
            ),
            speech=spec.speech,
            hearing=spec.hearing,
            dns=spec.dns,
            edges=spec.edges,
            also=(Address("::1", 0),) if six else (),
            tls=here,
            ear=KEPT,
            tap=self._tap,
            webhook_faults=spec.webhook_faults,
            hosts=spec.hosts,
            rng_of_faults=rng_for(spec.seed, "web"),
        )
        library = self._studio.library if self._studio is not None else None
        self._service = Service(options, store, calls, self.journal, library)
        self._rest = OwnRest(self._service.rest, self._account, calls, self._unix)
        await self._service.open()
        self._phones = LivePhones(
            self._loop, self.journal, self._service.library, authority_of_this_run, tap=self._tap
        )
        try:
            await self._furnish(spec, store, domain, peers)
        except BaseException:
            await self._close()
            raise

    async def _furnish(
        self, spec: WorldSpec, store: Store, domain: str, peers: dict[str, list[SipServer]]
    ) -> None:
        """Set up in the open service what the spec says."""
        if (rtp := self._service.injector.rtp) is not None:
            rtp.faults, rtp.rng = spec.rtp_faults, rng_for(spec.seed, "rtp")
        self.behave(spec.behaviours)
        self._seed = spec.seed
        await self._service.warm_up()
        for words in spec.words_of_bots:
            await self._service.library.prepare(Speech(words), {"PCMU"})
        if any(phone.transport == "tls" for phone in spec.phones.values()):
            await self._service.make_certificate()
        self.sip_address = self._service.sip_address
        self.http_url = self._service.http_url
        self.dns_address = self._service.dns_address
        if spec.edges and self._service.edges is not None and self._service.zone is not None:
            self.edges = Edges(self._service.edges, self._service.zone, self.now)
        for name, phone in spec.phones.items():
            await self._open_phone(name, phone, domain, spec)
            local = self._phones[name].core.settings.local
            connect_line(store, self._account, phone, local, self._unix())
            name_host(peers, phone, local)

    async def _open_phone(self, name: str, spec: PhoneSpec, domain: str, world: WorldSpec) -> None:
        proxies = self._service.listeners[":" in spec.address]
        await self._phones.open(
            phone_settings(name, spec, domain, Address(spec.address, 0), *proxies),
            rng=rng_for(world.seed, f"phone {name}"),
            faults=world.faults,
            rng_of_faults=rng_for(world.seed, f"line {name}"),
        )

    def _bot_voice(self, text: str) -> bytes:
        """Return what a bot says: its words were rendered before the world was ready."""
        return self._service.library.encoded(Speech(text), "PCMU")

    def now(self) -> float:
        """Return the moment."""
        return self._clock.now()

    def _unix(self) -> float:
        return self._wall + self.now()

    def behave(self, behaviours: Sequence[Behaviour]) -> None:
        """Do these on purpose too from now on, or with none of them nothing on purpose any more."""
        self._service.emulator.far_end.behave(behaviours, self.now())

    def inject(self, faults: Sequence[str]) -> None:
        """Let these befall too from now on, or with none of them nothing any more."""
        injector = Injector(
            lambda: self._phones.all_lines, self._service.web, self._service.injector.rtp, self._seed
        )
        if any("rebind" in each for each in faults):
            raise SetupError("live, the ports of a NAT are bound before: give `rebind` below `given`")
        if faults:
            injector.inject(faults)
        else:
            injector.clear()

    def listener(self, transport: str, source: str) -> Address:
        """Return where SIP from an IP address is taken over a transport.

        Raises:
            SetupError: Nothing listens for addresses of that family.
        """
        listeners = self._service.listeners
        if ":" in source and len(listeners) == 1:
            raise SetupError(f"nothing listens for {source}: say `ipv6: true` below `given:`")
        return listeners[":" in source][transport == "tls"]

    def phone(self, name: str) -> PhoneHandle:
        """Return a phone by its name."""
        return self._phones[name]

    def is_busy(self, call_id: str) -> bool:
        """Return whether the emulator has work with a call, or a message of it is still under way."""
        on_its_way = any(line.holds(call_id) for line in self._phones.lines)
        return on_its_way or self._service.emulator.is_busy(call_id)

    @property
    def under_way(self) -> int:
        """How many SIP messages, and copies of webhooks, have not arrived yet, and will."""
        # What a bad line takes never arrives: it alone knows what is still to come.
        messages = (
            sum(line.held for line in self._phones.lines) if self._phones.lines else self._under_way.count
        )
        return messages + self._service.web.held

    @property
    def is_idle(self) -> bool:
        """Whether no message is under way, and the emulator has no call, recording or request open."""
        return is_idle(self._service.emulator, self.under_way)

    @property
    def put_off(self) -> float:
        """By how much audio was put off in all, in seconds, because the machine was busy."""
        return max(each.put_off for each in (self._service.media, *self._phones.media.values()))

    def heard(self, call: PhoneCall) -> npt.NDArray[np.int16]:
        """Return what the phone heard so far, at 8 kHz; nothing in what has no audio, such as a registration."""
        return heard(self._phones.media, call, self._service.media)

    def ears(self, call_sid: str, call: PhoneCall | None) -> Ears:
        """Return what keeps what the emulator heard in a call, and what the phone did."""
        return ears(self._phones.media, self._service.media, call_sid, call)

    def recording(self, call: PhoneCall) -> npt.NDArray[np.int16]:
        """Return the finished recordings that the emulator made of a call, at 8 kHz."""
        return self._rest.recording(call.call_id)

    def learn(self, text: str) -> None:
        """Have the text rendered, so that `prompt_samples` has it though nobody said it; not while `run` runs."""
        self._loop.run_until_complete(self._service.library.prepare(Speech(text)))

    def prompt_samples(self, text: str) -> npt.NDArray[np.int16]:
        """Return how this world's voice says the text.

        Raises:
            MediaError: It has not said these words yet.
        """
        return self._service.library.samples(Speech(text))

    def understand(self, samples: npt.NDArray[np.int16]) -> Future[Recognised]:
        """Begin to understand what is said in samples at 8 kHz, as `Understanding.ask` does."""
        return self._understanding.ask(samples)

    def app_requests(self) -> list[AppRequest]:
        """Return what the webhook application recorded, or answered where it runs by itself."""
        return self._app.requests()

    def rest(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Ask the REST API as the main account."""
        return self._rest.ask(method, path, form)

    def traffic(self) -> Traffic:
        """Return the packets of its audio, where the world was asked to keep them."""
        return self._tap.traffic() if self._tap is not None else NO_TRAFFIC

    def clear_traffic(self) -> None:
        """Keep no packets of the calls that are over."""
        if self._tap is not None:
            self._tap.clear()

    def run(self, script: Script[T]) -> T:
        """Drive a script in real time."""
        return self._loop.run_until_complete(drive(script, self.journal, self.now))

    def close(self) -> None:
        """End everything."""
        self._loop.run_until_complete(self._close())
        self._understanding.close()
        self._app.close()
        self._close_loop()

    def _close_loop(self) -> None:
        if self._studio is None:
            self._loop.close()

    async def _close(self) -> None:
        await self._service.end_calls()
        give_up_at = self.now() + ARRIVING
        while not self.is_idle and self.now() < give_up_at:  # noqa: ASYNC110 - nobody notifies
            await asyncio.sleep(0.001)
        note_unfinished(self.journal, self._service.emulator, self.under_way, self.now())
        await self._service.close()
        await self._phones.close()
