"""What worlds are made of and what they are asked: phones, faults and settings; scripts, and what these wait for."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from sipdomain.faults import Fault
from sipdomain.faults.webhooks import WebhookFault
from sipdomain.phone.settings import PhoneSettings
from sipdomain.runtime.media.recognition import SCRIPTED, HearingSettings
from sipdomain.runtime.worlds.webhook_stub import words_of_bot
from sipdomain.sip.outputs import Address
from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.configuration.model import Configuration
from sipdomain.twilio.fidelity.profile import PROFILES, Profile, ProfileName
from sipdomain.twilio.names.sip_servers import SipServer
from sipdomain.twilio.store import Account, Store

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Until:
    """Wait; a script yields this and is sent True when the condition held, False when time ran out.

    Attributes:
        condition: Asked again and again; cheap, without side effects.
        within: Seconds of the world's clock.
    """

    condition: Callable[[], bool]
    within: float


Script = Generator[Until, bool, T]


@dataclass(frozen=True, slots=True)
class PhoneSpec:
    """A phone of a world.

    Attributes:
        user: The user part of its address, and its digest user name.
        password: Its password.
        address: The IP address it calls from.
        transport: "udp", "tcp" or "tls".
        secure_media: Whether its audio is SRTP.
        transfers: How it answers a REFER, and what it then reports.
        telephone_event: Whether it agrees on telephone-event.
        line: The number, or "client:" and the identity, that leads to it, or "".
        host: The host name by which it is called, or "".
        priority: The lower, the sooner it is called of several with one host name.
        weight: Its share of the calls among those of one priority.
        silent: Whether it answers nothing at all.
        display_name: The name in its From, or "".
        recorder: Whether it is a session recording server too.
    """

    user: str
    password: str
    address: str = "127.0.0.1"
    transport: str = "udp"
    secure_media: bool = False
    transfers: tuple[int, ...] = ()
    telephone_event: bool = True
    line: str = ""
    host: str = ""
    priority: int = 0
    weight: int = 0
    silent: bool = False
    display_name: str = ""
    recorder: bool = False


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """What a world is made of.

    Attributes:
        configuration: Account, lists and domains.
        replies: The webhook application's replies by path.
        bots: The application's bots behind WebSockets, by path.
        phones: Phones by name.
        profile: "documented" or "observed".
        seed: For all that is random.
        speech: Whether `<Say>` has a voice (live only).
        hearing: How words are heard (live only).
        faults: What befalls datagrams between phones and emulator, in this order.
        rtp_faults: What befalls packets of audio between phones and emulator, in this order.
        webhook_faults: What befalls requests to the application, in this order.
        behaviours: What the emulator does on purpose.
        dns: Where a DNS server answers for the domains' names, or None for none (live only).
        edges: Where edges have listeners of their own, by their names (live only).
        route_set: Whether dialogs have the edge's route set; None leaves it to the profile.
        sip: Where the emulator listens, or None for a free port of the loopback network (live only).
        ipv6: Whether the emulator listens on ::1 though no phone of this world calls from there (live only).
        application: A WSGI application in place of one that gives `replies`.
        app_url: The base of one that runs by itself, without a final slash, or ""; `hosts` answer public names (live only).
        tapped: Whether the packets of its audio are kept, for a capture.
    """

    configuration: Configuration = field(default_factory=Configuration)
    replies: Mapping[str, Any] = field(default_factory=dict)
    bots: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    phones: Mapping[str, PhoneSpec] = field(default_factory=dict)
    profile: ProfileName = "documented"
    seed: int = 0
    speech: bool = True
    hearing: HearingSettings = SCRIPTED
    faults: tuple[Fault, ...] = ()
    rtp_faults: tuple[Fault, ...] = ()
    webhook_faults: tuple[WebhookFault, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()
    dns: Address | None = None
    edges: Mapping[str, Address] = field(default_factory=dict)
    ipv6: bool = False
    sip: Address | None = None
    route_set: bool | None = None
    application: WSGIApplication | None = None
    app_url: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)
    tapped: bool = False

    @property
    def words_of_bots(self) -> list[str]:
        """All that bots say."""
        return [line for bot in self.bots.values() for line in words_of_bot(bot)]

    @property
    def switches(self) -> Profile:
        """The profile's value, with what was switched."""
        profile = PROFILES[self.profile]
        return profile if self.route_set is None else replace(profile, route_set=self.route_set)


def phone_settings(
    name: str, spec: PhoneSpec, domain: str, local: Address, proxy: Address, secure_proxy: Address
) -> PhoneSettings:
    """Return the settings of a world's phone; `secure_proxy` is where TLS leads."""
    return PhoneSettings(
        name=name, user=spec.user, domain=domain, username=spec.user, password=spec.password,
        local=local, proxy=proxy, transport=spec.transport, srtp=spec.secure_media, secure_proxy=secure_proxy,
        transfers=spec.transfers, telephone_event=spec.telephone_event, silent=spec.silent,
        display_name=spec.display_name, recorder=spec.recorder,
    )  # fmt: skip


def name_host(peers: dict[str, list[SipServer]], phone: PhoneSpec, local: Address) -> None:
    """Let a phone be a server of its host name, if it has one."""
    if phone.host:
        server = SipServer(local, phone.priority, phone.weight)
        peers.setdefault(phone.host.lower(), []).append(server)


def connect_line(store: Store, account: Account, phone: PhoneSpec, local: Address, now: float) -> None:
    """Let a phone be the number or the client that it is given as, if any: its address is called by SIP."""
    if phone.line:
        transport = "" if phone.transport == "udp" else f";transport={phone.transport}"
        uri = f"sip:{phone.user}@{local}{transport}"
        store.subscribers.define(account.sid, phone.line, now=now, phone=uri)


def rng_for(seed: int, name: str) -> random.Random:
    """Return a generator of its own for each part of a world, so that one part's draws do not move another's."""
    return random.Random(f"{seed}:{name}")
