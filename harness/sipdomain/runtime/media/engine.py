"""What carries media outputs out, with real packets or in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    MediaInput,
    MediaOutput,
    RecordingOutput,
    SendDtmf,
    StartPlayback,
    StopPlayback,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SessionOutput = ConnectMedia | StartPlayback | StopPlayback | SendDtmf | RecordingOutput | CloseMedia
"""What is asked of a session that is open."""
TONES: Final = 0
"""The number of a playback of keys, which are tones where the peer understands no events; its end is not reported."""
CLOSED_KEPT: Final = 64
"""How many closed sessions stay readable; the oldest goes first."""


class MediaEngine(Protocol):
    """One owner's media sessions."""

    def bind(self, on_input: Callable[[MediaInput], None]) -> None:
        """Say who is told; before the first output."""

    def carry(self, output: MediaOutput) -> None:
        """Carry an output out.

        One for a session that is not open is dropped. Keys that are no keys, and more playbacks than a session
        can wait for, are dropped with a warning in the log.
        """

    def heard(self, session: str) -> npt.NDArray[np.int16]:
        """Return what a session heard so far, at 8 kHz; nothing for a session that is not known."""
        ...
