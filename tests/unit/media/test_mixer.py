"""One step of mixing, in numbers. mu-law has 0, 8, 16 to 120 and then each sixteenth sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sipdomain.media import g711
from sipdomain.media.mixer import Frame, added, clipped, minus_own, mix
from sipdomain.media.patchbay import Edge, Patchbay

LOUDEST = 32_124


def frame(*samples: int, codec: str = "PCMU") -> Frame:
    return Frame(codec, g711.encode(np.array(samples, np.int16), codec))


def samples(said: Frame) -> list[int]:
    return [int(sample) for sample in g711.decode(said.payload, said.codec)]


def room_of(*members: str) -> Patchbay:
    bay = Patchbay()
    bay.open_room("room")
    for member in members:
        bay.patch(member, "room", Edge())
        bay.patch("room", member, Edge())
    return bay


A, B, C = frame(8, 16, 24, 0, LOUDEST), frame(16, 8, -24, 0, LOUDEST), frame(0, -8, 32, 40, LOUDEST)
SAID = {"a": A, "b": B, "c": C}
CODECS = dict.fromkeys("abc", "PCMU")


def heard(
    bay: Patchbay, said: dict[str, Frame] = SAID, codecs: dict[str, str] = CODECS
) -> dict[str, list[int]]:
    return {name: samples(each) for name, each in mix(bay, said, codecs).items()}


def test_each_row_becomes_the_sum_of_the_others() -> None:
    matrix = np.array([[1, 2, 3, 4, 5], [10, 20, 30, 40, 50], [100, 200, 300, 400, 32_767]], np.int32)

    assert minus_own(matrix).tolist() == [
        [110, 220, 330, 440, 32_817], [101, 202, 303, 404, 32_772], [11, 22, 33, 44, 55],
    ]  # fmt: skip


def test_what_is_too_loud_is_clipped_not_wrapped() -> None:
    assert clipped(np.array([32_767, 32_768, 70_000, -32_769, 0], np.int32)).tolist() == [
        32_767, 32_767, 32_767, -32_768, 0,
    ]  # fmt: skip


def test_each_of_three_hears_the_sum_of_the_two_others() -> None:
    assert heard(room_of("a", "b", "c")) == {
        "a": [16, 0, 8, 40, LOUDEST], "b": [8, 8, 56, 40, LOUDEST], "c": [24, 24, 0, 0, LOUDEST],
    }  # fmt: skip


def test_two_of_one_codec_get_each_others_bytes() -> None:
    # 0x7f is minus zero in mu-law, which no encoder makes: what came is what goes.
    odd = Frame("PCMU", b"\x7f\x7f\xff\x00\x80")
    bridge = Patchbay()
    bridge.patch("a", "b", Edge())
    bridge.patch("b", "a", Edge())

    for bay in (room_of("a", "b"), bridge):
        assert mix(bay, {"a": odd, "b": B}, {"a": "PCMU", "b": "PCMU"}) == {"a": B, "b": odd}


def test_a_listener_gets_its_own_codec() -> None:
    said = {"a": frame(8, 24, 120, -120, 0), "b": frame(8, 24, 120, -120, 0), "c": frame(0, 0, 0, 0, 0)}
    mixed = mix(room_of("a", "b", "c"), said, {"a": "PCMU", "b": "PCMU", "c": "PCMA"})

    assert (mixed["a"].codec, mixed["c"].codec) == ("PCMU", "PCMA")
    assert samples(mixed["c"]) == [24, 56, 248, -232, 8]


def test_who_is_alone_hears_nothing_and_silence_of_others_costs_nothing() -> None:
    bay = room_of("a", "b", "c")

    assert mix(bay, {}, CODECS) == {}
    assert mix(bay, {"a": A}, CODECS) == {"b": A, "c": A}


def test_the_muted_are_left_out_and_hear() -> None:
    bay = room_of("a", "b", "c")
    bay.patch("a", "room", Edge(muted=True))

    assert heard(bay) == {
        "a": [16, 0, 8, 40, LOUDEST], "b": samples(C), "c": samples(B),
    }  # fmt: skip


def test_only_the_coached_hears_the_coach() -> None:
    bay = room_of("a", "b", "c")
    bay.patch("c", "room", Edge(coached="a"))

    assert heard(bay) == {"a": [16, 0, 8, 40, LOUDEST], "b": samples(A), "c": [24, 24, 0, 0, LOUDEST]}


def test_gains_are_kept_within_a_room_and_at_its_door() -> None:
    bay = room_of("a", "b", "c")
    bay.patch("a", "room", Edge(gain=0.5))
    bay.patch("room", "b", Edge(gain=2.0))
    said = {"a": frame(16, 0, 0, 0, 32), "b": frame(8, 8, 8, 8, 8), "c": frame(8, 16, 0, 0, 0)}

    assert heard(bay, said) == {
        "a": [16, 24, 8, 8, 8], "b": [32, 32, 0, 0, 32], "c": [16, 8, 8, 8, 24],
    }  # fmt: skip


def test_what_is_played_into_a_room_is_heard_by_all_and_its_recorder_hears_the_rest() -> None:
    bay = room_of("a", "b")
    said = {"a": frame(8, 0, 0, 0, 0), "b": frame(0, 16, 0, 0, 0), "room": frame(0, 0, 24, 0, 0)}

    assert heard(bay, said, {"a": "PCMU", "b": "PCMU", "room": "PCMU"}) == {
        "a": [0, 16, 24, 0, 0], "b": [8, 0, 24, 0, 0], "room": [8, 16, 0, 0, 0],
    }  # fmt: skip


def test_a_whisper_beside_a_room_is_added() -> None:
    bay = room_of("a", "b")
    bay.patch("c", "a", Edge())

    assert heard(bay)["a"] == [16, 0, 8, 40, LOUDEST]
    assert heard(bay)["b"] == samples(A)


def test_two_voices_are_added_in_the_codec_of_the_first() -> None:
    both = added(frame(8, 16, 24, -8, LOUDEST), frame(8, 0, -24, -8, LOUDEST))

    assert (both.codec, samples(both)) == ("PCMU", [16, 16, 0, -16, LOUDEST])


@given(st.data())
def test_what_is_heard_is_the_sum_of_what_the_patchbay_says(data: st.DataObject) -> None:
    members = data.draw(st.lists(st.sampled_from("abcde"), unique=True, min_size=1))
    bay = room_of(*members)
    for member in members:
        edge = data.draw(
            st.builds(Edge, st.just(1.0), st.booleans(), st.sampled_from(["", "", *members, "nobody"]))
        )
        bay.patch(member, "room", edge)
    loudness = st.lists(st.integers(-3, 3).map(lambda step: 8 * step), min_size=5, max_size=5)
    said = {name: frame(*data.draw(loudness)) for name in data.draw(st.sets(st.sampled_from("abcde")))}
    mixed = mix(bay, said, dict.fromkeys(members, "PCMU"))
    for member in members:
        voices = [samples(said[name]) for name in bay.heard_by(member) if name in said]
        wanted = [sum(column) for column in zip(*voices, strict=True)] if voices else [0] * 5
        got = samples(mixed[member]) if member in mixed else [0] * 5
        assert got == wanted


@pytest.mark.parametrize("count", [3, 250])
def test_a_room_of_any_size_is_one_sum(count: int) -> None:
    names = [f"{number}" for number in range(count)]
    said = {name: frame(8, -8, 0, 0, 0) for name in names[:3]}
    mixed = mix(room_of(*names), said, dict.fromkeys(names, "PCMU"))

    assert samples(mixed["0"]) == [16, -16, 0, 0, 0]
    assert [samples(mixed[name]) for name in names[3:]] == [[24, -24, 0, 0, 0]] * (count - 3)
