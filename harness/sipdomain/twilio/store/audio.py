"""The audio of finished recordings."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording's samples: 16 bits at 8 kHz, the lower byte first, the channels in turn."""

    data: bytes


class Sound:
    """The audio of finished recordings, by SID, the one that was finished first coming first.

    Attributes:
        data: The samples.
        size: How many bytes there are.
    """

    def __init__(self) -> None:
        self.data: OrderedDict[str, bytes] = OrderedDict()
        self.size = 0

    def items(self) -> Iterator[tuple[str, Audio]]:
        """Return the audio with its SIDs."""
        return ((sid, Audio(data)) for sid, data in self.data.items())

    def free(self) -> Generator[None, None, None]:
        """Forget everything, one recording at a step."""
        while self.data:
            self.data.popitem()
            yield
