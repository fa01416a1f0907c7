"""What each fault of audio does to a packet."""

from __future__ import annotations

import random

import pytest

from sipdomain.faults import Fault, Passage
from sipdomain.faults.fault import Memory
from sipdomain.faults.rtp import RTP_FAULTS, RTP_WORDS, Drift, KeyEnds, Mute, OneWay, Payload, Source, Ssrc

HEAD = b"\x80\x80\x00\x01\x00\x00\x00\x00\x12\x34\x56\x78"
AUDIO = HEAD + b"\x10" * 160
KEY = b"\x80\x65" + HEAD[2:] + b"\x05\x0a\x03\x20"
KEY_ENDS = b"\x80\x65" + HEAD[2:] + b"\x05\x8a\x03\x20"


def met(fault: Fault, data: bytes, now: float = 0.0, memory: Memory | None = None) -> list[Passage]:
    return fault.decide(data, now, random.Random(1), "phone", memory=memory)


def test_each_has_a_word() -> None:
    assert RTP_FAULTS.keys() == set(RTP_WORDS.values())
    assert RTP_WORDS[OneWay] == "one_way"


def test_muted_audio_is_silence_of_its_codec_and_keys_stay() -> None:
    assert met(Mute(), AUDIO) == [Passage(0.0, HEAD + b"\xff" * 160)]
    pcma = b"\x80\x08" + AUDIO[2:]
    assert met(Mute(), pcma) == [Passage(0.0, pcma[:12] + b"\xd5" * 160)]
    assert met(Mute(), KEY) == [Passage(0.0, KEY)]
    assert met(Mute(), AUDIO + b"\0" * 10) == [Passage(0.0, AUDIO + b"\0" * 10)]


def test_another_payload_number_leaves_the_marker() -> None:
    assert met(Payload(number=96), AUDIO) == [Passage(0.0, b"\x80\xe0" + AUDIO[2:])]


def test_another_ssrc_leaves_the_rest() -> None:
    assert met(Ssrc(), AUDIO) == [Passage(0.0, AUDIO[:8] + b"\xed\xcb\xa9\x87" + AUDIO[12:])]


def test_another_source_is_a_place_of_its_own() -> None:
    assert met(Source(), AUDIO) == [Passage(0.0, AUDIO, 1)]
    assert met(Source(other="host", sender="phone"), AUDIO) == [Passage(0.0, AUDIO, 2)]


def test_only_the_ends_of_keys_are_lost() -> None:
    assert met(KeyEnds(), KEY_ENDS) == []
    assert met(KeyEnds(), KEY) == [Passage(0.0, KEY)]
    assert met(KeyEnds(), AUDIO) == [Passage(0.0, AUDIO)]


@pytest.mark.parametrize(("ppm", "delays"), [(1_000.0, [0.0, 0.1, 0.6]), (-1_000.0, [0.5, 0.4, 0.0])])
def test_a_clock_drifts_from_the_first_packet_on(ppm: float, delays: list[float]) -> None:
    memory = Memory()
    found = [met(Drift(ppm=ppm), AUDIO, at, memory)[0].delay for at in (7.0, 107.0, 607.0)]
    assert found == pytest.approx(delays)


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (OneWay, {}, "`from` is needed"),
        (Source, {"other": "host"}, "`from` must be the phone"),
        (Source, {"other": "moon"}, "`other` must be one of port, host"),
        (Payload, {"number": 128}, "`number` must be from 0 to 127"),
        (Drift, {"ppm": 200_000.0}, "`ppm` must be from -100000 to 100000"),
    ],
)
def test_wrong_values_are_refused(kind: type[Fault], values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kind(**values)  # type: ignore[arg-type]
