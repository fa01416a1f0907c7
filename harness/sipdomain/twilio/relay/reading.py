"""What a server of a relay says, read to the letter.

Source: https://www.twilio.com/docs/voice/conversationrelay/websocket-messages. What a message has besides its fields is
left alone, and so is null in place of a field that may be left out (assumed).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from sipdomain.twilio.webhooks.socket_json import Wrong, read_object, shortened
from sipdomain.twiml.relay import Interruptible

ENDLESS: Final = 1000
"""How often `loop` 0 plays (the page of the messages)."""
LONGEST_TOKEN: Final = 65_536
"""Characters that one token may have (assumed)."""
_DIGITS: Final = re.compile(r"[0-9w#*]{1,1000}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*|multi")
_WORDS: Final = frozenset({"none", "dtmf", "speech", "any"})


@dataclass(frozen=True, slots=True)
class Token:
    """Text to be spoken; None where the message does not say."""

    text: str
    last: bool
    lang: str | None
    interruptible: Interruptible | None
    preemptible: bool | None


@dataclass(frozen=True, slots=True)
class Media:
    """An audio file to be played so many times."""

    source: str
    loop: int
    interruptible: Interruptible | None
    preemptible: bool | None


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys to be pressed; w waits half a second."""

    digits: str


@dataclass(frozen=True, slots=True)
class Language:
    """The languages from now on; None for one that stays."""

    tts: str | None
    transcription: str | None


@dataclass(frozen=True, slots=True)
class End:
    """The session is to end; what is handed over, or None."""

    handoff: str | None


Said = Token | Media | Digits | Language | End | Wrong


class _BadFieldError(Exception):
    pass


def read(text: str) -> Said:
    """Read a message."""
    message = read_object(text)
    if isinstance(message, Wrong):
        return message
    kind = message.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        return Wrong(f"type {shortened(kind)} is none of {', '.join(_READERS)}")
    try:
        return reader(message)
    except _BadFieldError as error:
        return Wrong(f"{kind}: {error}")


def _token(message: Mapping[str, Any]) -> Token:
    token = _text(message, "token")
    if token is None:
        raise _BadFieldError("token is missing")
    if len(token) > LONGEST_TOKEN:
        raise _BadFieldError(f"token has more than {LONGEST_TOKEN} characters")
    return Token(
        token, bool(_flag(message, "last")), _tag(message, "lang"), _interruptible(message),
        _flag(message, "preemptible"),
    )  # fmt: skip


def _media(message: Mapping[str, Any]) -> Media:
    source, loop = _text(message, "source"), message.get("loop")
    if not source or not re.match(r"(?i)https?://", source):
        raise _BadFieldError(f"source is {shortened(source)}, and has to be an http: or https: URL")
    loop = 1 if loop is None else loop
    if not isinstance(loop, int) or isinstance(loop, bool) or loop < 0:
        raise _BadFieldError(f"loop is {shortened(loop)}, and has to be a whole number")
    return Media(
        source, min(loop or ENDLESS, ENDLESS), _interruptible(message), _flag(message, "preemptible")
    )


def _digits(message: Mapping[str, Any]) -> Digits:
    digits = _text(message, "digits")
    if digits is None or not _DIGITS.fullmatch(digits):
        raise _BadFieldError(f"digits are {shortened(digits)}, and may have 0-9, w, # and * alone")
    return Digits(digits)


def _language(message: Mapping[str, Any]) -> Language:
    tts, transcription = _tag(message, "ttsLanguage"), _tag(message, "transcriptionLanguage")
    if tts is None and transcription is None:
        raise _BadFieldError("neither ttsLanguage nor transcriptionLanguage is there")
    return Language(tts, transcription)


def _end(message: Mapping[str, Any]) -> End:
    return End(_text(message, "handoffData"))


_READERS: Final[dict[str, Callable[[Mapping[str, Any]], Said]]] = {
    "text": _token, "play": _media, "sendDigits": _digits, "language": _language, "end": _end,
}  # fmt: skip


def _text(message: Mapping[str, Any], name: str) -> str | None:
    value = message.get(name)
    if value is not None and not isinstance(value, str):
        raise _BadFieldError(f"{name} is {shortened(value)}, and has to be text")
    if value is not None and _SURROGATE.search(value):
        raise _BadFieldError(f"{name} has half a character (a lone surrogate)")
    return value


def _tag(message: Mapping[str, Any], name: str) -> str | None:
    value = _text(message, name)
    if value is not None and not _TAG.fullmatch(value):
        raise _BadFieldError(f"{name} is {shortened(value)}, and has to be a language tag such as en-US")
    return value


def _flag(message: Mapping[str, Any], name: str) -> bool | None:
    value = message.get(name)
    if value is not None and not isinstance(value, bool):
        raise _BadFieldError(f"{name} is {shortened(value)}, and has to be true or false")
    return value


def _interruptible(message: Mapping[str, Any]) -> Interruptible | None:
    """Return true as any and false as none; the words of the attribute are taken as well (assumed)."""
    value = message.get("interruptible")
    if value is None:
        return None
    if isinstance(value, bool):
        return "any" if value else "none"
    if not isinstance(value, str) or value not in _WORDS:
        raise _BadFieldError(f"interruptible is {shortened(value)}, and has to be true or false")
    return cast("Interruptible", value)
