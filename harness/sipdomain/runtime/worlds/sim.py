"""A world in virtual time: one emulator, its webhook application and its phones, all in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import wait
from typing import TYPE_CHECKING, Any, Final, Literal

from sipdomain.journal import Journal
from sipdomain.media.prompts import Speech
from sipdomain.phone.call import PhoneCall
from sipdomain.phone.phone import Phone
from sipdomain.runtime.bad_line import BadLine
from sipdomain.runtime.bad_web import BadWeb
from sipdomain.runtime.injector import Injector
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.recognition import Recognised
from sipdomain.runtime.media.tap import Traffic
from sipdomain.runtime.media.understanding import Understanding
from sipdomain.runtime.pump import Pump, Web, Wires
from sipdomain.runtime.sim.exchange import SimExchange
from sipdomain.runtime.sim.http import SimHttpClient, Site, function_site, wsgi_site
from sipdomain.runtime.sim.media import SimMedia
from sipdomain.runtime.sim.network import EPOCH, SimClock, SimNetwork
from sipdomain.runtime.sim.rtp_line import SimRtp
from sipdomain.runtime.sim.sockets import SimSockets
from sipdomain.runtime.sim.tap import SimTap
from sipdomain.runtime.switchboard import PumpedSwitchboard
from sipdomain.runtime.worlds.account import OwnRest, make_account, name_tokens
from sipdomain.runtime.worlds.app_request import AppRequest, requests_of
from sipdomain.runtime.worlds.application import make_app
from sipdomain.runtime.worlds.ears import Ears, ears, heard
from sipdomain.runtime.worlds.edges import Edges
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.runtime.worlds.unfinished import is_idle, note_unfinished
from sipdomain.runtime.worlds.webhook_stub import bots_of
from sipdomain.runtime.worlds.world import (
    Script,
    T,
    Until,
    WorldSpec,
    connect_line,
    name_host,
    phone_settings,
    rng_for,
)
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.configuration import model as config
from sipdomain.twilio.debugger import Debugger
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.engine.hosted import hosted
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.names.sip_servers import SipServer
from sipdomain.twilio.rest import RestApi
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.logs import Logs

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    import numpy.typing as npt

SIP = (Address("127.0.0.1", 5060), Address("127.0.0.1", 5061))
"""UDP and TCP, and TLS, of which only the name is modelled."""
SIP_OVER_IPV6 = (Address("::1", 5060), Address("::1", 5061))
APP = "127.0.0.1:5000"
FIRST_PHONE_PORT = 5070
CLOSING: Final = 128.0
"""How long what is under way may take when a world is closed, in seconds: four times SIP's longest wait for an answer."""
CLOSING_STEPS: Final = 20_000
"""In how many steps that must be done."""


