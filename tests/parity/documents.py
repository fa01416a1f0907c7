"""A call whose document is to be looked at."""

from __future__ import annotations

from typing import Any

from sipdomain.media.outputs import StartPlayback
from sipdomain.media.prompts import AudioFile, Beep, Keys, Speech
from sipdomain.twilio.fidelity.profile import DOCUMENTED, Profile
from tests.unit.twilio.bench import Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import Page

FALLBACK = "http://app.test/fallback"
APOLOGY = "We're sorry, an application error has occurred. Goodbye."


def dialled(
    make: Make, answer: Page, profile: Profile = DOCUMENTED, fallback: Page = None, **settings: Any
) -> Caller:
    """Dial a domain whose voice URL answers like that; return the caller."""
    bench = make(profile)
    if fallback is not None:
        settings["voice_fallback_url"] = FALLBACK
        bench.pages["/fallback"] = fallback
    bench.domain(**settings)
    bench.pages["/voice"] = answer
    alice = Caller(bench, flow())
    alice.dial()
    return alice


def heard(bench: Bench) -> list[str]:
    """Return what was played, in words."""
    words = []
    for output in bench.media:
        if isinstance(output, StartPlayback):
            match output.prompt:
                case Speech(text):
                    words.append(text)
                case AudioFile(data):
                    words.append(data.decode())
                case Keys(digits):
                    words.append(digits)
                case Beep():
                    words.append("beep")
    return words
