"""Media over real sockets: one for each session, and one beat for all of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Coroutine
from functools import partial
from operator import attrgetter
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.media import g711
from sipdomain.media.ear import KEPT
from sipdomain.media.hearing import Side, StartHearing, Word
from sipdomain.media.jitter_buffer import SHORTEST, JitterBuffer
from sipdomain.media.mixer import Frame, mix
from sipdomain.media.outputs import (
    ConnectMedia,
    MediaOpened,
    OpenMedia,
    PreparePrompt,
    PromptFailed,
    PromptReady,
    RecordingDone,
    SendDtmf,
)
from sipdomain.media.patchbay import speaker_of
from sipdomain.media.playbacks import Playbacks
from sipdomain.media.prompts import Prompt
from sipdomain.media.tape import Tape
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.media.bad_rtp import BadRtp
from sipdomain.runtime.media.engine import MediaEngine
from sipdomain.runtime.media.live_hearing import LiveHearing, Recognition, WordsSince
from sipdomain.runtime.media.live_room import CODEC, LiveRoom
from sipdomain.runtime.media.live_streams import LiveStreams
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.recognition import SCRIPTED, HearingSettings
from sipdomain.runtime.media.rtp_ports import RtpPorts
from sipdomain.runtime.media.rtp_session import RtpSession
from sipdomain.runtime.media.tap import MediaTap
from sipdomain.runtime.media.ticker import Ticker

log = logging.getLogger(__name__)

QUICK: Final = 0.02
"""The least delay of what only a media stream hears, in seconds."""
PATIENCE: Final = 5.0
"""How long the voice is waited for, in seconds."""
_SILENCE: Final[dict[str, Frame]] = {}


class LiveMedia(MediaEngine[RtpSession, LiveRoom]):
    """One owner's RTP sessions on an event loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        library: PromptLibrary,
        *,
        ports: range | None = None,
        ear: float = KEPT,
        patient: bool = False,
        tap: MediaTap | None = None,
        line: BadRtp | None = None,
        hearing: HearingSettings = SCRIPTED,
    ) -> None:
        """Begin without sessions.

        Args:
            loop: The event loop.
            library: Prompts; it is not closed with the sessions.
            ports: The ports for RTP and RTCP, two for each session; None for any.
            ear: How many seconds of audio each session keeps.
            patient: Whether a session that is opened while the voice is being loaded counts as open when that is over,
                so that a call rings for that time rather than be answered with silence.
            tap: What keeps the packets that go, or None.
            line: What packets of audio go by, or None for a good line.
            hearing: How words are heard.
        """
        super().__init__(library)
        self._loop = loop
        self._ports = RtpPorts(ports)
        self._ear = ear
        self._patient = patient
        self._tap = tap
        self._line = line
        self._recognition = Recognition(hearing)
        self._clock = LiveClock(loop)
        self._ticker = Ticker(loop, 0.02, self._beat)
        self._tasks: set[asyncio.Task[None]] = set()
        self._live_streams: LiveStreams | None = None

    def dropped(self, session: str) -> Counter[str]:
        """Return how many packets of an open session SRTP dropped, by reason."""
        found = self._open.get(session)
        return found.dropped if found is not None else Counter()

    def _streams(self) -> LiveStreams:
        if self._live_streams is None:
            self._live_streams = LiveStreams(self._notify, self._write, lambda name: self._rewire({name}))
        return self._live_streams

    @property
    def put_off(self) -> float:
        """By how much its audio was put off in all, in seconds, because the loop was too late for its beat."""
        return self._ticker.skipped

    async def close(self) -> None:
        """Close all sessions; what they heard stays readable."""
        for session in tuple(self._open.values()):
            self._close(session, self._now())
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._recognition.close()

    def _now(self) -> float:
        return self._loop.time()

    # --- sessions and rooms ------------------------------------------------------------------------------

    def _new_session(self, output: OpenMedia) -> RtpSession:
        opened = self._ports.open(output.host)
        session = RtpSession(
            output.session, opened, self._report, ear=self._ear, wall_offset=time.time() - self._now(),
            secure=output.secure, silence=output.silence, tap=self._tap,
            line=self._line,
        )  # fmt: skip
        self._library.scripts[session.sender.ssrc] = session.script
        return session

    def _opened(self, session: RtpSession) -> None:
        self._loop.add_reader(session.fileno(), self._read, session)
        self._loop.add_reader(session.control_fileno(), self._read_control, session)
        self._ticker.start()
        loading = self._library.loading if self._patient else None
        if loading is None:
            self._notify(MediaOpened(session.name, session.address))
        else:
            self._begin(self._open_late(session, loading))

    async def _open_late(self, session: RtpSession, loading: asyncio.Task[None]) -> None:
        await asyncio.wait({loading}, timeout=PATIENCE)
        if self._open.get(session.name) is session:
            self._notify(MediaOpened(session.name, session.address))

    def _connect(self, session: RtpSession, output: ConnectMedia, now: float) -> None:
        session.connect(output, now)

    def _session_closed(self, session: RtpSession, now: float) -> None:
        self._loop.remove_reader(session.fileno())
        self._loop.remove_reader(session.control_fileno())
        session.hearings.close(now)
        session.close(now)
        self._rest()

    # --- words -------------------------------------------------------------------------------------------

    def _hear(self, session: RtpSession, wish: StartHearing, now: float) -> None:
        begin, notify = self._begin, self._notify
        session.hearings.add(
            LiveHearing(
                wish, now, script=partial(self._script, session, wish.side),
                acoustic=lambda: self._recognition.hearing(wish, now, begin, notify),
                call_at=self._clock.call_at, notify=notify,
            )
        )  # fmt: skip

    def _hear_no_more(self, session: RtpSession, hearing: int, now: float) -> None:
        session.hearings.end(hearing, now)

    def _script(self, session: RtpSession, side: Side) -> WordsSince | None:
        """Return what tells the words of who speaks in a session, or to its peer; None when they are not known."""
        if self._recognition.settings.mode == "acoustic":
            return None
        if side == "outbound":
            return partial(self._words_to, session)
        script = self._library.scripts.get(session.heard_ssrc or 0)
        return script.words if script is not None else None

    def _words_to(self, session: RtpSession, since: float) -> list[Word]:
        """Return the words that a session's peer hears: ours, and those of others that are passed on to it."""
        words = session.script.words(since)
        for name in self._bay.heard_by(session.name):
            if name in self._rooms:
                words += self._rooms[name].script.words(since)
            elif (other := self._open.get(name)) is not None:
                script = self._library.scripts.get(other.heard_ssrc or 0)
                words += script.words(since) if script is not None else ()
        return sorted(words, key=attrgetter("began_at"))

    def _new_room(self, name: str) -> LiveRoom:
        self._ticker.start()
        return LiveRoom(name)

    def _room_closed(self, room: LiveRoom) -> None:
        room.tapes.clear()
        self._rest()

    def _rest(self) -> None:
        if not self._open and not self._rooms:
            self._ticker.stop()

    def _rewire(self, names: set[str]) -> None:
        for session in (self._open[name] for name in names & self._open.keys()):
            patched = bool(self._bay.sinks(session.name))
            is_heard = patched or any("inbound" in each.wish.tracks for each in session.streams)
            if is_heard != (session.buffer is not None):
                shortest = SHORTEST if patched else QUICK
                session.buffer = JitterBuffer(shortest) if is_heard else None

    def _read(self, session: RtpSession) -> None:
        session.read(self._loop.time())

    def _read_control(self, session: RtpSession) -> None:
        session.read_control(self._loop.time())

    # --- the beat ----------------------------------------------------------------------------------------

    def _beat(self, skipped: int) -> None:
        now = self._loop.time()
        if skipped:
            for session in self._open.values():
                session.sender.skip(skipped)
            for room in self._rooms.values():
                room.skip(skipped)
        ended: list[tuple[str, Playbacks]] = []
        said: dict[str, Frame] = {}
        streamed = [each for each in self._open.values() if each.streams]
        for session in streamed:
            self._take(session, said, now)
        heard = self._mix(now, said, ended) if self._rooms or not self._bay.is_empty else _SILENCE
        for session in tuple(self._open.values()):
            session.send(now, heard.get(session.name))
            if session.sender.playbacks.ended:
                ended.append((session.name, session.sender.playbacks))
        for session in streamed:
            self._streams().beat(session, said, now)
        for name, playbacks in ended:
            numbers, playbacks.ended = playbacks.ended, []
            if self._endpoint(name) is not None:
                self._played(name, numbers)

    def _take(self, session: RtpSession, said: dict[str, Frame], now: float) -> None:
        """Take a frame out of a session's buffer, once in a beat."""
        frame = session.buffer.next(now) if session.buffer is not None else None
        if frame is not None:
            said[session.name] = frame

    def _take_own(self, name: str, said: dict[str, Frame]) -> None:
        """Take what a session itself sent in the beat before, where somebody hears that."""
        session = self._open.get(speaker_of(name))
        if session is not None:
            said[name] = Frame(session.sender.codec, session.sender.said)

    def _mix(
        self, now: float, said: dict[str, Frame], ended: list[tuple[str, Playbacks]]
    ) -> dict[str, Frame]:
        """Return what each session hears of others in this beat, in its codec; record the rooms.

        Args:
            now: The moment, in seconds.
            said: What sessions say that have streams; filled with what the others say.
            ended: Filled with the playbacks of rooms that ended.
        """
        for room in self._rooms.values():
            frame = room.next()
            if frame is not None:
                said[room.name] = frame
            if room.playbacks.ended:
                ended.append((room.name, room.playbacks))
        for name in self._bay.speakers():
            session = self._open.get(name)
            if session is None:
                self._take_own(name, said)
            elif not session.streams:
                self._take(session, said, now)
        recorded = {room.name: room for room in self._rooms.values() if room.tapes}
        codecs = dict.fromkeys(recorded, CODEC)
        codecs |= {
            name: self._open[name].sender.codec for name in self._bay.listeners() if name in self._open
        }
        heard = mix(self._bay, said, codecs)
        for name, room in recorded.items():
            room.record(heard.get(name), said.get(name), now)
        return heard

    # --- playbacks, keys, recordings ---------------------------------------------------------------------

    def _play(self, endpoint: RtpSession | LiveRoom, number: int, prompt: Prompt) -> None:
        playbacks = _playbacks(endpoint)
        audio = self._library.encoded(prompt, playbacks.codec)
        playbacks.play(number, audio)
        endpoint.script.play(number, prompt, len(audio) / g711.RATE, self._now())

    def _stop(self, endpoint: RtpSession | LiveRoom, number: int) -> float:
        endpoint.script.stop(number, self._now())
        return _playbacks(endpoint).stop(number)

    def _press(self, session: RtpSession, output: SendDtmf) -> None:
        session.sender.press(output.keys, output.duration, output.gap)

    def _render(self, output: PreparePrompt) -> float | None:
        codecs = {session.sender.codec for session in self._open.values()}
        if self._rooms:
            codecs.add(CODEC)
        duration = self._library.ready(output.prompt, codecs)
        if duration is None:
            self._begin(self._render_later(output, codecs))
        return duration

    async def _render_later(self, output: PreparePrompt, codecs: set[str]) -> None:
        try:
            duration = await self._library.prepare(output.prompt, codecs)
        except MediaError as error:
            self._notify(PromptFailed(output.token, str(error)))
        except Exception:
            # A fault of ours must not leave the caller in silence for ever.
            log.exception("cannot render a prompt")
            self._notify(PromptFailed(output.token, "the prompt could not be rendered"))
        else:
            self._notify(PromptReady(output.token, duration))

    def _finish_recording(self, tape: Tape, now: float) -> None:
        tape.stop(now)
        self._begin(self._finish_recording_later(tape))

    async def _finish_recording_later(self, tape: Tape) -> None:
        try:
            done = await asyncio.to_thread(tape.finish)
        except Exception:
            # A fault of ours must not leave the recording unfinished for ever.
            log.exception("cannot make a recording")
            done = RecordingDone(tape.wish.session, tape.wish.recording, b"")
        self._notify(done)

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _playbacks(endpoint: RtpSession | LiveRoom) -> Playbacks:
    return endpoint.playbacks if isinstance(endpoint, LiveRoom) else endpoint.sender.playbacks
