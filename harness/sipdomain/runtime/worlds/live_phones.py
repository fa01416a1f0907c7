"""Scripted phones over real sockets, for a world of their own emulator or for one that runs elsewhere."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from sipdomain.entries import Note
from sipdomain.faults import Fault, Rebind
from sipdomain.journal import Journal
from sipdomain.phone.phone import Phone
from sipdomain.phone.settings import PhoneSettings
from sipdomain.runtime.bad_line import BadLine
from sipdomain.runtime.bad_network import BadLineNetwork
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.tap import MediaTap
from sipdomain.runtime.pump import Pump
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.runtime.sip.udp import UdpEndpoint
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.runtime.tls.contexts import TlsClient
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.sip.outputs import Address, Flow


class LivePhones:
    """Phones that share a loop, a journal and a voice; each has sockets of its own.

    Attributes:
        media: Each phone's audio, by the phone's name.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        journal: Journal,
        library: PromptLibrary,
        authority: Callable[[], CertificateAuthority],
        tap: MediaTap | None = None,
    ) -> None:
        """Begin without phones.

        Args:
            loop: What they run on.
            journal: Where they write down what happens.
            library: Their voice; it is not closed with them.
            authority: Who has to have signed the certificate of a server that they reach by TLS.
            tap: What keeps the packets of their audio, or None.
        """
        self._loop = loop
        self._journal = journal
        self._library = library
        self._authority = authority
        self._tap = tap
        self._clock = LiveClock(loop)
        self._handles: dict[str, PhoneHandle] = {}
        self._networks: list[LiveNetwork] = []
        self._lines: list[BadLine] = []
        self._ports: list[UdpEndpoint] = []
        self.media: dict[str, LiveMedia] = {}

    def __getitem__(self, name: str) -> PhoneHandle:
        """Return a phone by its name."""
        return self._handles[name]

    @property
    def lines(self) -> Sequence[BadLine]:
        """The bad lines between phones and emulator, if there are any."""
        return [each for each in self._lines if each.faults or each.held]

    @property
    def all_lines(self) -> Sequence[BadLine]:
        """The lines between phones and emulator."""
        return self._lines

    async def open(
        self,
        settings: PhoneSettings,
        *,
        rng: random.Random,
        faults: Sequence[Fault] = (),
        rng_of_faults: random.Random | None = None,
    ) -> PhoneHandle:
        """Bind a phone's sockets.

        Args:
            settings: Who it is; the port of `local` is the one that is bound.
            rng: Where its Call-IDs, tags, branches and nonces come from.
            faults: What befalls its datagrams, in this order.
            rng_of_faults: What these draw from.

        Raises:
            SetupError: An address cannot be bound.
        """
        name = settings.name
        media = LiveMedia(self._loop, self._library, tap=self._tap)
        self.media[name] = media
        network = await LiveNetwork.open(
            settings.local,
            receive=lambda data, flow: receive(data, flow),  # noqa: PLW0108 - made below
            failed=lambda flow: pump.transport_failed(flow),  # noqa: PLW0108 - made below
            complain=lambda flow, text: self._journal.append(
                Note(at=self._clock.now(), source=flow.transport, text=f"{flow.remote}: {text}")
            ),
            listen_tcp=settings.transport != "udp",
            tls=TlsClient(self._authority, settings.domain),
            in_use=lambda _: True,
        )
        self._networks.append(network)
        core = Phone(replace(settings, local=network.address), rng=rng)
        pump = Pump(core, name, clock=self._clock, journal=self._journal, network=network, media=media)
        receive = pump.receive
        line = BadLine(tuple(faults), self._clock, rng_of_faults or rng, self._journal)
        self._lines.append(line)
        pump.network = bad = BadLineNetwork(line, pump.receive, inner=network)
        receive = bad.receive
        network.refuse_by(lambda over, way: line.refuses("cloud" if way == "accepted" else "phone", over))
        bad.ports = self._further_ports(
            bad, network.address, sum(isinstance(each, Rebind) for each in faults)
        )
        media.bind(pump.media)
        self._handles[name] = handle = PhoneHandle(core, pump, self._clock.now)
        return handle

    def _further_ports(self, bad: BadLineNetwork, local: Address, count: int) -> list[UdpEndpoint]:
        """Bind the ports that a NAT will give a phone.

        Raises:
            SetupError: One cannot be bound.
        """

        def port(binding: int) -> UdpEndpoint:
            def receive(data: bytes, flow: Flow) -> None:
                bad.receive(data, flow._replace(local=local), binding)

            return UdpEndpoint(self._loop, Address(local.host, 0), receive)

        found = [port(number) for number in range(1, count + 1)]
        self._ports += found
        return found

    async def close(self) -> None:
        """Close every socket; calls are not ended by it."""
        for handle in self._handles.values():
            handle.pump.close()
        for media in self.media.values():
            await media.close()
        for network in self._networks:
            await network.close()
        for port in self._ports:
            port.close()
