"""What the nouns that stream ask of a call, and how it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sipdomain.twiml.tracks import Track


@dataclass(frozen=True, slots=True)
class OpenStream:
    """Stream the call's audio to a server; `Streamed` at its end.

    Attributes:
        url: As written, which may be relative to the document; absolute once it is carried out.
        name: Its name, or "".
        tracks: What is sent.
        both_ways: Whether the caller hears what the server sends.
        parameters: Its custom parameters, each a name and a value.
        callback_url: Likewise; asked when something happens to it, or "".
        callback_method: "GET" or "POST".
    """

    url: str
    name: str = ""
    tracks: tuple[Track, ...] = ("inbound",)
    both_ways: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    callback_url: str = ""
    callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Streamed:
    """A stream is over.

    Attributes:
        sid: Its SID.
        name: Its name; without one its SID.
        result: Whether it was stopped from our side, the server closed it, or it failed.
    """

    sid: str
    name: str
    result: Literal["stopped", "closed", "failed"]


@dataclass(frozen=True, slots=True)
class LastStream:
    """Return how the last stream was: `Streamed`, or `Failed` when there is none. Like `Ask`, it needs no caller."""
