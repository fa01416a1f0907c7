"""Keys as tones in the audio: what is a key and what is not, by the energy at the frequencies of ITU-T Q.23.

A window of 20 ms begins every 5 ms. In each the energy is measured around the eight frequencies, at five places from -1.5
to +1.5 % of each (what Goertzel's algorithm finds one by one, a matrix finds for all windows at once). A window has a key
when most of its energy is at one low and one high frequency of about the same level, and no third one stands out, as in a
voice. Four such windows in a row begin a key, and six without it end it (after ITU-T Q.24).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from sipdomain.media import g711
from sipdomain.media.dtmf import Pressed
from sipdomain.media.tones import COLUMNS, DTMF, ROWS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

_WINDOW: Final = 160
_HOP: Final = 40
_NEAR: Final = (-0.015, -0.0075, 0.0, 0.0075, 0.015)
"""Where around a frequency is measured: Q.24 has keys up to 1.5 % beside it be accepted."""
_QUIETEST: Final = 100.0
"""The root mean square from which a window may have a key: 44 dB under the service's loudest tone."""
_SHARE: Final = 0.66
"""Of the energy of a window, how much the two tones have at least; at 10 dB over noise they have 0.9."""
_THIRD: Final = 0.04
"""Of that energy, how much there may be at any other frequency: noise is spread thinner, and a voice has its harmonics."""
_BESIDE: Final = 2
"""How many bins of 50 Hz beside a tone are the tone's own."""
_TWIST: Final = 7.0
"""By how much the energies of the two tones may differ: 8.5 dB, and Q.24 demands 4 to 8."""
_BEGINS: Final = 4
"""How many windows in a row begin a key: a tone of 40 ms has them, one of 20 ms has not."""
_ENDS: Final = 6
"""How many windows without a key end it: a pause of 40 ms has them, a gap of 10 ms has not."""
_LOST_AFTER: Final = 0.1
_NAMES: Final = {pair: key for key, pair in DTMF.items()}


class ToneDetector:
    """Hears the keys in one voice."""

    __slots__ = ("_down", "_heard_at", "_rest", "_seen", "_turns", "_windows")

    def __init__(self) -> None:
        """Begin without a key."""
        self._rest: Samples | None = None
        self._heard_at = 0.0
        self._seen = ""
        self._turns = 0
        self._down = ""
        self._windows = 0

    @property
    def waiting(self) -> bool:
        """Whether a key sounds whose end may be missed."""
        return bool(self._down)

    def take(self, samples: Samples, now: float) -> list[Pressed]:
        """Take what comes next; return the keys that ended in it.

        Args:
            samples: 16 bits, at 8 kHz.
            now: When they came, in seconds.
        """
        import numpy as np

        self._heard_at = now
        heard = samples if self._rest is None else np.concatenate((self._rest, samples))
        count = max(0, (len(heard) - _WINDOW) // _HOP + 1)
        self._rest = heard[count * _HOP :]
        if not count:
            return []
        windows = np.lib.stride_tricks.sliding_window_view(heard, _WINDOW)[::_HOP][:count]
        return [pressed for key in _keys_in(windows) for pressed in self._step(key)]

    def idle(self, now: float) -> list[Pressed]:
        """Return the key that sounded last, when nothing came for a tenth of a second."""
        if now - self._heard_at < _LOST_AFTER:
            return []
        self._rest, self._seen, self._turns = None, "", 0
        return self._release(0)

    def _step(self, key: str) -> list[Pressed]:
        """Take the key of the next window, or ""."""
        self._turns = self._turns + 1 if key == self._seen else 1
        self._seen = key
        if self._down:
            self._windows += 1
        if key == self._down or self._turns < (_BEGINS if key else _ENDS):
            return []
        ended = self._release(self._turns)
        if key:
            self._down, self._windows = key, _BEGINS
        return ended

    def _release(self, past: int) -> list[Pressed]:
        """Return the key that sounded, if one did, until so many windows ago."""
        key, self._down = self._down, ""
        return [Pressed(key, (self._windows - past) * _HOP / g711.RATE)] if key else []


@cache
def _waves() -> npt.NDArray[np.complex64]:
    """Return a column for each place around each frequency, in their order."""
    import numpy as np

    places = np.array([each * (1 + near) for each in (*ROWS, *COLUMNS) for near in _NEAR])
    moments = np.arange(_WINDOW) / g711.RATE
    return np.exp(-2j * np.pi * np.outer(moments, places)).astype(np.complex64)


def _keys_in(windows: Samples) -> list[str]:
    """Return for each window its key, or ""."""
    import numpy as np

    voice = windows.astype(np.float32)
    energy = np.einsum("ij,ij->i", voice, voice)
    found = np.abs(voice @ _waves()) ** 2 * (2 / _WINDOW)
    # By frequency, the best of the places around it.
    tones = found.reshape(len(voice), len(ROWS) + len(COLUMNS), len(_NEAR)).max(axis=2)
    low, high = tones[:, : len(ROWS)], tones[:, len(ROWS) :]
    row, column = low.argmax(axis=1), high.argmax(axis=1)
    lower, higher = low.max(axis=1), high.max(axis=1)
    is_key = (
        (energy >= _QUIETEST**2 * _WINDOW)
        & (lower + higher >= _SHARE * energy)
        & (lower <= _TWIST * higher)
        & (higher <= _TWIST * lower)
    )
    keys = [""] * len(voice)
    for each in np.flatnonzero(is_key):
        pair = ROWS[row[each]], COLUMNS[column[each]]
        if _stands_alone(voice[each], pair, float(energy[each])):
            keys[each] = _NAMES[pair]
    return keys


def _stands_alone(voice: npt.NDArray[np.float32], pair: tuple[int, int], energy: float) -> bool:
    """Return whether nothing but two tones stands out of a window."""
    import numpy as np

    spectrum = np.abs(np.fft.rfft(voice)) ** 2 * (2 / _WINDOW)
    for frequency in pair:
        place = round(frequency * _WINDOW / g711.RATE)
        spectrum[place - _BESIDE : place + _BESIDE + 1] = 0.0
    return bool(spectrum.max() <= _THIRD * energy)
