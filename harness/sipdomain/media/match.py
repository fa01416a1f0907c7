"""Find a prompt in what was heard: normalised cross-correlation, by Fourier transform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]
    Floats = npt.NDArray[np.float64]

_RATE: Final = 8000
_SILENT: Final = 64
"""Samples under this are silence: twice the noise that G.711 makes of it."""
_FAINTEST: Final = 20.0
"""A stretch whose root mean square is under this matches nothing."""
_PIECE: Final = 2400
_SLIP: Final = 800
_FRAME: Final = 160
_NEARLY_ALL: Final = 0.9
"""A piece that is so much alike lacks no frame."""
_FAINT_PIECE: Final = 0.1
"""Pieces with less than this share of the mean energy are breath and pauses, and are not judged alone."""
_END: Final = 480
"""So much of what is spoken last is judged alone."""
_SHIFTED: Final = 0.8
"""A gap has shifted a short stretch to where so much of it is alike; less may be due to chance."""
_MOMENT: Final = 80
_FAINT_END: Final = 0.01
"""What is fainter than this share of the mean energy after the last louder moment is not spoken: a voice dies away."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well, and where, a prompt was heard.

    Attributes:
        correlation: 1 for the same sound, also at another loudness; 0 for nothing like it.
        weakest: The correlation of the worst piece of 0.3 s: low when a word is another one, though all others
            are the same.
        offset: Where the prompt begins in what was heard, in seconds; less than 0 when its begin is missing.
        ending: The correlation of the last 60 ms that are spoken: low when the end is missing.
    """

    correlation: float
    weakest: float
    offset: float
    ending: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a prompt.

    Attributes:
        begin: Where it begins in the prompt, in seconds.
        end: Where it ends.
        fit: How much it is alike what was heard, at most 1.
    """

    begin: float
    end: float
    fit: float


def find(heard: Samples, prompt: Samples) -> Match:
    """Find the stretch of `heard` that is most like `prompt`.

    Coding by G.711 and a lost packet or two cost little. Where a peer's jitter buffer has left out or put in
    a packet, what follows is shifted; so pieces of 0.3 s may each slip by up to 0.1 s, and one packet of 20 ms may
    be left out or put in within each. Silence before, after and round it does not matter.

    Measured with the voice and with tones, at 46 ms distances in eleven sentences: with one packet left out or put
    in, the worst piece is 0.56 or more. Where one word of a sentence is another, it is 0.57 or less, and 0.39 or less
    where 0.8 of the whole are alike.

    Args:
        heard: 16-bit samples at 8 kHz.
        prompt: What to look for, likewise.
    """
    import numpy as np

    first, wanted = _loud_part(prompt)
    if not len(wanted) or not len(heard):
        return Match(0.0, 0.0, 0.0)
    margin = len(wanted)
    # Silence on both sides lets a prompt be found whose begin or end was not heard.
    padded = np.concatenate((np.zeros(margin), heard.astype(np.float64), np.zeros(margin)))
    correlation, place = _best(padded, wanted)
    slipped, weakest = _in_pieces(padded, wanted, place)
    correlation = min(1.0, max(correlation, slipped))
    ending = _ending(padded, wanted, place) if weakest else 0.0
    return Match(correlation, min(weakest, correlation), (place - margin - first) / _RATE, ending)


def pieces(heard: Samples, prompt: Samples) -> tuple[float, list[Piece]]:
    """Return where a prompt begins in what was heard, in seconds, and how much each piece of it was heard there.

    It is looked for at the place where most of it is alike. Breath and pauses are left out.

    Args:
        heard: 16-bit samples at 8 kHz.
        prompt: What to look for, likewise.
    """
    import numpy as np

    first, wanted = _loud_part(prompt)
    if not len(wanted) or not len(heard):
        return 0.0, []
    margin = np.zeros(len(wanted))
    padded = np.concatenate((margin, heard.astype(np.float64), margin))
    _, place = _best(padded, wanted)
    starts = (start for start, _ in _pieces(wanted))
    found = [
        Piece((first + start) / _RATE, (first + min(start + _PIECE, len(wanted))) / _RATE, fit)
        for start, (_, _, fit, is_judged) in zip(starts, _alike(padded, wanted, place), strict=True)
        if is_judged
    ]
    return (place - len(wanted) - first) / _RATE, found


