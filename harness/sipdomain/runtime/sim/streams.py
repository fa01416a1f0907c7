"""Media streams in virtual time: frames are cut out of spans, and what comes becomes a span that grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from sipdomain.media import g711
from sipdomain.media.play_queue import check_marks, check_room
from sipdomain.media.stream_messages import SILENCE, StreamMessages
from sipdomain.media.streaming import QueueAudio, QueueMark, StreamInput
from sipdomain.runtime.clock import Alarm
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.streams import Streams, Write
from sipdomain.runtime.sim.network import SimClock
from sipdomain.runtime.sim.sound import BEAT, Frames, Raw

if TYPE_CHECKING:
    from sipdomain.runtime.sim.endpoints import Playing, SimSession

_ROUNDING: Final = 1e-6


@dataclass(slots=True, eq=False)
class Feed:
    """What sends the frames of one stream.

    Attributes:
        messages: Its messages.
        began_at: When it began.
        beats: How many there were.
        inbound: Cuts what the session hears.
        outbound: Cuts what it says, where that is asked for.
        alarm: Rings at the next beat.
    """

    messages: StreamMessages
    began_at: float
    inbound: Frames
    outbound: Frames | None
    beats: int = 0
    alarm: Alarm | None = None


@dataclass(slots=True, eq=False)
class Player:
    """What plays into one session what comes.

    Attributes:
        raw: The audio of the stretch that plays.
        playing: That stretch; None before the first.
        marks: The marks that are not reached, with what rings for each.
        played: How much of earlier stretches was played, in seconds.
    """

    raw: Raw = field(default_factory=Raw)
    playing: Playing | None = None
    marks: list[tuple[str, Alarm]] = field(default_factory=list)
    played: float = 0.0


class SimStreams(Streams["SimSession"]):
    """Media streams of an engine in virtual time."""

    def __init__(
        self, notify: Callable[[StreamInput], None], write: Write, clock: SimClock, library: PromptLibrary
    ) -> None:
        """Begin without streams.

        Args:
            notify: Takes news of them.
            write: Sends on a socket.
            clock: Virtual time.
            library: Where prompts become samples.
        """
        super().__init__(notify, write)
        self._clock = clock
        self._library = library
        self._feeds: dict[StreamMessages, Feed] = {}
        self._players: dict[str, Player] = {}

    # --- to the server -----------------------------------------------------------------------------------

    def _started(self, session: SimSession, messages: StreamMessages, now: float) -> None:
        outbound = None
        if "outbound" in messages.wish.tracks:
            outbound = Frames(session.keep_said(), self._library, heard=False)
        feed = Feed(messages, now, Frames(session.ear.spans, self._library), outbound)
        self._feeds[messages] = feed
        self._await(session, feed)

    def _await(self, session: SimSession, feed: Feed) -> None:
        at = feed.began_at + (feed.beats + 1) * BEAT
        feed.alarm = self._clock.call_at(at, partial(self._beat, session, feed), quiet=True)

    def _beat(self, session: SimSession, feed: Feed) -> None:
        begin_at = feed.began_at + feed.beats * BEAT
        feed.beats += 1
        end_at = feed.began_at + feed.beats * BEAT
        inbound = feed.inbound.next(begin_at, end_at)
        outbound = feed.outbound.next(begin_at, end_at) if feed.outbound is not None else SILENCE
        self._await(session, feed)
        self._send_frames(feed.messages, inbound, outbound, end_at)

    def _stopped(self, session: SimSession, messages: StreamMessages, now: float) -> None:
        del session, now
        feed = self._feeds.pop(messages)
        if feed.alarm is not None:
            feed.alarm.cancel()

    # --- from the server ---------------------------------------------------------------------------------

    def _queue(self, session: SimSession, output: QueueAudio | QueueMark, now: float) -> None:
        player = self._players.setdefault(session.name, Player())
        if isinstance(output, QueueMark):
            self._mark(session, player, output.name, now)
        elif output.audio:
            self._put(session, player, output.audio, now)

    def _put(self, session: SimSession, player: Player, audio: bytes, now: float) -> None:
        playing = player.playing
        waiting = playing.stop_at - now if playing is not None else 0.0
        check_room(round(max(0.0, waiting) * g711.RATE), len(audio))
        if playing is None or waiting < -_ROUNDING:
            self._forget(player)
            player.raw = Raw(bytearray(audio))
            player.playing = playing = session.play_raw(player.raw, now, now + len(audio) / g711.RATE)
            return
        player.raw.audio += audio
        playing.lengthen(playing.start_at + len(player.raw.audio) / g711.RATE)

    def _mark(self, session: SimSession, player: Player, name: str, now: float) -> None:
        at = player.playing.stop_at if player.playing is not None else now
        if at <= now and not player.marks:
            self._reached(session, [name])
            return
        check_marks(len(player.marks))
        player.marks.append((name, self._clock.call_at(at, partial(self._mark_reached, session, player))))

    def _mark_reached(self, session: SimSession, player: Player) -> None:
        name, _ = player.marks.pop(0)
        self._reached(session, [name])

    def _clear(self, session: SimSession, now: float) -> None:
        player = self._players.get(session.name)
        if player is None:
            return
        if player.playing is not None and player.playing.stop_at > now:
            # The frame that is being sent goes out whole.
            frames = -(-(now - player.playing.start_at - _ROUNDING) // BEAT)
            player.playing.shorten(min(player.playing.stop_at, player.playing.start_at + frames * BEAT))
            del player.raw.audio[round((player.playing.stop_at - player.playing.start_at) * g711.RATE) :]
        marks, player.marks = player.marks, []
        for _, alarm in marks:
            alarm.cancel()
        self._reached(session, [name for name, _ in marks])

    def _silence(self, session: SimSession, now: float) -> float:
        player = self._players.pop(session.name, None)
        if player is None:
            return 0.0
        for _, alarm in player.marks:
            alarm.cancel()
        if player.playing is not None:
            player.playing.shorten(min(player.playing.stop_at, now))
            self._forget(player)
        session.streamed = None
        return player.played

    def _forget(self, player: Player) -> None:
        if player.playing is not None:
            player.played += player.playing.stop_at - player.playing.start_at
            player.playing = None
