"""Both sides of the calls of a scenario as audio, for reports that let it be heard."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from sipdomain.entries import CallBegan
from sipdomain.media import g711
from sipdomain.phone import PhoneCall
from sipdomain.runtime.media.endpoint import Ear
from sipdomain.scenario.stage import Stage

MOST_SECONDS: Final = 120.0
"""How much of a call is kept: its first two minutes."""
MOST_CALLS: Final = 8
"""Of how many calls of a scenario, its first."""
_LEVEL: Final = 1
"""Silence and tones become small at any level, and speech at none."""


@dataclass(frozen=True, slots=True)
class CallAudio:
    """What was said in a call, in mu-law at 8 kHz.

    Attributes:
        call_id: The SIP Call-ID.
        began_at: When it begins, in seconds of the run's clock.
        sides: "phone" for what the emulator heard, "emulator" for what the phone heard.
        length: How many samples each side has.
        data: The sides one after another, in the format of zlib (RFC 1950).
    """

    call_id: str
    began_at: float
    sides: tuple[str, ...]
    length: int
    data: bytes


def audio_of(stage: Stage) -> tuple[CallAudio, ...]:
    """Return the audio of the first calls of a scenario that had any; before its world is closed."""
    calls = {each.call_id: each for each in stage.begun if isinstance(each, PhoneCall)}
    began = {each.call_id: each.call_sid for each in stage.world.journal.select(CallBegan)}
    found: list[CallAudio] = []
    for call_id, call_sid in began.items():
        said, heard = stage.world.ears(call_sid, calls.get(call_id))
        audio = call_audio(call_id, {"phone": said, "emulator": heard})
        if audio is not None:
            found.append(audio)
        if len(found) == MOST_CALLS:
            break
    return tuple(found)


def call_audio(call_id: str, ears: dict[str, Ear | None]) -> CallAudio | None:
    """Return the sides of a call on one timeline, or None when nothing was ever heard.

    Args:
        call_id: The SIP Call-ID.
        ears: What keeps each side, by the name of who speaks.
    """
    starts = {
        side: ear.began_at for side, ear in ears.items() if ear is not None and ear.began_at is not None
    }
    if not starts:
        return None
    origin = min(starts.values())
    silence = g711.SILENCE["PCMU"]
    sides: dict[str, bytes] = {}
    for side, ear in ears.items():
        if ear is not None and side in starts and (late := starts[side] - origin) < MOST_SECONDS:
            audio = g711.encode(ear.samples(MOST_SECONDS - late), "PCMU")
            sides[side] = silence * round(late * g711.RATE) + audio
    length = max(map(len, sides.values()))
    data = zlib.compress(b"".join(each.ljust(length, silence) for each in sides.values()), _LEVEL)
    return CallAudio(call_id, origin, tuple(sides), length, data) if length else None