def ends_after(heard: Samples, prompt: Samples, since: int, least: float) -> bool:
    """Return whether a prompt may have come to its end in what is new: `find` takes a hundred times as long.

    Where this is false, `find` finds no worst piece of `least` that it did not find before, unless the last piece lacks a
    frame, or has one too many, and only its place in the whole tells so: look again from time to time.

    Args:
        heard: 16-bit samples at 8 kHz.
        prompt: What to look for, likewise.
        since: How many of the samples were looked at before.
        least: How much the last piece that is judged alone must be alike.
    """
    import numpy as np

    _, wanted = _loud_part(prompt)
    starts = [start for start, is_judged in _pieces(wanted) if is_judged]
    if not starts:
        return True
    rest = len(wanted) - starts[-1]
    piece = wanted[starts[-1] : starts[-1] + _PIECE]
    new = heard[max(0, since - rest - 2 * _SLIP) :].astype(np.float64)
    window = np.concatenate((np.zeros(len(piece)), new, np.zeros(len(piece))))
    loudness = np.maximum(_energies(window, len(piece)), len(piece) * _FAINTEST**2)
    fits = _products(window, piece) / np.sqrt(loudness * _energy(piece))
    return bool(fits.max() >= least) or _fit(*_with_a_frame(window, piece, len(piece)), piece) >= least


def _loud_part(prompt: Samples) -> tuple[int, Floats]:
    """Return where a prompt's sound begins, and the prompt without the silence before and after it."""
    import numpy as np

    loud = np.flatnonzero(np.abs(prompt.astype(np.int32)) >= _SILENT)
    first, end = (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)
    return first, prompt[first:end].astype(np.float64)


def _pieces(wanted: Floats) -> Iterator[tuple[int, bool]]:
    """Yield where each piece begins, and whether it is judged alone."""
    whole = _energy(wanted)
    for start in range(0, len(wanted), _PIECE):
        piece = wanted[start : start + _PIECE]
        own = _energy(piece)
        yield (
            start,
            len(piece) >= _PIECE // 2 and own >= _FAINT_PIECE * whole * len(piece) / len(wanted),
        )


def _best(heard: Floats, wanted: Floats) -> tuple[float, int]:
    """Return the best normalised correlation, 0 or more, and its place."""
    import numpy as np

    products = _products(heard, wanted)
    energies = _energies(heard, len(wanted))
    floor = len(wanted) * _FAINTEST**2
    scale = np.sqrt(np.maximum(energies, floor) * _energy(wanted))
    place = int(np.argmax(products / scale))
    return max(0.0, float(products[place] / scale[place])), place


def _in_pieces(heard: Floats, wanted: Floats, place: int) -> tuple[float, float]:
    """Return the correlation when each piece may slip a little from its place, and that of the worst piece."""
    product = energy = 0.0
    weakest = 1.0
    for alike, loudness, fit, is_judged in _alike(heard, wanted, place):
        product += alike
        energy += loudness
        if is_judged:
            weakest = min(weakest, max(0.0, fit))
    return _fit(product, energy, wanted), weakest


def _alike(heard: Floats, wanted: Floats, place: int) -> Iterator[tuple[float, float, float, bool]]:
    """Yield of each piece the scalar product with what was heard, the energy of that, the correlation, and if it counts."""
    for start, is_judged in _pieces(wanted):
        piece = wanted[start : start + _PIECE]
        first = max(0, place + start - _SLIP)
        window = heard[first : place + start + len(piece) + _SLIP]
        alike, loudness = _with_a_frame(window, piece, place + start - first)
        yield alike, loudness, _fit(alike, loudness, piece), is_judged


