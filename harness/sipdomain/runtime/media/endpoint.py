"""What a media engine asks of its sessions, rooms and recordings, with real packets or in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from sipdomain.media.outputs import StartRecording
from sipdomain.media.silence import StartListening
from sipdomain.media.stream_messages import StreamMessages

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]


class Tape(Protocol):
    """A recording under way."""

    def pause(self, now: float, *, skip: bool) -> None:
        """Take nothing until it is resumed."""

    def resume(self, now: float) -> None:
        """Go on."""


class Ear(Protocol):
    """What a session heard."""

    @property
    def began_at(self) -> float | None:
        """When that begins, in seconds; None while nothing was heard."""
        ...

    def samples(self, most: float = ...) -> Samples:
        """Return it, of it so many seconds at most, at 8 kHz."""
        ...

    def reader(self) -> Callable[[], bytes]:
        """Return what reads on: each time what was heard since the last, in mu-law, in whole frames of 20 ms."""
        ...


class Endpoint(Protocol):
    """A session or a room: what can be played into, and recorded."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def tapes(self) -> dict[str, Any]:
        """Its recordings under way, by their names."""
        ...

    def begin_tape(self, wish: StartRecording, now: float) -> None:
        """Record from now on."""


class Session(Endpoint, Protocol):
    """A session that is open."""

    @property
    def ear(self) -> Ear:
        """What it heard."""
        ...

    @property
    def sends_events(self) -> bool:
        """Whether the peer understands telephone-events."""
        ...

    @property
    def streams(self) -> list[StreamMessages]:
        """The media streams of it."""
        ...

    def listen(self, wish: StartListening, now: float) -> None:
        """Wait for silence from now on."""

    def listen_no_more(self, listener: int) -> None:
        """Wait for it no more; harmless when it was heard."""
