"""What all documents of one call share: the voice, keys that are waited for, playbacks, what goes on in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.voice import Voice
from sipdomain.twilio.relay.relay import Relay
from sipdomain.twilio.streams.stream import Stream
from sipdomain.twiml.dialling import Called
from sipdomain.twiml.meeting import Dequeued, QueueDialled
from sipdomain.twiml.program import Reason
from sipdomain.twiml.relay import Relayed
from sipdomain.twiml.streaming import Streamed
from sipdomain.twiml.transferring import Transferred


class Stoppable(Protocol):
    """What can be stopped."""

    def stop(self, reason: Reason, turn: Turn) -> None:
        """Stop, without a word to who began it."""


class Context:
    """What all documents of one call share.

    Attributes:
        engine: The engine: alarms, exchanges, prompts, identifiers.
        voice: Who is spoken to.
        documents: How many documents were asked for since the call began or was redirected.
        key_waits: Who waits for a key; a key ends all of these waits.
        playbacks: By its number, who waits for the end of a playback.
        listeners: By its number, who waits for the caller's silence.
        background: By its name, what goes on in the background.
        stops: By its number, who waits for how much of a playback was played that is stopped.
        relay: The relay that goes on, or None.
        relayed: How the last relay was that is over, or None.
        streams: The streams of the call that are not over.
        streamed: How the last stream was that is over, or None.
        queue: How it ended that was last done with a queue, or None.
        called: How the last calls to others were that were interrupted, or None.
        transfer: Allows a transfer that the phone asks for to somebody, and returns what to do then; None where none is.
        transferred: How far the last transfer came that was interrupted, or None.
    """

    __slots__ = (
        "background", "called", "documents", "engine", "key_waits", "listeners", "playbacks", "queue", "relay", "relayed",
        "stops", "streamed", "streams", "transfer", "transferred", "voice",
    )  # fmt: skip

    def __init__(self, engine: Engine, voice: Voice) -> None:
        self.engine = engine
        self.voice = voice
        self.documents = 0
        self.called: Called | None = None
        self.key_waits: dict[Stoppable, Callable[[str, Turn], None]] = {}
        self.playbacks: dict[int, Then] = {}
        self.stops: dict[int, Callable[[float, Turn], None]] = {}
        self.relay: Relay | None = None
        self.relayed: Relayed | None = None
        self.listeners: dict[int, Then] = {}
        self.background: dict[str, Stoppable] = {}
        self.streams: list[Stream] = []
        self.streamed: Streamed | None = None
        self.queue: Dequeued | QueueDialled | None = None
        self.transfer: Callable[[str], Then | None] | None = None
        self.transferred: Transferred | None = None

    @property
    def streamed_tracks(self) -> int:
        """How many tracks go over WebSockets, those of <Connect> excepted."""
        return sum(len(each.wish.tracks) for each in self.streams if not each.wish.both_ways)
