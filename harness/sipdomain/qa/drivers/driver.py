"""A driver: what makes the PBX call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from sipdomain.sip.outputs import Address

Act = Literal[
    "hang up", "press keys", "cancel", "hold", "resume", "transfer", "register", "call by name", "call by TLS"
]
KEYS = "15#"
"""The keys that are pressed where keys are asked for."""


@dataclass(frozen=True, slots=True)
class Order:
    """A call that is asked for.

    Attributes:
        target: Where the emulator takes SIP.
        domain: The whole name of the SIP domain.
        extension: Whom to call.
        user: The user of its credential list.
        password: That user's password.
        transport: "udp", "tcp" or "tls".
        acts: What is asked for in the call, in this order.
        within: After how many seconds it is over at the latest.
        asks: The same for a person, in a sentence.
        authority: The file of the certificate to trust, where it calls by TLS.
        secure: Whether its audio is to be SRTP.
        dns: Where DNS answers for the domain, or None.
    """

    target: Address
    domain: str
    extension: str
    user: str
    password: str
    transport: str = "udp"
    acts: tuple[Act, ...] = ()
    within: float = 30.0
    asks: str = ""
    authority: Path = Path()
    secure: bool = False
    dns: Address | None = None


class Driver(Protocol):
    """What makes the PBX call."""

    @property
    def name(self) -> str:
        """As it is typed."""

    @property
    def acts(self) -> frozenset[Act]:
        """What it can do, besides placing a call."""

    @property
    def by_hand(self) -> bool:
        """Whether a person does it."""

    @property
    def starts_anew(self) -> bool:
        """Whether it is another process for each call, which knows nothing of the last one."""

    def begin(self, order: Order) -> None:
        """Place a call; it is not waited for.

        Raises:
            SetupError: That is not possible here.
        """

    def do(self, act: Act) -> None:
        """Do something in the call, which was answered.

        Raises:
            SetupError: That is not possible.
        """

    def trouble(self) -> str:
        """Return why no call will come, or ""."""

    def end(self) -> None:
        """End what was begun, whatever became of it."""
