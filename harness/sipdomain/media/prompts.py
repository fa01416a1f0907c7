"""What is to be heard, described by its source: words, an audio file, keys, a tone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """Words, rendered by a voice.

    Attributes:
        text: The words.
        voice: The TwiML voice name, such as "man".
        language: A BCP 47 tag.
    """

    text: str
    voice: str = "man"
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A recording, as its file's bytes.

    Attributes:
        data: A whole WAV, MP3, AIFF, GSM or mu-law file.
        content_type: Its MIME type, such as "audio/mpeg".
    """

    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Keys:
    """DTMF tones in the audio (`<Play digits>`): 0-9 A-D # *, w for 0.5 s, W for 1 s of silence."""

    digits: str


@dataclass(frozen=True, slots=True)
class Beep:
    """The tone after which a recording begins."""


Prompt = Speech | AudioFile | Keys | Beep
