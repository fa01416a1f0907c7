"""Recordings: their clock, two directions made one, trimming, and the files that come of them."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from sipdomain.media.outputs import RecordingDone, StartRecording, Track
from sipdomain.media.recording import RecordingClock, finished_recording, mixed, mp3, seconds, wav
from sipdomain.media.rtp import RtpPacket
from sipdomain.media.tape import Tape

LOUD, SOFT = 20_860, -8_828
A, B = b"\x8b" * 160, b"\x1e" * 160


def samples(*values: int) -> npt.NDArray[np.int16]:
    return np.array(values, np.int16)


def wish(track: Track = "both", channels: int = 1, *, trim: bool = False) -> StartRecording:
    return StartRecording("s", "RE1", track, channels, trim)


def values(done: RecordingDone) -> list[int]:
    return [int(sample) for sample in np.frombuffer(done.audio, "<i2")]


@pytest.mark.parametrize(
    ("steps", "at", "length"),
    [
        ([], 15.0, 5.0),
        ([(12.0, "silence"), (16.0, "resume")], 17.0, 7.0),
        ([(12.0, "silence")], 17.0, 7.0),
        ([(12.0, "skip"), (16.0, "resume")], 17.0, 3.0),
        ([(12.0, "skip")], 17.0, 2.0),
        ([(12.0, "skip"), (13.0, "silence"), (16.0, "resume"), (16.5, "resume")], 17.0, 3.0),
        ([(11.0, "skip"), (12.0, "resume"), (13.0, "skip"), (14.0, "resume")], 15.0, 3.0),
        ([], 9000.0, 3600.0),
        ([], 9.0, 0.0),
    ],
)
def test_a_pause_counts_unless_it_is_left_out(
    steps: list[tuple[float, str]], at: float, length: float
) -> None:
    clock = RecordingClock(10.0)
    for moment, what in steps:
        if what == "resume":
            clock.resume(moment)
        else:
            clock.pause(moment, skip=what == "skip")
    assert clock.length(at) == pytest.approx(length)


@pytest.mark.parametrize(
    ("asked", "heard"),
    [
        (wish(), [1100, 2000, 300, 0]),
        (wish("inbound"), [1000, 2000, 0, 0]),
        (wish("outbound"), [100, 0, 300, 0]),
        (wish(channels=2), [1000, 100, 2000, 0, 0, 300, 0, 0]),
    ],
    ids=["both", "inbound", "outbound", "dual"],
)
def test_what_is_heard_is_on_the_left_and_what_is_sent_on_the_right(
    asked: StartRecording, heard: list[int]
) -> None:
    done = finished_recording(asked, samples(1000, 2000), samples(100, 0, 300, 0, 9, 9), 4 / 8000)
    assert (done.session, done.recording, values(done), done.silent) == ("s", "RE1", heard, False)


def test_two_loud_sides_do_not_turn_over() -> None:
    assert values(finished_recording(wish(), samples(30_000, -30_000), samples(30_000, -30_000), 2 / 8000)) == [
        32_767, -32_768,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "inbound", "outbound", "heard", "silent"),
    [
        (wish(trim=True), [0, 63, 64, 0, -64, -63, 0], [], [64, 0, -64], False),
        (wish(trim=True, channels=2), [0, 100, 0, 0], [0, 0, 200, 0], [100, 0, 0, 200], False),
        (wish(trim=True), [0, 63, -63], [], [], True),
        (wish(trim=True), [], [], [], False),
        (replace(wish(trim=True), keep_silent=True), [0, 63, -63], [], [0, 63, -63], False),
        (replace(wish(trim=True), keep_silent=True), [0, 64, 0], [], [64], False),
        (wish(), [0, 0], [], [0, 0], False),
    ],
    ids=["mono", "dual", "silence", "nothing", "kept-silence", "kept-trimmed", "untrimmed"],
)
def test_silence_at_both_ends_is_cut_off_when_that_is_asked_for(
    asked: StartRecording, inbound: list[int], outbound: list[int], heard: list[int], silent: bool
) -> None:
    length = max(len(inbound), len(outbound)) / 8000
    done = finished_recording(asked, samples(*inbound), samples(*outbound), length)
    assert (values(done), done.silent) == (heard, silent)


def test_two_channels_are_mixed_and_their_length_kept() -> None:
    stereo = samples(1000, 100, 30_000, 30_000).astype("<i2").tobytes()
    assert np.frombuffer(mixed(stereo), "<i2").tolist() == [1100, 32_767]
    assert seconds(bytes(32_000), 1) == seconds(bytes(64_000), 2) == 2.0


def test_a_wav_file_begins_with_this_header() -> None:
    assert wav(b"\x01\x00\xff\xff", 1) == (
        b"RIFF\x28\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"
        b"data\x04\x00\x00\x00\x01\x00\xff\xff"
    )
    assert wav(bytes(8), 2)[20:36] == b"\x01\x00\x02\x00\x40\x1f\x00\x00\x00\x7d\x00\x00\x04\x00\x10\x00"


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("make", [wav, mp3])
def test_a_file_decodes_back_to_what_it_was_made_of(make: object, channels: int) -> None:
    assert callable(make)
    tone = (np.sin(np.arange(16_000) * 0.3) * 8_000).astype(np.int16)
    sides = np.stack([tone, np.zeros_like(tone)][:channels], axis=1)
    decoded, rate = soundfile.read(
        io.BytesIO(make(sides.astype("<i2").tobytes(), channels)), dtype="int16", always_2d=True
    )
    assert (rate, decoded.shape) == (8000, (16_000, channels))
    # What is left of a tone after MP3 is at most a twentieth off.
    assert np.abs(decoded[2000:14_000].astype(int) - sides[2000:14_000]).max() < 400


class Reel:
    """A tape, and packets of both directions for it."""

    def __init__(self, asked: StartRecording | None = None) -> None:
        self.tape = Tape(asked or wish(channels=2), 100.0)

    def hear(self, now: float, timestamp: int, payload: bytes = A) -> None:
        self.tape.hear(RtpPacket(0, False, 0, timestamp, 1, payload), "PCMU", now)

    def say(self, now: float, timestamp: int, payload: bytes = B) -> None:
        self.tape.say(RtpPacket(0, False, 0, timestamp, 2, payload), "PCMU", now)

    def blocks(self, now: float) -> list[tuple[int, int]]:
        """The first samples of each 20 ms: what was heard, what was said."""
        self.tape.stop(now)
        found = np.frombuffer(self.tape.finish().audio, "<i2").reshape(-1, 2)[::160]
        return [(int(left), int(right)) for left, right in found]


def test_packets_stand_on_the_tape_where_their_time_is() -> None:
    reel = Reel()
    reel.say(100.0, 5000)
    reel.hear(100.04, 777)
    reel.say(100.06, 5480)
    assert reel.blocks(100.08) == [(0, SOFT), (0, 0), (LOUD, 0), (0, SOFT)]


def test_a_pause_is_silence_or_left_out() -> None:
    for skip, between in ((False, [(0, 0), (0, 0)]), (True, [])):
        reel = Reel()
        reel.hear(100.0, 0)
        reel.tape.pause(100.02, skip=skip)
        reel.hear(100.02, 160)
        reel.say(100.02, 0)
        reel.tape.resume(100.06)
        reel.hear(100.06, 480)
        reel.say(100.06, 320)
        assert reel.blocks(100.08) == [(LOUD, 0), *between, (LOUD, SOFT)]


def test_the_other_track_is_not_kept() -> None:
    for track, seen in (("inbound", LOUD), ("outbound", SOFT)):
        reel = Reel(StartRecording("s", "RE1", "inbound" if track == "inbound" else "outbound"))
        reel.hear(100.0, 0)
        reel.say(100.0, 0)
        reel.tape.stop(100.02)
        assert set(values(reel.tape.finish())) == {seen}
