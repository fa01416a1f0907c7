"""A person at the PBX, who is told what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.qa.drivers.driver import KEYS, Act, Order

_WORDS: Final[dict[Act, str]] = {
    "hang up": "now hang up at the phone",
    "press keys": f"now press {' '.join(KEYS)} on the phone",
    "cancel": "now hang up, while it rings",
    "hold": "now put the call on hold",
    "resume": "now take the call off hold",
    "transfer": "now transfer the call to 300, without asking there (a blind transfer)",
    "register": "let the PBX register",
}


class ByHand:
    """Tells a person what to do, and waits longer."""

    name: Final = "by-hand"
    acts: Final[frozenset[Act]] = frozenset({*_WORDS, "call by name", "call by TLS"})
    by_hand: Final = True
    starts_anew: Final = False

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Tell by `tell`, a line at a time."""
        self._tell = tell

    def begin(self, order: Order) -> None:
        """Ask for a call."""
        self._tell(f"> {order.asks}")

    def do(self, act: Act) -> None:
        """Ask for it."""
        self._tell(f"> {_WORDS[act]}")

    def trouble(self) -> str:
        """Return nothing: a person takes the time it takes."""
        return ""

    def end(self) -> None:
        """Do nothing: the cloud hangs up."""