class SimWorld:
    """A world without sockets and without waiting.

    Attributes:
        substrate: "sim".
        profile: The profile's name.
        journal: All that happens.
        sip_address: Where the emulator listens.
        dns_address: None: nobody resolves names here.
        edges: None.
        http_url: The base of its REST API.
        app_url: The base of the webhook application.
        emulator: The emulator's core.
    """

    substrate: Literal["sim"] = "sim"
    dns_address: Address | None = None
    edges: Edges | None = None

    def __init__(self, spec: WorldSpec, settings: Settings | None = None) -> None:
        """Build a world.

        Raises:
            SetupError: What is given is wrong.
            ConfigurationError: The configuration is wrong.
        """
        self.profile = spec.profile
        self.journal = Journal()
        self.sip_address = SIP[0]
        self.http_url = "http://127.0.0.1:8080"
        self.app_url = f"http://{APP}"
        self._clock, self._understanding = SimClock(), Understanding(spec.hearing)
        self._line = _line(spec, self._clock, self.journal)
        self._network = SimNetwork(self._clock, self._line)
        self._library = PromptLibrary(speech=False)
        ids = Ids(rng_for(spec.seed, "ids"))
        store, calls, logs = Store(ids), CallStore(), Logs()
        self._exchange = SimExchange(
            SimTap() if spec.tapped else None, _rtp(spec, self._clock, self.journal, calls)
        )
        configuration = spec.configuration
        self._account = make_account(store, configuration.account, EPOCH)
        domains = config.apply(configuration, store, self._account.sid, now=EPOCH, base_url=self.app_url)
        calls.recordings.base_url = self.http_url
        self._calls = calls
        self._app = make_app(spec, self._account.auth_token, self._bot_voice)
        peers: dict[str, list[SipServer]] = {}
        for number, each in enumerate(spec.phones.values()):
            name_host(peers, each, Address(each.address, FIRST_PHONE_PORT + number))
        settings = settings or Settings(
            profile=spec.switches,
            wall_offset=EPOCH,
            token_names=name_tokens(self._account, spec),
            peers=peers,
        )
        self.emulator = Emulator(store, calls, ids, rng=rng_for(spec.seed, "cloud"), settings=settings)
        debugger = Debugger(
            logs.alerts,
            calls,
            Ids(rng_for(spec.seed, "alerts")),
            wall_offset=settings.wall_offset,
            exchanges=logs.exchanges,
        )
        self.journal.listen(debugger.hear)
        sites: dict[str, Site] = {APP: wsgi_site(self._app)}
        sites |= {host: function_site(answer) for host, answer in hosted(store).items()}
        sockets = SimSockets(self._clock, {APP: bots_of(self._app)}, lambda event: self._pump.socket(event))  # noqa: PLW0108 - it comes later
        media = self._cloud_media = SimMedia(self._clock, self._library, self._exchange, "cloud")
        self._web = BadWeb(
            SimHttpClient(self._clock, sites),
            self._clock,
            self.journal,
            rng_for(spec.seed, "web"),
            spec.webhook_faults,
        )
        self._injector = Injector(lambda: (self._line,), self._web, self._exchange.line, spec.seed)
        self._pump = pump = Pump(
            self.emulator, "cloud", clock=self._clock, journal=self.journal, media=media,
            web=Web(self._web, self.emulator.fetched), wires=Wires(sockets, self.emulator.socket),
        )  # fmt: skip
        media.bind(pump.media, sockets.write)
        self.emulator.send_by(
            lambda transport, remote: Flow(transport, self.listener(transport, remote.host), remote)
        )
        switchboard = PumpedSwitchboard(self.emulator, pump, self._clock.now)
        self._rest = OwnRest(
            RestApi(store, calls, ids, logs, switchboard=switchboard),
            self._account,
            calls,
            lambda: EPOCH + self.now(),
        )
        self._listen(pump)
        self.behave(spec.behaviours)
        self._phones: dict[str, PhoneHandle] = {}
        self._media: dict[str, SimMedia] = {}
        domain = domains[0].domain_name if domains else "sip.twilio.com"
        for number, (name, phone) in enumerate(spec.phones.items()):
            local = Address(phone.address, FIRST_PHONE_PORT + number)
            proxies = SIP_OVER_IPV6 if ":" in local.host else SIP
            core = Phone(
                phone_settings(name, phone, domain, local, *proxies), rng=rng_for(spec.seed, f"phone {name}")
            )
            ear = self._media[name] = SimMedia(self._clock, self._library, self._exchange, "phone")
            own = Pump(core, name, clock=self._clock, journal=self.journal, media=ear)
            ear.bind(own.media)
            self._network.attach(local, own)
            self._phones[name] = PhoneHandle(core, own, self._clock.now)
            connect_line(store, self._account, phone, local, EPOCH)

    def _listen(self, pump: Pump) -> None:
        addresses = (*SIP, *SIP_OVER_IPV6)
        self.emulator.listen_at(addresses)
        for address in addresses:
            self._network.attach(address, pump)

    def _bot_voice(self, text: str) -> bytes:
        return self._library.encoded(Speech(text), "PCMU")

    def now(self) -> float:
        """Return the virtual moment."""
        return self._clock.now()

    @property
    def pending(self) -> int:
        """How many things are still to happen of themselves."""
        return self._clock.pending

    def behave(self, behaviours: Sequence[Behaviour]) -> None:
        """Do these on purpose too from now on, or with none of them nothing on purpose any more."""
        self.emulator.far_end.behave(behaviours, self.now())

    def inject(self, faults: Sequence[str]) -> None:
        """Let these befall too from now on, or with none of them nothing any more."""
        if faults:
            self._injector.inject(faults)
        else:
            self._injector.clear()

    def listener(self, transport: str, source: str) -> Address:
        """Return where SIP from an IP address is taken over a transport."""
        return (SIP_OVER_IPV6 if ":" in source else SIP)[transport == "tls"]

    def phone(self, name: str) -> PhoneHandle:
        """Return a phone by its name."""
        return self._phones[name]

    def is_busy(self, call_id: str) -> bool:
        """Return whether the emulator has work with a call, or a message of it is still under way."""
        return self._line.holds(call_id) or self.emulator.is_busy(call_id)

    @property
    def under_way(self) -> int:
        """How many SIP messages, and copies of webhooks, have not arrived yet, and will."""
        return self._network.under_way + self._web.held

    @property
    def is_idle(self) -> bool:
        """Whether no message is under way, and the emulator has no call, recording or request open."""
        return is_idle(self.emulator, self.under_way)

    @property
    def put_off(self) -> float:
        """By how much audio was put off: virtual time waits for everybody."""
        return 0.0

    def heard(self, call: PhoneCall) -> npt.NDArray[np.int16]:
        """Return what the phone heard so far, at 8 kHz; nothing in what has no audio, such as a registration."""
        return heard(self._media, call, self._cloud_media)

    def ears(self, call_sid: str, call: PhoneCall | None) -> Ears:
        """Return what keeps what the emulator heard in a call, and what the phone did."""
        return ears(self._media, self._cloud_media, call_sid, call)

    def recording(self, call: PhoneCall) -> npt.NDArray[np.int16]:
        """Return the finished recordings that the emulator made of a call, at 8 kHz."""
        return self._rest.recording(call.call_id)

    def learn(self, text: str) -> None:
        """Do nothing: in virtual time prompts are rendered when they are asked for."""

    def prompt_samples(self, text: str) -> npt.NDArray[np.int16]:
        """Return how this world's voice says the text."""
        return self._library.samples(Speech(text))

    def understand(self, samples: npt.NDArray[np.int16]) -> Future[Recognised]:
        """Begin to understand what is said in samples at 8 kHz, as `Understanding.ask` does.

        Virtual time stands still until that is known.
        """
        asked = self._understanding.ask(samples)
        wait((asked,))
        return asked

    def app_requests(self) -> list[AppRequest]:
        """Return what the webhook application recorded."""
        return requests_of(self._app)

    def rest(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Ask the REST API as the main account."""
        return self._rest.ask(method, path, form)

    def traffic(self) -> Traffic:
        """Return the packets of its audio, where the world was asked to keep them."""
        return self._exchange.traffic(self._library, self.now())

    def clear_traffic(self) -> None:
        """Keep no packets of the calls that are over."""
        self._exchange.clear_traffic()

    def recorded(self, sid: str) -> bytes | None:
        """Return a recording's audio, or None when there is none (yet)."""
        return self._calls.recordings.audio(sid)

    def run(self, script: Script[T]) -> T:
        """Drive a script, letting virtual time pass where it waits."""
        try:
            until = next(script)
            while True:
                until = script.send(self._wait(until))
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]

    def _wait(self, until: Until) -> bool:
        limit = self._clock.now() + until.within
        while not until.condition():
            if not self._clock.step(limit):
                return until.condition()
        return True

    def close(self) -> None:
        """End every call, and let what is under way arrive; what takes too long is named in the journal."""
        self._pump.feed(lambda: self.emulator.shut_down(self.now()))
        self._clock.run_until(lambda: self.is_idle, CLOSING, CLOSING_STEPS)
        note_unfinished(self.journal, self.emulator, self.under_way, self.now())
        self._understanding.close()


def _line(spec: WorldSpec, clock: SimClock, journal: Journal) -> BadLine:
    """Return the line between phones and emulator."""
    return BadLine(spec.faults, clock, rng_for(spec.seed, "line"), journal)


def _rtp(spec: WorldSpec, clock: SimClock, journal: Journal, calls: CallStore) -> SimRtp:
    """Return what audio goes by between phones and emulator."""
    line = SimRtp(clock, journal, calls.call_id_of)
    line.faults, line.rng = spec.rtp_faults, rng_for(spec.seed, "rtp")
    return line
