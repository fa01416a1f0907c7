"""baresip, which takes orders as a user types them."""

from __future__ import annotations

import math
import random
from functools import lru_cache
from pathlib import Path

from sipdomain.errors import SetupError
from sipdomain.media.recording import wav
from sipdomain.qa.drivers.driver import KEYS, Act, Order
from sipdomain.qa.drivers.program import ProgramDriver
from sipdomain.runtime.process import Process
from sipdomain.runtime.worlds.lone_phone import address_towards
from sipdomain.scenario.peers.baresip import RATE, Baresip, Order as BaresipOrder


@lru_cache(maxsize=4)
def _murmur(seconds: float) -> bytes:
    """Return a faint noise of that length, as a WAV file."""
    rng = random.Random(0)
    second = b"".join(rng.randrange(-200, 200).to_bytes(2, "little", signed=True) for _ in range(RATE))
    return wav(second * math.ceil(seconds), 1)


class BaresipDriver(ProgramDriver):
    """A baresip for each call, or registration."""

    name = "baresip"
    acts: frozenset[Act] = frozenset(
        {
            "hang up",
            "press keys",
            "cancel",
            "hold",
            "resume",
            "transfer",
            "register",
            "call by name",
            "call by TLS",
        }
    )

    def __init__(self) -> None:
        super().__init__()
        self._peer: Baresip | None = None

    def start(self, order: Order, folder: Path) -> Process:
        """Start it."""
        registers = "register" in order.acts
        dns = order.dns if "call by name" in order.acts else None
        self._peer = Baresip(
            BaresipOrder(
                remote=dns or order.target, by_name=dns is not None, local=address_towards(order.target).host,
                to="" if registers else f"sip:{order.extension}@{order.domain}",
                user=order.user, domain=order.domain, password=order.password, transport=order.transport,
                within=order.within, speaks=_murmur(order.within), secure_media=order.secure,
                authority=order.authority.read_bytes() if order.transport == "tls" else b"",
            ),
            folder,
        )  # fmt: skip
        return self._peer.process

    def do(self, act: Act) -> None:
        """Type what a user would type."""
        if self._peer is None:
            return
        if act == "press keys":
            # A digit alone is a key while there is a call.
            try:
                self._peer.process.write(KEYS)
            except OSError as error:
                raise SetupError(f"baresip takes no orders: {error.strerror}") from None
        elif act != "register":
            self._peer.do("hang up" if act == "cancel" else act)
