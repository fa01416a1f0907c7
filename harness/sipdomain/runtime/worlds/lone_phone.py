"""A phone without an emulator of its own: it calls one that runs elsewhere."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sipdomain.errors import SetupError
from sipdomain.journal import Journal
from sipdomain.phone.call import PhoneCall
from sipdomain.phone.settings import PhoneSettings
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.event_loop import new_event_loop
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.runtime.worlds.driver import drive
from sipdomain.runtime.worlds.ears import heard
from sipdomain.runtime.worlds.live_phones import LivePhones
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.runtime.worlds.world import Script, T
from sipdomain.sip.outputs import Address

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def address_towards(peer: Address) -> Address:
    """Return this machine's address towards a peer, with port 0; nothing is sent.

    Raises:
        SetupError: There is no way to it.
    """
    family = socket.AF_INET6 if ":" in peer.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            # A datagram socket that is connected has an address, and sends nothing for it.
            probe.connect((peer.host, peer.port))
            found: Any = probe.getsockname()
    except OSError as error:
        raise SetupError(f"no way to {peer}: {error.strerror or error}") from error
    return Address(found[0], 0)


class LonePhone:
    """One phone, its journal and its voice.

    Attributes:
        journal: All that happens, as the phone sees it.
        handle: The phone.
    """

    handle: PhoneHandle

    def __init__(
        self, settings: PhoneSettings, authority: Callable[[], CertificateAuthority], *, speech: bool
    ) -> None:
        """Open its sockets.

        Args:
            settings: Who it is.
            authority: Whose certificates it trusts over TLS.
            speech: Whether it has a voice, where the extra is installed; else it speaks in tones.

        Raises:
            SetupError: An address cannot be bound.
        """
        self.journal = Journal()
        self._loop = new_event_loop()
        self._clock = LiveClock(self._loop)
        self._library = PromptLibrary(speech=speech)
        self._phones = LivePhones(self._loop, self.journal, self._library, authority)
        try:
            self._loop.run_until_complete(self._open(settings))
        except BaseException:
            self._loop.run_until_complete(self._close())
            self._loop.close()
            raise

    async def _open(self, settings: PhoneSettings) -> None:
        await self._library.warm_up()
        self.handle = await self._phones.open(settings, rng=random.SystemRandom())

    def now(self) -> float:
        """Return the moment, in seconds."""
        return self._clock.now()

    def heard(self, call: PhoneCall) -> npt.NDArray[np.int16]:
        """Return what the phone heard so far, at 8 kHz."""
        return heard(self._phones.media, call)

    def run(self, script: Script[T]) -> T:
        """Drive a script in real time."""
        return self._loop.run_until_complete(drive(script, self.journal, self.now))

    def close(self) -> None:
        """Close the sockets; a call is not ended by it."""
        self._loop.run_until_complete(self._close())
        self._loop.close()

    async def _close(self) -> None:
        await self._phones.close()
        await self._library.close()
