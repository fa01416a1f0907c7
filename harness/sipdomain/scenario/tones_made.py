"""The tones that can be heard of what a scenario gives: beeps, music, ringing, and what stands in its audio files."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media.melodies import conference_beep, hold_music
from sipdomain.media.prompts import AudioFile, Beep, Prompt
from sipdomain.media.render import MOST_BYTES, RATE, render
from sipdomain.media.ring_tones import RING_TONES, ring_tone
from sipdomain.scenario.expect.ear import TONE_SHARE, TONE_WINDOW, tone_share
from sipdomain.scenario.given import Given
from sipdomain.scenario.spoken import UNKNOWN, flows_of, is_audio, spoken_in
from sipdomain.scenario.step import Step
from sipdomain.scenario.steps.behave import Behave
from sipdomain.scenario.steps.external import External
from sipdomain.scenario.steps.foreign import ForeignPhone
from sipdomain.scenario.steps.play import Play
from sipdomain.scenario.steps.rest import Rest
from sipdomain.scenario.values import several
from sipdomain.twilio.behaviours.early_media import EarlyMedia

_LONGEST: Final = 60
"""How many seconds of a file are looked through: a longer one may have any tone."""
_ROOMS: Final = ("conference", "enqueue", "queue", "participants")


class _UnknownError(Exception):
    """What is played cannot be known beforehand, so that it may have any tone."""


def can_be_heard(frequency: float, given: Given, steps: Sequence[Step]) -> bool:
    """Return whether anything that may be played has a tone.

    Words have none: whoever says them is looked for by `say`. Nor have keys, which are two tones at once.

    Args:
        frequency: In hertz.
        given: The documents that say what is played, and the files.
        steps: What phones play, and what is asked of the REST API.
    """
    try:
        return any(_has(each, frequency) for each in _played(given, steps))
    except (_UnknownError, MediaError, OSError):
        return True


@lru_cache(maxsize=256)
def _has(prompt: Prompt, frequency: float) -> bool:
    """Return whether it has a tone, as an expectation looks for it.

    Raises:
        _UnknownError: It is too long to look through.
        MediaError: It cannot be read.
    """
    import numpy as np

    quiet = np.zeros(TONE_WINDOW, np.int16)
    samples = np.concatenate([quiet, render(prompt), quiet])
    if len(samples) > _LONGEST * RATE:
        raise _UnknownError
    starts = range(0, len(samples) - TONE_WINDOW, TONE_WINDOW // 8)
    return any(tone_share(samples[at : at + TONE_WINDOW], frequency) >= TONE_SHARE for at in starts)


def _played(given: Given, steps: Sequence[Step]) -> Iterator[Prompt]:
    """Yield all that may be played.

    Raises:
        _UnknownError: Something may be that is not known.
    """
    replies = [(path, each) for path, found in given.paths.items() for each in several(found)]
    audio = [
        (path, given.folder / each.file)
        for path, each in replies
        if each.file is not None and is_audio(each.file)
    ]
    spoken = spoken_in(given)
    relays = (line for bot in given.bots.values() for line in getattr(bot, "lines", ()))
    flows = flows_of(given)
    subscribers = (*given.numbers.values(), *given.clients.values())
    links = [act.play or "" for each in subscribers for act in each.then]
    links += [text for _, each in replies for text in several(each.play or [])]
    if (
        not spoken.is_all
        or any(isinstance(each, dict) for each in relays)
        or any(UNKNOWN.search(each) or each in flows for each in links)
        or any(isinstance(each, External | ForeignPhone) for each in steps)
    ):
        raise _UnknownError
    asked = [each for each in steps if isinstance(each, Rest)]
    forms = [value for each in asked for value in each.form.values()]
    if any(map(UNKNOWN.search, forms)):
        raise _UnknownError
    paths = [each.post for each in asked if each.post is not None]
    documents = "\n".join((*spoken.documents, *forms, *paths)).lower()
    if "record" in documents:
        yield Beep()
    if any(each in documents for each in _ROOMS):
        yield hold_music()
        yield conference_beep(enters=True)
        yield conference_beep(enters=False)
    cloud = [*given.cloud, *(one for each in steps if isinstance(each, Behave) for one in each.cloud)]
    if "dial" in documents or any(isinstance(each.behaviour, EarlyMedia) for each in cloud):
        yield from map(ring_tone, RING_TONES)
    # A URL that leads to a file ends in the last part of its path.
    named = "\n".join((*spoken.documents, *links))
    files = [file for path, file in audio if path.rpartition("/")[2] in named]
    for file in (*files, *(given.folder / each.file for each in steps if isinstance(each, Play))):
        yield _read(file)


def _read(file: Path) -> AudioFile:
    with file.open("rb") as opened:
        return AudioFile(opened.read(MOST_BYTES + 1), mimetypes.guess_type(file.name)[0] or "")
