"""What a server of a media stream says, read to the letter.

Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages, and the error page of 31951, which names a
missing and a superfluous field, and another stream's SID.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from typing import Any, Final

from sipdomain.twilio.webhooks.socket_json import Wrong, read_object, shortened

LONGEST_NAME: Final = 1024
"""Characters that the name of a mark may have (assumed)."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Audio to be played, in mu-law."""

    audio: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark to be echoed."""

    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Play nothing of what waits."""


Said = Audio | Mark | Clear | Wrong
_FIELDS: Final = {
    "media": frozenset({"event", "streamSid", "media"}),
    "mark": frozenset({"event", "streamSid", "mark"}),
    "clear": frozenset({"event", "streamSid"}),
}


def read(text: str, stream_sid: str) -> Said:
    """Read a message.

    Args:
        text: What came.
        stream_sid: The stream that it came on.
    """
    message = read_object(text)
    if isinstance(message, Wrong):
        return message
    event = message.get("event")
    if not isinstance(event, str) or event not in _FIELDS:
        return Wrong(f"event {shortened(event)} is none of media, mark and clear")
    fields = _FIELDS[event]
    if missing := sorted(fields - message.keys()):
        return Wrong(f"{event} has no {missing[0]}")
    if more := sorted(message.keys() - fields):
        return Wrong(f"{event} has {shortened(more[0])}, which does not belong there")
    if message["streamSid"] != stream_sid:
        return Wrong(f"streamSid is {shortened(message['streamSid'])}, and this stream is {stream_sid}")
    return Clear() if event == "clear" else _inner(event, message[event])


def _inner(event: str, body: Any) -> Said:
    name = "payload" if event == "media" else "name"
    if not isinstance(body, dict) or name not in body:
        return Wrong(f"{event} has no {event}.{name}")
    if more := sorted(body.keys() - {name}):
        return Wrong(f"{event} has {event}.{shortened(more[0])[1:-1]}, which does not belong there")
    value = body[name]
    if not isinstance(value, str):
        return Wrong(f"{event}.{name} is not text")
    if event == "mark":
        return (
            Mark(value) if len(value) <= LONGEST_NAME else Wrong(f"mark.name is longer than {LONGEST_NAME}")
        )
    try:
        return Audio(b64decode(value, validate=True))
    except (binascii.Error, ValueError) as error:
        return Wrong(f"media.payload is not base64: {error}")
