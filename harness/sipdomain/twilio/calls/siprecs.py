"""The recording sessions of one call: begun, ended by name or SID, and ended with it."""

from __future__ import annotations

from typing import Final, Protocol

from sipdomain.twilio.calls.siprec import Siprec
from sipdomain.twilio.calls.siprec_table import SiprecTable
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.voice import Identified
from sipdomain.twilio.signalling.user_agent import UserAgent
from sipdomain.twiml.siprec import OpenSiprec

MOST_TRACKS: Final = 4
"""How many forked streams a call may have (https://www.twilio.com/docs/voice/twiml/siprec)."""
TOO_MANY: Final = 31941


def _nobody(_: Turn) -> None:
    """Nobody waits for the end of what the REST API began."""


class Streaming(Protocol):
    """Who streams the call, too."""

    @property
    def streamed_tracks(self) -> int:
        """How many of its tracks go over WebSockets, those of <Connect> excepted."""


class Siprecs:
    """Carries the recording sessions of a call out."""

    __slots__ = ("_agent", "_call", "_engine", "_open", "_streams", "_table")

    def __init__(
        self,
        engine: Engine,
        agent: UserAgent,
        table: SiprecTable[Siprec],
        call: Identified,
        streams: Streaming,
    ) -> None:
        self._engine = engine
        self._agent = agent
        self._table = table
        self._call = call
        self._streams = streams
        self._open: dict[str, Siprec] = {}

    @property
    def tracks(self) -> int:
        """How many tracks are sent."""
        return sum(len(each.wish.tracks) for each in self._open.values())

    def begin(self, wish: OpenSiprec, turn: Turn, *, ended: Then) -> str:
        """Begin a session and put it on record, as `twilio.interpreter.voice.Siprecs` describes."""
        engine, call = self._engine, self._call
        sid = engine.ids.new("SR")
        account, wall = call.parameters["AccountSid"], engine.wall(turn.now)
        engine.records.siprecs.begin(sid, account, call.identity.call_sid, wish.name, wall)
        self.start(sid, wish, turn, ended)
        return sid

    def start(self, sid: str, wish: OpenSiprec, turn: Turn, ended: Then = _nobody) -> None:
        """Begin a session that is on record; it may be over at once."""

        def over(turn: Turn) -> None:
            self._open.pop(sid, None)
            ended(turn)

        siprec = Siprec(self._engine, self._agent, self._table, self._call, sid, wish, over)
        tracks = self.tracks + self._streams.streamed_tracks
        taken = any(each.wish.name == wish.name for each in self._open.values())
        if tracks + len(wish.tracks) > MOST_TRACKS:
            why = f"{tracks} tracks of this call are sent elsewhere already, of {MOST_TRACKS} at most"
            siprec.fail(TOO_MANY, why, turn)
        elif wish.name and taken:
            siprec.fail(TOO_MANY, "a session of that name goes on already", turn)
        else:
            self._open[sid] = siprec
            siprec.begin(turn)

    def end(self, sid: str, turn: Turn) -> None:
        """End a session; harmless when it is over."""
        siprec = self._open.pop(sid, None)
        if siprec is not None:
            siprec.stop(turn)

    def hung_up(self, turn: Turn) -> None:
        """The call is over, and with it its sessions."""
        for sid in tuple(self._open):
            self.end(sid, turn)