def _ending(heard: Floats, wanted: Floats, place: int) -> float:
    """Return the correlation of what is spoken last, 0 or more, where the whole, or the piece that it ends, is heard.

    It is the mean of its frames, so that one that is lost costs a third, be it the loudest. From some moment on it
    may be one frame earlier or later, and a gap just before may have shifted all of it.
    """
    import numpy as np

    moments = np.add.reduceat(wanted * wanted, range(0, len(wanted), _MOMENT))
    spoken = np.flatnonzero(moments >= _FAINT_END * _energy(wanted) * _MOMENT / len(wanted))
    end = min(len(wanted), (int(spoken[-1]) + 1) * _MOMENT)
    start = max(0, end - _END)
    places = {place + start}
    begin = max(0, start - _PIECE)
    first = max(0, place + begin - _SLIP)
    # A gap before the end shifts it, and little of what is before it.
    late = max(begin, start - _END)
    parts = ((begin, start, -1.0), (begin, end, -1.0), (late, end, _SHIFTED))
    for since, until, least in parts:
        part = wanted[since:until]
        window = heard[first : place + until + _SLIP]
        if len(part) and len(window) >= len(part):
            at = int(np.argmax(_products(window, part)))
            there = window[at : at + len(part)]
            if _fit(float(np.dot(there, part)), _energy(there), part) >= least:
                places.add(first + at + start - since)
    frames = [wanted[at : min(at + _FRAME, end)] for at in range(start, end, _FRAME)]

    def fits(at: int) -> list[float]:
        there = [heard[max(0, at + number * _FRAME) :][: len(each)] for number, each in enumerate(frames)]
        return [
            _fit(float(np.dot(got, each)), _energy(got), each) if len(got) == len(each) else 0.0
            for got, each in zip(there, frames, strict=True)
        ]

    best = 0.0
    for at in places:
        plain = fits(at)
        for shifted in (plain, fits(at - _FRAME), fits(at + _FRAME)):
            best = max(best, *(sum(plain[:split] + shifted[split:]) for split in range(len(frames) + 1)))
    return best / len(frames)


def _with_a_frame(window: Floats, piece: Floats, due: int) -> tuple[float, float]:
    """Return the scalar product of a piece with what is heard at its best place, and the energy of that.

    Where little is alike, what is before or after some moment of it may be one frame earlier or later. Of a short
    word even the place of its longer part may be due to chance; that where the piece is due, by the whole, is not.
    """
    import numpy as np

    place = int(np.argmax(_products(window, piece)))
    there = window[place : place + len(piece)]
    plain = float(np.dot(there, piece)), _energy(there)
    if _fit(*plain, piece) >= _NEARLY_ALL:
        return plain
    # Where the place of the whole is due to chance, that of the longer part is not.
    half = len(piece) // 2
    rest = int(np.argmax(_products(window[half:], piece[half:])))
    begin = int(np.argmax(_products(window[: len(window) - len(piece) + half], piece[:half])))
    found = [plain]
    for each in {place, begin, rest, due}:
        found += _in_two(window, piece, each)
    return max(found, key=lambda pair: _fit(pair[0], pair[1], piece))


def _in_two(window: Floats, piece: Floats, place: int) -> Iterator[tuple[float, float]]:
    """Yield what `_with_a_frame` returns, for a part of the piece at a place, and the rest one frame earlier or later."""
    import numpy as np

    size = len(piece)
    there = window[place : place + size]
    for shifted in (place - _FRAME, place + _FRAME):
        if 0 <= shifted <= len(window) - size:
            other = window[shifted : shifted + size]
            for first, then in ((there, other), (other, there)):
                # How much more is alike when `then` takes over after each sample than when all is `then`.
                gains = np.cumsum((first - then) * piece)
                split = int(np.argmax(gains)) + 1
                product = float(gains[split - 1] + np.dot(then, piece))
                begin, end = first[:split], then[split:]
                yield product, _energy(begin) + _energy(end)


def _fit(product: float, energy: float, wanted: Floats) -> float:
    """Return how much what was heard is like what was wanted, by their scalar product and the energy of the former."""
    own = _energy(wanted)
    return product / (max(energy, len(wanted) * _FAINTEST**2) * own) ** 0.5 if own else 0.0


def _products(heard: Floats, wanted: Floats) -> Floats:
    """Return the scalar product of `wanted` with `heard` at each place."""
    import numpy as np

    # What would be wrapped round are the places that are cut off, where `wanted` is not wholly inside.
    size = _fast_size(len(heard))
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size))
    return np.fft.irfft(spectrum, size)[: len(heard) - len(wanted) + 1]


def _fast_size(least: int) -> int:
    """Return a size, `least` or a little more, whose Fourier transform is fast: its factors are 2, 3 and 5."""
    top = 1 << (least - 1).bit_length()
    return next(size for size in (top * 5 // 8, top * 3 // 4, top) if size >= least)


def _energy(samples: Floats) -> float:
    """Return the energy of a stretch, in this thread: for a sentence `np.dot` wakes threads, which spin."""
    import numpy as np

    return float(np.einsum("i,i", samples, samples))


def _energies(heard: Floats, count: int) -> Floats:
    """Return the energy of each stretch of `count` samples."""
    import numpy as np

    sums = np.concatenate(([0.0], np.cumsum(heard * heard)))
    return sums[count:] - sums[:-count]
