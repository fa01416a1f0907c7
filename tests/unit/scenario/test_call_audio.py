"""Both sides of a call, as reports let them be heard."""

from __future__ import annotations

import zlib

from sipdomain.media.ear import Ear
from sipdomain.media.rtp import RtpPacket
from sipdomain.scenario.call_audio import MOST_SECONDS, CallAudio, call_audio
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

GREETING = """\
scenario: A greeting
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {say: Welcome}}
  phones: {pbx: {address: 127.0.0.10}}
steps:
  - dial: sip:100@acme
  - expect: {ended_by: cloud}
"""


def ear(*payloads: bytes, at: float) -> Ear:
    found = Ear()
    for number, payload in enumerate(payloads):
        packet = RtpPacket(0, marker=False, sequence=number, timestamp=number * 160, ssrc=1, payload=payload)
        found.take(packet, "PCMU", at + number * 0.02)
    return found


def sides(audio: CallAudio | None) -> dict[str, bytes]:
    assert audio is not None
    data = zlib.decompress(audio.data)
    return {
        side: data[number * audio.length : (number + 1) * audio.length]
        for number, side in enumerate(audio.sides)
    }


def test_both_sides_are_on_one_timeline_of_the_same_length() -> None:
    audio = call_audio("c", {"phone": ear(b"\x10" * 160, at=5.0), "emulator": ear(b"\x20" * 160, at=5.01)})
    assert audio is not None
    assert (audio.began_at, audio.length) == (5.0, 240)
    assert sides(audio) == {
        "phone": b"\x10" * 160 + b"\xff" * 80,
        "emulator": b"\xff" * 80 + b"\x20" * 160,
    }


def test_of_a_phone_that_is_not_ours_one_side_is_known() -> None:
    assert sides(call_audio("c", {"phone": ear(b"\x10" * 160, at=5.0), "emulator": None})) == {
        "phone": b"\x10" * 160
    }


def test_a_call_in_which_nothing_was_heard_has_no_audio() -> None:
    assert call_audio("c", {"phone": Ear(), "emulator": None}) is None


def test_the_first_two_minutes_are_kept() -> None:
    late = ear(b"\x20" * 160, at=MOST_SECONDS + 1.0)
    audio = call_audio("c", {"phone": ear(*[b"\x10" * 160] * 7_000, at=0.0), "emulator": late})
    assert {side: len(each) for side, each in sides(audio).items()} == {"phone": 960_000}


def test_a_scenario_keeps_its_audio_when_that_is_asked_for() -> None:
    played = run_scenario(load_scenario_text(GREETING), maker("sim"), substrate="sim", with_audio=True)
    [audio] = played.audio
    assert audio.sides == ("phone", "emulator")
    phone, emulator = sides(audio).values()
    assert set(phone) == {0xFF}
    assert len(set(emulator)) > 20
    assert run_scenario(load_scenario_text(GREETING), maker("sim"), substrate="sim").audio == ()
