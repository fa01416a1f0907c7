"""Media in virtual time: a playback is a span of a prompt, and becomes samples only where somebody listens."""

from __future__ import annotations

from functools import partial
from math import inf

from sipdomain.errors import MediaError, SetupError
from sipdomain.faults import Sender
from sipdomain.media import g711
from sipdomain.media.hearing import StartHearing
from sipdomain.media.outputs import (
    ConnectMedia,
    DtmfReceived,
    MediaMeasured,
    MediaOpened,
    OpenMedia,
    PreparePrompt,
    SendDtmf,
)
from sipdomain.media.patchbay import speaker_of
from sipdomain.media.playbacks import MOST
from sipdomain.media.prompts import Prompt
from sipdomain.runtime.media.engine import MediaEngine
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.sim.endpoints import Playing, SimEndpoint, SimRoom, SimSession
from sipdomain.runtime.sim.exchange import SimExchange
from sipdomain.runtime.sim.network import SimClock
from sipdomain.runtime.sim.sound import Said, SimEar, SimTape, Voice
from sipdomain.runtime.sim.streams import SimStreams


class SimMedia(MediaEngine[SimSession, SimRoom]):
    """One owner's media sessions in virtual time. Nothing is lost, and nothing takes time on its way, but for faults.

    A prompt is ready at once; a key is reported when it is released. A voice that is passed on is heard at once, too.
    """

    def __init__(
        self, clock: SimClock, library: PromptLibrary, exchange: SimExchange, side: Sender | None = None
    ) -> None:
        """Begin without sessions.

        Args:
            clock: Virtual time.
            library: Prompts; with the tone voice, so that nothing has to be waited for.
            exchange: What joins the sessions of one world.
            side: Whose sessions they are; only what goes between the two sides meets faults.
        """
        self._side = side
        super().__init__(library)
        self._clock = clock
        self._exchange = exchange
        self._sim_streams: SimStreams | None = None

    def _streams(self) -> SimStreams:
        if self._sim_streams is None:
            self._sim_streams = SimStreams(self._notify, self._write, self._clock, self._library)
        return self._sim_streams

    def _now(self) -> float:
        return self._clock.now()

    # --- sessions and rooms ------------------------------------------------------------------------------

    def _new_session(self, output: OpenMedia) -> SimSession:
        address = self._exchange.free_address(output.host)
        if address is None:
            raise SetupError(f"no free RTP port on {output.host}")
        return SimSession(
            output.session,
            address,
            self._report,
            SimEar(self._library, self._clock.now),
            output.secure,
            silence=output.silence,
            call_at=self._clock.call_at,
            side=self._side,
        )

    def _opened(self, session: SimSession) -> None:
        self._exchange.open(session, self._now())
        self._notify(MediaOpened(session.name, session.address))

    def _connect(self, session: SimSession, output: ConnectMedia, now: float) -> None:
        self._exchange.connect(session, output.agreement, now)

    def _hear(self, session: SimSession, wish: StartHearing, now: float) -> None:
        session.hear(wish, now)

    def _hear_no_more(self, session: SimSession, hearing: int, now: float) -> None:
        session.hear_no_more(hearing, now)

    def _session_closed(self, session: SimSession, now: float) -> None:
        for alarm in session.keys:
            alarm.cancel()
        self._silence(session, now)
        for listener in tuple(session.listeners):
            session.listen_no_more(listener)
        for hearing in tuple(session.hearings):
            session.hear_no_more(hearing, now)
        if session.tones is not None:
            session.tones.stop()
        connected = session.agreed is not None
        self._exchange.close(session, now)
        if connected:
            # Nothing takes time; only a peer that was there could report that.
            out, came = session.way, session.way_in
            lost, jitter = (
                (max(0, out.lost - out.doubled), out.reception.jitter) if out is not None else (0, 0.0)
            )
            figures = (lost, jitter, 0.0) if session.was_heard else (None, None, None)
            received, lost, jitter = session.heard.packets, 0, 0.0
            if came is not None:
                received += came.doubled - came.lost
                lost, jitter = max(0, came.lost - came.doubled), came.reception.jitter
            self._notify(MediaMeasured(session.name, session.sent.packets, received, lost, jitter, *figures))

    def _new_room(self, name: str) -> SimRoom:
        return SimRoom(name)

    def _room_closed(self, room: SimRoom) -> None:
        self._silence(room, self._now())

    def _silence(self, endpoint: SimEndpoint, now: float) -> None:
        """End all that goes out of an endpoint."""
        if endpoint.ending is not None:
            endpoint.ending.cancel()
        for playing in (*endpoint.playbacks, *endpoint.passed.values()):
            playing.cut(now)
        endpoint.passed.clear()

    def _rewire(self, names: set[str]) -> None:
        now = self._now()
        for name in sorted(names):
            endpoint = self._endpoint(name)
            if endpoint is not None:
                self._pass_on(endpoint, self._bay.heard_by(name), now)

    def _pass_on(self, endpoint: SimEndpoint, heard: dict[str, float], now: float) -> None:
        """Let an endpoint pass on these voices, and no others."""
        for name, passed in tuple(endpoint.passed.items()):
            if heard.get(name) != passed.gain:
                passed.cut(now)
                del endpoint.passed[name]
        for name, gain in heard.items():
            voice = self._voice(name)
            if voice is not None and name not in endpoint.passed:
                endpoint.passed[name] = passed = Playing(0, voice, now, inf, gain)
                endpoint.pass_on(passed, now)

    def _voice(self, name: str) -> Voice | None:
        """Return who speaks by a name: a session's peer, what is played into a room, or a session itself."""
        session = self._open.get(speaker_of(name))
        if session is not None and name != session.name:
            return Said(session.keep_said())
        return self._endpoint(name)

    # --- playbacks, keys, recordings ---------------------------------------------------------------------

    def _play(self, endpoint: SimEndpoint, number: int, prompt: Prompt) -> None:
        now, waiting = self._now(), endpoint.playbacks
        if len(waiting) >= MOST:
            raise MediaError(f"{MOST} playbacks are waiting in one session")
        start_at = max(now, waiting[-1].stop_at) if waiting else now
        playing = Playing(number, prompt, start_at, start_at + self._duration(prompt))
        waiting.append(playing)
        endpoint.deliver(playing, now)
        self._await_end(endpoint)

    def _await_end(self, endpoint: SimEndpoint) -> None:
        """Ring when the first of the playbacks ends."""
        if endpoint.ending is not None:
            endpoint.ending.cancel()
        endpoint.ending = None
        if endpoint.playbacks:
            stop_at = endpoint.playbacks[0].stop_at
            endpoint.ending = self._clock.call_at(stop_at, partial(self._play_ended, endpoint))

    def _play_ended(self, endpoint: SimEndpoint) -> None:
        ended = endpoint.playbacks.pop(0)
        self._await_end(endpoint)
        self._played(endpoint.name, [ended.number])

    def _stop(self, endpoint: SimEndpoint, number: int) -> float:
        now, played = self._now(), inf
        for playing in endpoint.playbacks:
            if playing.number == number:
                played = max(0.0, now - playing.start_at)
                playing.cut(now)
        endpoint.playbacks = [each for each in endpoint.playbacks if each.number != number]
        next_at = now
        for playing in endpoint.playbacks:
            if playing.start_at > next_at:
                early = playing.start_at - next_at
                playing.start_at -= early
                playing.stop_at -= early
                if playing.span is not None:
                    playing.span.start_at -= early
                    playing.span.stop_at -= early
            next_at = playing.stop_at
        self._await_end(endpoint)
        return played

    def _press(self, session: SimSession, output: SendDtmf) -> None:
        now = self._now()
        at = max(now, session.keys_until)
        session.keys = session.keys if at > now else []
        if session.tap is not None:
            session.tap.pressed(session, at, output)
        if session.way is not None and session.way.is_bad and session.sends_events:
            session.keys_until = session.way.press(output, at)
            return
        for key in output.keys:
            at += output.duration
            released = partial(self._key_up, session, key, output.duration)
            session.keys.append(self._clock.call_at(at, released))
            at += output.gap
        session.keys_until = at

    def _key_up(self, session: SimSession, key: str, duration: float) -> None:
        listener = session.listener
        if listener is not None:
            listener.notify(DtmfReceived(listener.name, key, duration))

    def _render(self, output: PreparePrompt) -> float | None:
        return self._duration(output.prompt)

    def _duration(self, prompt: Prompt) -> float:
        duration = self._library.duration_now(prompt)
        return len(self._library.samples(prompt)) / g711.RATE if duration is None else duration

    def _finish_recording(self, tape: SimTape, now: float) -> None:
        self._notify(tape.finish(self._library, now))
