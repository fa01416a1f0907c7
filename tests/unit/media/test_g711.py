"""Each of the 65,536 samples, by the arithmetic of the ITU-T's reference software (G.191)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sipdomain.errors import MediaError
from sipdomain.media import g711

SAMPLES = np.arange(-32_768, 32_768).astype(np.int16)
EVERY_CODE = bytes(range(256))


def mu_law(sample: int) -> int:
    magnitude = min(((~sample if sample < 0 else sample) >> 2) + 33, 0x1FFF)
    segment = (magnitude >> 6).bit_length() + 1
    code = (8 - segment) << 4 | 15 - (magnitude >> segment & 15)
    return code | 0x80 if sample >= 0 else code


def a_law(sample: int) -> int:
    magnitude = (~sample if sample < 0 else sample) >> 4
    if magnitude > 15:
        exponent = 1
        while magnitude > 31:
            magnitude >>= 1
            exponent += 1
        magnitude = magnitude - 16 + (exponent << 4)
    return (magnitude | 0x80 if sample >= 0 else magnitude) ^ 0x55


@pytest.mark.parametrize(("codec", "reference"), [("PCMU", mu_law), ("PCMA", a_law)])
def test_every_sample_gets_the_code_of_the_reference(codec: str, reference: Callable[[int], int]) -> None:
    assert g711.encode(SAMPLES, codec) == bytes(reference(int(sample)) for sample in SAMPLES)


@pytest.mark.parametrize(
    ("codec", "sample", "code"),
    [
        ("PCMU", 0, 0xFF),
        ("PCMU", 3, 0xFF),
        ("PCMU", 4, 0xFE),
        ("PCMU", -1, 0x7F),
        ("PCMU", 32_767, 0x80),
        ("PCMU", -32_768, 0x00),
        ("PCMA", 0, 0xD5),
        ("PCMA", 15, 0xD5),
        ("PCMA", 16, 0xD4),
        ("PCMA", -1, 0x55),
        ("PCMA", 32_767, 0xAA),
        ("PCMA", -32_768, 0x2A),
    ],
)
def test_the_edges_of_the_scale(codec: str, sample: int, code: int) -> None:
    assert g711.encoding(codec)[sample & 0xFFFF] == code


@pytest.mark.parametrize(
    ("codec", "loudest", "codes", "samples"),
    [
        # G.711 Tables 5 and 6: the periodic sequence that stands for 1 kHz at 0 dBm0.
        ("PCMA", 32_256, "34 21 21 34 b4 a1 a1 b4", [-8_960, -20_992, -20_992, -8_960, 8_960, 20_992, 20_992, 8_960]),
        ("PCMU", 32_124, "1e 0b 0b 1e 9e 8b 8b 9e", [-8_828, -20_860, -20_860, -8_828, 8_828, 20_860, 20_860, 8_828]),
    ],
)  # fmt: skip
def test_the_reference_tone_decodes(codec: str, loudest: int, codes: str, samples: list[int]) -> None:
    assert g711.decode(bytes.fromhex(codes), codec).tolist() == samples
    assert max(g711.decoding(codec)) == loudest


@pytest.mark.parametrize(("codec", "two_zeros"), [("PCMU", {0x7F}), ("PCMA", set())])
def test_a_code_decodes_to_a_sample_of_the_same_code(codec: str, two_zeros: set[int]) -> None:
    again = g711.encode(g711.decode(EVERY_CODE, codec), codec)

    assert {code for code in EVERY_CODE if again[code] != code} == two_zeros


@pytest.mark.parametrize(("codec", "smallest_chord"), [("PCMU", 132), ("PCMA", 256)])
def test_the_error_is_half_a_step_at_most(codec: str, smallest_chord: int) -> None:
    error = np.abs(g711.decode(g711.encode(SAMPLES, codec), codec).astype(int) - SAMPLES)

    assert np.all(error <= (np.abs(SAMPLES.astype(int)) + smallest_chord) / 32 + 1)


def test_recoding_goes_by_way_of_the_sample() -> None:
    assert g711.SILENCE["PCMU"].translate(g711.recoding("PCMU", "PCMA")) == g711.SILENCE["PCMA"]
    assert b"\x0b".translate(g711.recoding("PCMU", "PCMA")) == b"\x21"
    assert EVERY_CODE.translate(g711.recoding("PCMA", "PCMA")) == EVERY_CODE


def test_another_codec_is_refused() -> None:
    with pytest.raises(MediaError, match=r"not a codec of G\.711: G722"):
        g711.encoding("G722")
