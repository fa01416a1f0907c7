"""The audio of recordings: the one thing of the API that is not JSON, and that needs no credentials.

The provider serves it to whoever has the address, unless the account's setting "Enforce HTTP Auth on Media URLs"
says otherwise, which is not emulated. Source: https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from sipdomain.errors import RestError
from sipdomain.media.recording import mixed, mp3, wav
from sipdomain.twilio.rest.messages import Parameters, RestRequest
from sipdomain.twilio.rest.resource import VERSION
from sipdomain.twilio.store.recordings import RecordingStore

_PATH: Final = re.compile(rf"/{VERSION}/Accounts/(AC\w+)/Recordings/(RE\w+)(\.wav|\.mp3)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Media:
    """A recording as a file.

    Attributes:
        content_type: Its MIME type.
        make: Returns its bytes.
    """

    content_type: str
    make: Callable[[], bytes]


def media(request: RestRequest, recordings: RecordingStore, now: float) -> Media | None:
    """Return what a GET or HEAD of a recording's address, bare or with .wav or .mp3, asks for; None for any other request.

    Args:
        request: The request.
        recordings: All recordings.
        now: Unix seconds.

    Raises:
        RestError: 404, there is no such recording, or no audio of it (yet); 400, it has not so many channels.
    """
    match = _PATH.fullmatch(request.path)
    if match is None or request.method not in {"GET", "HEAD"}:
        return None
    record = recordings.find(match[2], now)
    audio = recordings.audio(match[2])
    if record is None or audio is None or record.account_sid != match[1]:
        raise RestError(404, 20404, f"There is no audio of {match[2][:60]}")
    channels = int(Parameters(request.query).one_of("RequestedChannels", "1", "2") or record.channels)
    if channels > record.channels:
        raise RestError(400, 20422, "The recording has one channel")
    make, content_type = (mp3, "audio/mpeg") if match[3] == ".mp3" else (wav, "audio/x-wav")
    if channels < record.channels:
        return Media(content_type, lambda: make(mixed(audio), 1))
    return Media(content_type, partial(make, audio, channels))
