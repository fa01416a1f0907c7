"""Calls others for a call: each party's leg is made as its kind says."""

from __future__ import annotations

from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.evidence import alert
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.voice import DialCaller, Voice
from sipdomain.twilio.rooms.dial import LiveDial
from sipdomain.twilio.rooms.parties import MAKERS, Child, Ground, Place
from sipdomain.twilio.rooms.sip_uri import NotCallableError
from sipdomain.twiml.dialling import Call, Party


class Dialler:
    """Calls others for the calls of one emulator."""

    __slots__ = ("_ground",)

    def __init__(self, engine: Engine, place: Place) -> None:
        """Be ready.

        Args:
            engine: The engine.
            place: Makes a leg.
        """
        self._ground = Ground(engine, place)

    def dial(self, want: Call, voice: Voice, caller: DialCaller, turn: Turn) -> LiveDial:
        """Call others for a call; it may be over at once, and `caller` was called."""

        def make(party: Party, owner: Owner, turn: Turn) -> Child | None:
            try:
                return MAKERS[party.kind](self._ground, want, party, voice, owner, turn)
            except NotCallableError as error:
                alert(voice.identity, error.code, "warning", f"line {party.line}: {error}", turn)
                return None

        dial = LiveDial(self._ground.engine, want, voice, caller, make)
        dial.begin(turn)
        return dial
