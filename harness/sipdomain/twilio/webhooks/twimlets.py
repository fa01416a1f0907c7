"""The applications that the provider hosts for everybody, each one TwiML document by its parameters: the twimlets.

Source: https://www.twilio.com/labs/twimlets, and what its published programs answer. What is ours: `holdmusic` plays
music of our own, as the contents of a bucket are elsewhere, and `voicemail` sends no mail.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from math import pi, sin
from typing import Final

from sipdomain.twilio.webhooks import twimlet_calls
from sipdomain.twilio.webhooks.http import HttpResponse
from sipdomain.twilio.webhooks.twimlet_form import Form, document, element, moved, spoken

HOSTS: Final = ("twimlets.com", "www.twimlets.com")
MUSIC: Final = "/holdmusic.wav"
_MESSAGE: Final = re.compile(r"Message\[(\d{1,3})\]")
_RATE: Final = 8000
_PERIODS: Final = (40, 32, 27, 20, 27, 32)
"""The notes of the music, each by how many samples a wave of it has: 200 to 400 Hz."""


def answer(path: str, parameters: Iterable[tuple[str, str]]) -> HttpResponse:
    """Return what the twimlet at `path` answers.

    Args:
        path: The URL's path, such as "/message".
        parameters: Those of the query and, for POST, of the form.
    """
    if path == MUSIC:
        return HttpResponse(200, (("Content-Type", "audio/wav"),), _music())
    twimlet = _TWIMLETS.get(path.removeprefix("/"))
    if twimlet is None:
        return HttpResponse(404, (("Content-Type", "text/plain"),), b"no such twimlet")
    return twimlet(Form(parameters))


def _message(form: Form) -> HttpResponse:
    """Speak or play each message, in order."""
    found = [(int(match[1]), value) for name, value in form.pairs if (match := _MESSAGE.fullmatch(name))]
    return document("".join(spoken(value) for _, value in sorted(found)))


def _menu(form: Form) -> HttpResponse:
    """Ask for an option until one is chosen, and go on with its URL."""
    options = form.named("Options")
    pressed = form.text("Digits")
    if pressed and options.get(pressed):
        return moved(options[pressed])
    sorry = element("Say", "I'm sorry, that wasn't a valid option.") if pressed else ""
    digits = str(max((len(each) for each in options), default=1))
    asked = element("Gather", inside=spoken(form.text("Message")), numDigits=digits)
    return document(sorry, asked, element("Redirect"))


def _voicemail(form: Form) -> HttpResponse:
    """Record a message, with a transcript unless `Transcribe` says otherwise."""
    if form.text("TranscriptionStatus"):
        return document()
    if form.text("RecordingUrl"):
        return document(element("Say", "Thanks.  Good bye."), element("Hangup"))
    language, voice = form.text("Language").lower(), form.text("Voice").lower()
    greeting = spoken(
        form.text("Message") or "Please leave a message after the beep.",
        language=language if language in {"en", "en-gb", "es", "fr", "de"} else "",
        voice=voice if voice in {"man", "woman"} else "",
    )
    if form.text("Transcribe").lower() not in {"", "true"}:
        return document(greeting, element("Record"))
    callback = f"http://{HOSTS[0]}/voicemail?Email={form.text('Email')}"
    return document(greeting, element("Record", transcribe="true", transcribeCallback=callback))


def _holdmusic(form: Form) -> HttpResponse:
    """Play music, and a message after it, without end."""
    if not form.text("Bucket").strip():
        return document(element("Say", "An S 3 bucket is required."))
    music = element("Play", f"http://{HOSTS[0]}{MUSIC}")
    return document(music, spoken(form.text("Message")), element("Redirect"))


def _music() -> bytes:
    """Return six slow notes as a WAV file of 16-bit samples."""
    notes = b"".join(
        b"".join(struct.pack("<h", int(3000 * sin(2 * pi * at / period))) for at in range(period))
        * (_RATE // period)
        for period in _PERIODS
    )
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", 36 + len(notes), b"WAVE", b"fmt ", 16, 1, 1, _RATE, 2 * _RATE, 2, 16
    )
    return head + struct.pack("<4sI", b"data", len(notes)) + notes


_TWIMLETS: Final[dict[str, Callable[[Form], HttpResponse]]] = {
    "callme": twimlet_calls.callme,
    "conference": twimlet_calls.conference,
    "findme": twimlet_calls.findme,
    "forward": twimlet_calls.forward,
    "holdmusic": _holdmusic,
    "menu": _menu,
    "message": _message,
    "simulring": twimlet_calls.simulring,
    "voicemail": _voicemail,
    "whisper": twimlet_calls.whisper,
}
