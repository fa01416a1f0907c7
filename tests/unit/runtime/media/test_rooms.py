"""Rooms and bridges on the media side alone, in virtual time and over real sockets: who hears whom, by tones."""

from __future__ import annotations

import numpy as np
import pytest

from sipdomain.media.outputs import (
    CloseMedia,
    CloseRoom,
    DtmfReceived,
    OpenMedia,
    OpenRoom,
    Patch,
    PlaybackDone,
    RecordingDone,
    SendDtmf,
    StartPlayback,
    StartRecording,
    StopPlayback,
    StopRecording,
    Unpatch,
)
from sipdomain.media.patchbay import Edge
from tests.unit.runtime.media.stage import LOUDNESS, Stage, audible, loudness, on, tone

pytestmark = pytest.mark.parametrize("kind", ["sim", "live"])

MUTED = Edge(muted=True)


def test_in_a_room_of_three_each_hears_the_two_others_and_one_may_be_muted_or_coach(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert", "carl")
        await stage.expect(anna=set(), bert=set(), carl=set())
        stage.room("anna", "bert", "carl")
        await stage.expect(anna={"bert", "carl"}, bert={"anna", "carl"}, carl={"anna", "bert"})
        stage.patch("bert", "room", MUTED)
        await stage.expect(anna={"carl"}, bert={"anna", "carl"}, carl={"anna"})
        stage.patch("bert", "room")
        stage.patch("carl", "room", Edge(coached="anna"))
        await stage.expect(anna={"bert", "carl"}, bert={"anna"}, carl={"anna", "bert"})

    on(kind, play)


def test_each_is_as_loud_as_he_speaks_also_by_another_codec(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert", "carl", carl="PCMA")
        stage.room("anna", "bert", "carl")
        stage.patch("bert", "room", Edge(gain=0.5))
        await stage.run(0.8)
        for listener, heard in (("anna", {"bert": 0.5, "carl": 1.0}), ("carl", {"anna": 1.0, "bert": 0.5})):
            samples = stage.phones.heard(listener)[-3200:]
            for speaker, gain in heard.items():
                assert loudness(samples, speaker) == pytest.approx(gain * LOUDNESS, rel=0.05)
            assert loudness(samples, listener) < 30

    on(kind, play)


def test_a_bridge_may_be_one_way_and_ends_with_its_edges(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert")
        stage.bridge("anna", "bert")
        await stage.expect(anna={"bert"}, bert={"anna"})
        stage.carry(Unpatch("anna", "bert"))
        await stage.expect(anna={"bert"}, bert=set())
        stage.carry(Unpatch("bert", "anna"), Unpatch("bert", "anna"))
        await stage.expect(anna=set(), bert=set())

    on(kind, play)


def test_who_leaves_is_heard_no_more_and_a_room_that_closes_is_silent(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert", "carl")
        stage.room("anna", "bert", "carl")
        await stage.run(0.2)
        stage.carry(CloseMedia("carl"))
        stage.names.remove("carl")
        await stage.expect(anna={"bert"}, bert={"anna"})
        stage.carry(CloseRoom("room"))
        await stage.expect(anna=set(), bert=set())
        stage.room("anna", "bert")
        await stage.expect(anna={"bert"}, bert={"anna"})

    on(kind, play)


def test_what_is_played_into_a_room_is_heard_by_all_and_its_end_is_reported(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert")
        stage.room("anna", "bert")
        stage.carry(StartPlayback("room", 5, tone("room", 2.5)), StartPlayback("room", 6, tone("dora", 20.0)))
        await stage.expect(anna={"bert", "room"}, bert={"anna", "room"})
        await stage.until(lambda: PlaybackDone("room", 5) in stage.told)
        await stage.expect(anna={"bert", "dora"}, bert={"anna", "dora"})
        stage.carry(StopPlayback("room", 6))
        await stage.expect(anna={"bert"}, bert={"anna"})
        assert stage.told == [PlaybackDone("room", 5)]

    on(kind, play)


def test_what_is_played_to_one_is_added_to_what_he_hears_and_heard_by_nobody_else(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert", "carl")
        stage.room("anna", "bert", "carl")
        stage.carry(StartPlayback("anna", 1, tone("dora", 20.0)))
        await stage.expect(anna={"bert", "carl", "dora"}, bert={"anna", "carl"}, carl={"anna", "bert"})

    on(kind, play)


async def recorded(stage: Stage, session: str, seconds: float = 1.0, channels: int = 2) -> list[set[str]]:
    """Return whose tones are in each channel of a recording that lasts so long."""
    stage.carry(StartRecording(session, "RE1", channels=channels))
    await stage.run(seconds)
    stage.carry(StopRecording(session, "RE1"))
    await stage.until(lambda: any(isinstance(told, RecordingDone) for told in stage.told))
    (done,) = (told for told in stage.told if isinstance(told, RecordingDone))
    audio = np.frombuffer(done.audio, "<i2").reshape(-1, channels)
    assert len(audio) / 8000 == pytest.approx(seconds, abs=0.3)
    return [audible(side[1600:]) for side in audio.T]


def test_a_recording_of_a_bridged_session_has_what_it_hears_and_what_it_sends(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert")
        stage.bridge("anna", "bert")
        await stage.run(0.4)
        assert await recorded(stage, "anna") == [{"anna"}, {"bert"}]

    on(kind, play)


def test_a_recording_that_was_begun_before_has_the_bridge_from_its_begin(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert")
        stage.carry(StartRecording("anna", "RE1", "outbound"))
        await stage.run(1.0)
        stage.bridge("anna", "bert")
        await stage.run(1.0)
        stage.carry(StopRecording("anna", "RE1"))
        await stage.until(lambda: any(isinstance(told, RecordingDone) for told in stage.told))
        (done,) = (told for told in stage.told if isinstance(told, RecordingDone))
        audio = np.frombuffer(done.audio, "<i2")
        assert audible(audio[:6400]) == set()
        assert audible(audio[-4800:]) == {"bert"}

    on(kind, play)


def test_a_recording_of_a_room_has_everybody_but_the_coach_and_the_muted(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert", "carl", "dora")
        stage.room("anna", "bert", "carl", "dora")
        stage.patch("carl", "room", MUTED)
        stage.patch("dora", "room", Edge(coached="anna"))
        stage.carry(StartPlayback("room", 1, tone("room", 20.0)))
        await stage.run(0.4)
        assert await recorded(stage, "room") == [{"anna", "bert"}, {"room"}]

    on(kind, play)


def test_keys_cross_a_bridge_and_reach_the_core_and_nobody_in_a_room(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert", "carl", "dora")
        stage.bridge("anna", "bert")
        stage.room("carl", "dora")
        for name in ("anna", "carl"):
            stage.phones.carry(SendDtmf(name, "5#"))
        await stage.until(lambda: len(stage.told) == 4 and len(stage.rung) == 2)
        await stage.run(0.4)

        assert sorted((told.session, told.key) for told in stage.told if isinstance(told, DtmfReceived)) == [
            ("anna", "#"), ("anna", "5"), ("carl", "#"), ("carl", "5"),
        ]  # fmt: skip
        keys = [(told.session, told.key) for told in stage.rung if isinstance(told, DtmfReceived)]
        assert keys == [("bert", "5"), ("bert", "#")]

    on(kind, play)


def test_keys_do_not_pass_where_the_way_is_muted(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert")
        stage.bridge("anna", "bert")
        stage.patch("anna", "bert", MUTED)
        stage.phones.carry(SendDtmf("anna", "1"))
        await stage.until(lambda: len(stage.told) == 1)
        await stage.run(0.4)

        assert stage.rung == []

    on(kind, play)


def test_what_makes_no_sense_is_dropped(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna")
        stage.room("anna")
        stage.carry(
            OpenRoom("room"), Patch("anna", "anna"), Patch("anna", "nobody"), Unpatch("nobody", "room"),
            CloseRoom("no room"), CloseMedia("nobody"),
        )  # fmt: skip
        await stage.expect(anna=set())
        stage.carry(OpenMedia("room", "127.0.0.1"))
        assert [type(told).__name__ for told in stage.told] == ["MediaFailed"]

    on(kind, play)
    assert "room room: the room room is open already" in caplog.text
    assert "anna to anna: anna cannot hear itself" in caplog.text


def test_keys_go_each_way_by_the_number_that_the_other_side_named(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", sings=False, numbers=(96, 101))
        stage.phones.carry(SendDtmf("anna", "5"))
        stage.carry(SendDtmf("anna", "7"))
        await stage.until(lambda: len(stage.told) == 1 and len(stage.rung) == 1)

        assert [told.key for told in stage.told if isinstance(told, DtmfReceived)] == ["5"]
        assert [told.key for told in stage.rung if isinstance(told, DtmfReceived)] == ["7"]

    on(kind, play)


@pytest.mark.rule("keys-in-band-bridged")
def test_a_tone_crosses_a_bridge_as_an_event_to_who_takes_events_and_else_as_it_is(kind: str) -> None:
    async def play(stage: Stage) -> None:
        stage.join("anna", "bert", events=False, sings=False)
        stage.join("carl", sings=False)
        stage.bridge("anna", "bert")
        stage.bridge("anna", "carl")
        stage.phones.carry(SendDtmf("anna", "5#"))
        await stage.until(lambda: len(stage.told) == 2 and len(stage.rung) == 4)
        await stage.run(0.4)

        assert [(told.session, told.key) for told in stage.told if isinstance(told, DtmfReceived)] == [
            ("anna", "5"), ("anna", "#"),
        ]  # fmt: skip
        # Bert hears the tones themselves, once; Carl an event each.
        keys = sorted((told.session, told.key) for told in stage.rung if isinstance(told, DtmfReceived))
        assert keys == [("bert", "#"), ("bert", "5"), ("carl", "#"), ("carl", "5")]

    on(kind, play)
