"""Streams the call's audio to a server, until that closes the socket or the stream is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.context import Context
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twilio.streams.stream import Stream, StreamResult
from sipdomain.twiml.program import Failed, Reason
from sipdomain.twiml.streaming import LastStream, OpenStream, Streamed

MOST_TRACKS: Final = 4
"""How many tracks of one call are streamed at a time (https://www.twilio.com/docs/voice/media-streams)."""
_SOCKETS: Final = {"http": "ws", "https": "wss"}
_Ended = Callable[[Stream, StreamResult, Turn], None]


class Streaming(Activity[OpenStream]):
    """Streams."""

    __slots__ = ("_stream",)

    def __init__(self, page: Page, want: OpenStream) -> None:
        super().__init__(page, want)
        self._stream: Stream | None = None

    def _begin(self, turn: Turn) -> None:
        page, want = self._page, self._want
        wish = replace(
            want, url=socket_url(page, want.url), callback_url=page.absolute_or_none(want.callback_url)
        )
        begun = begin_stream(page.context, wish, self._ended, turn)
        if isinstance(begun, Failed):
            page.warn(begun.code, "error", begun.reason, turn)
            self._end(Streamed("", want.name, "failed"), turn)
            return
        self._stream = begun
        begun.begin(turn)

    def _ended(self, stream: Stream, result: StreamResult, turn: Turn) -> None:
        self._end(Streamed(stream.sid, stream.name, result), turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason
        if self._stream is not None:
            self._stream.stop(turn)


class RecallingStream(Activity[LastStream]):
    """Says how the last stream was."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        self._end(self._page.context.streamed or Failed(12400, "nothing was streamed"), turn)


def begin_stream(
    context: Context, wish: OpenStream, ended: _Ended, turn: Turn, *, sid: str = ""
) -> Stream | Failed:  # fmt: skip
    """Return a stream of a call that is about to begin, or why there may be no more.

    Args:
        context: The call's.
        wish: What it is to be.
        ended: Called once at its end.
        turn: Now, and where outputs go.
        sid: Its SID, where it is on record already; else it gets one, and is put on record.
    """
    siprecs = context.voice.siprecs
    tracks = context.streamed_tracks + (siprecs.tracks if siprecs is not None else 0)
    if wish.both_ways and wish.tracks != ("inbound",):
        return Failed(31941, "a stream inside <Connect> has the inbound track alone")
    if not wish.both_ways and tracks + len(wish.tracks) > MOST_TRACKS:
        return Failed(31941, f"{tracks} tracks of this call are streamed already, of {MOST_TRACKS} at most")
    if wish.name and any(each.name == wish.name for each in context.streams):
        return Failed(31941, f"a stream {wish.name!r} goes on already")
    voice = context.voice

    def over(result: StreamResult, turn: Turn) -> None:
        context.streams.remove(stream)
        context.engine.records.streams.stopped(stream.sid, context.engine.wall(turn.now))
        context.streamed = Streamed(stream.sid, stream.name, result)
        ended(stream, result, turn)

    engine, account = context.engine, voice.parameters["AccountSid"]
    stream = Stream(engine, sid or engine.ids.new("MZ"), wish, voice.identity, account, voice.session, over)
    context.streams.append(stream)
    if not sid:
        wall = engine.wall(turn.now)
        engine.records.streams.begin(stream.sid, account, voice.identity.call_sid, wish.name, wall)
    return stream


def socket_url(page: Page, url: str) -> str:
    """Return the URL of a socket as a document names it; a relative one is beside the document (rule stream-url)."""
    try:
        if not url or urlsplit(url).scheme:
            return url
        parts = urlsplit(page.absolute(url))
        return urlunsplit(parts._replace(scheme=_SOCKETS.get(parts.scheme, parts.scheme)))
    except ValueError:
        return url
