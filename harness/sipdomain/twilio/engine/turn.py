"""One step of the emulator: its moment, and the outputs that it collects."""

from __future__ import annotations

from collections.abc import Callable

from sipdomain.entries import Entry
from sipdomain.media.outputs import MediaOutput
from sipdomain.sip.outputs import Send
from sipdomain.twilio.webhooks.http import Fetch
from sipdomain.twilio.webhooks.socket import SocketOutput

Output = Send | Fetch | SocketOutput | MediaOutput | Entry


class Turn:
    """One input's time and its outputs, in the order in which they are to be carried out.

    Attributes:
        now: The run's clock, in seconds.
        out: What is to be done.
    """

    __slots__ = ("now", "out")

    def __init__(self, now: float) -> None:
        self.now = now
        self.out: list[Output] = []


Then = Callable[[Turn], None]
"""How a call goes on when what it waits for has happened."""
