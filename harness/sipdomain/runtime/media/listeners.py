"""Who waits for silence in a live session."""

from __future__ import annotations

from collections.abc import Callable

from sipdomain.media.outputs import MediaInput
from sipdomain.media.silence import SilenceHeard, SilenceMeter, StartListening


class Listeners:
    """Those who wait for silence in one session, by number."""

    __slots__ = ("_notify", "_session", "_waiting")

    def __init__(self, session: str, notify: Callable[[MediaInput], None]) -> None:
        """Begin with nobody."""
        self._session = session
        self._notify = notify
        self._waiting: dict[int, tuple[float, SilenceMeter]] = {}

    def add(self, wish: StartListening) -> None:
        """Wait for silence from now on."""
        self._waiting[wish.listener] = (wish.silence, SilenceMeter())

    def remove(self, listener: int) -> None:
        """Wait for it no more; harmless when it was heard."""
        self._waiting.pop(listener, None)

    def take(self, audio: bytes, codec: str) -> None:
        """Take audio as it came, and notify who waited long enough."""
        for number, (silence, meter) in tuple(self._waiting.items()) if self._waiting else ():
            meter.take(audio, codec)
            if meter.silence >= silence:
                del self._waiting[number]
                self._notify(SilenceHeard(self._session, number))
