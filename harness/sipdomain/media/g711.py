"""G.711 mu-law and A-law: byte tables that agree with ITU-T G.711 on every 16-bit sample."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

RATE: Final = 8000
"""Samples, and so bytes, in a second."""
SILENCE: Final = {"PCMU": b"\xff", "PCMA": b"\xd5"}
"""The byte of the smallest positive sample of each codec."""


@cache
def encoding(codec: str) -> bytes:
    """Return 65,536 bytes: the code of each 16-bit sample, at the sample's two's complement.

    A sample that lies on a decision value goes away from zero when positive and towards zero when
    negative, as in the ITU-T's reference software (G.191), which takes the one's complement.

    Args:
        codec: "PCMU" or "PCMA".

    Raises:
        MediaError: The codec is neither.
    """
    decisions, flip = _decisions(codec)
    codes = [
        bytes((_code(codec, index) ^ flip,)) * (end - start)
        for index, (start, end) in enumerate(pairwise(decisions))
    ]
    positive = b"".join(codes)
    negative = positive[::-1].translate(bytes(code ^ 0x80 for code in range(256)))
    return positive + negative


def _decisions(codec: str) -> tuple[list[int], int]:
    """Return where each of the 128 positive intervals begins, and the bits that go inverted on the line."""
    steps = [(index >> 4, index & 15) for index in range(128)]
    if codec == "PCMU":
        # 33 quarter-steps of bias, which makes each of the eight chords twice as wide as the one before.
        return [max(0, (((16 + step) << (chord + 1)) - 33) * 4) for chord, step in steps] + [32_768], 0x00
    if codec == "PCMA":
        # The first two chords have the same step, and form one straight line.
        return [
            step * 16 if chord == 0 else (16 + step) << (chord + 3) for chord, step in steps
        ] + [32_768], 0x55  # fmt: skip
    raise MediaError(f"not a codec of G.711: {codec}")


def _code(codec: str, index: int) -> int:
    return 0xFF - index if codec == "PCMU" else 0x80 | index


@cache
def decoding(codec: str) -> tuple[int, ...]:
    """Return 256 samples: what each code stands for, the middle of its interval.

    Args:
        codec: "PCMU" or "PCMA".

    Raises:
        MediaError: The codec is neither.
    """
    decisions, flip = _decisions(codec)
    samples = [0] * 256
    for index in range(128):
        chord, step = index >> 4, index & 15
        if codec == "PCMU":
            middle = ((2 * step + 33) << (chord + 2)) - 132
        else:
            width = 16 << max(0, chord - 1)
            middle = decisions[index] + width // 2
        code = _code(codec, index) ^ flip
        samples[code] = middle
        samples[code ^ 0x80] = -middle
    return tuple(samples)


@cache
def recoding(source: str, target: str) -> bytes:
    """Return a table for `bytes.translate` that turns one codec into the other."""
    table = encoding(target)
    return bytes(table[sample & 0xFFFF] for sample in decoding(source))


@cache
def _encoding_array(codec: str) -> npt.NDArray[np.uint8]:
    import numpy as np

    return np.frombuffer(encoding(codec), np.uint8)


@cache
def _decoding_array(codec: str) -> Samples:
    import numpy as np

    return np.array(decoding(codec), np.int16)


def encode(samples: Samples, codec: str) -> bytes:
    """Return one byte for each 16-bit sample."""
    import numpy as np

    return _encoding_array(codec).take(np.ascontiguousarray(samples, np.int16).view(np.uint16)).tobytes()


def decode(data: bytes | bytearray, codec: str) -> Samples:
    """Return one 16-bit sample for each byte."""
    import numpy as np

    decoded: Samples = _decoding_array(codec).take(np.frombuffer(data, np.uint8))
    return decoded
