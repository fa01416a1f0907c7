"""How an emulator with real sockets is set up."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sipdomain.faults.webhooks import WebhookFault
from sipdomain.runtime.http.switches import Picture
from sipdomain.runtime.media.recognition import SCRIPTED, HearingSettings
from sipdomain.runtime.media.tap import MediaTap
from sipdomain.runtime.sip.connection import StreamLimits
from sipdomain.runtime.tls.certificates import CertificateAuthority, authority_of_this_run, usual_names
from sipdomain.sip.outputs import Address
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.names.dns_zone import WILDCARDS

if TYPE_CHECKING:
    from sipdomain.runtime.state import State

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names of this machine that each certificate of ours is for."""


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Where a service listens, and how it is set up.

    Attributes:
        sip: UDP and TCP.
        also: Further addresses for UDP and TCP, such as one of the other family.
        tls: TLS beside `sip`, or None for no TLS; other listeners have TLS on the port after their own.
        state: Where changes are kept, loaded before; None to keep them in memory only. It is closed with the service.
        names: Names and IP addresses that the first certificate is for, beside the domains' and the listeners' own.
        authority: Returns who issues certificates; by default one is made for this run.
        certificate: Files of a certificate chain and its key in PEM, in place of issued ones.
        limits: What connections may cost.
        http: The REST API.
        settings: The emulator's settings; the wall clock is filled in.
        hosts: Public host names, and the base URL that answers for each.
        rtp: The ports for RTP, or None for any.
        speech: Whether `<Say>` has a voice rather than tones.
        hearing: How words are heard.
        dns: DNS over UDP and TCP, or None for no DNS.
        proxy: An HTTPS proxy for the provider's host names, or None for none.
        token: What the control API asks for, or "" where it asks for nothing.
        picture: Draws ladders for the control API.
        ear: How many seconds are kept of what is heard of phones, and of what simulated numbers hear.
        edges: Further listeners, by the name of the edge that each stands for.
        tap: What keeps the packets of its audio, or None.
        hep: Where its SIP is sent by HEP as it happens, or None.
        webhook_faults: What befalls requests to applications, in this order.
        rng_of_faults: What these draw from.
    """

    sip: Address
    http: Address
    settings: Settings = field(default_factory=Settings)
    hosts: Mapping[str, str] = field(default_factory=dict)
    rtp: range | None = None
    speech: bool = True
    hearing: HearingSettings = SCRIPTED
    dns: Address | None = None
    edges: Mapping[str, Address] = field(default_factory=dict)
    also: tuple[Address, ...] = ()
    tls: Address | None = None
    state: State | None = None
    proxy: Address | None = None
    token: str = ""
    picture: Picture | None = None
    names: tuple[str, ...] = ()
    authority: Callable[[], CertificateAuthority] = authority_of_this_run
    certificate: tuple[Path, Path] | None = None
    limits: StreamLimits = field(default_factory=StreamLimits)
    ear: float = 0.0
    tap: MediaTap | None = None
    hep: Address | None = None
    webhook_faults: tuple[WebhookFault, ...] = ()
    rng_of_faults: random.Random = field(default_factory=random.SystemRandom)
    faults: tuple[str, ...] = ()
    fault_seed: int | None = None


def certificate_names(options: ServiceOptions, suffix: str) -> list[str]:
    """Return the host names, wildcards and IP addresses of the first certificate of a service."""
    listening = (options.sip, options.tls, *options.also, *options.edges.values())
    hosts = [each.host for each in listening if each is not None]
    names = [*usual_names(suffix), *LOOPBACK, *(set(hosts) - WILDCARDS), *options.names]
    return list(dict.fromkeys(names))
