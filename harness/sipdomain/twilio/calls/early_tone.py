"""A ringing tone before the answer, because it was asked for: 183, the tone, and then the 200."""

from __future__ import annotations

from typing import Protocol

from sipdomain.media.outputs import PromptFailed, PromptReady, StartPlayback, StopPlayback
from sipdomain.media.ring_tones import ring_tone
from sipdomain.twilio.behaviours.early_media import EarlyMedia
from sipdomain.twilio.behaviours.far_calls import applied
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.webhooks.exchange import CallIdentity


class Ringing(Protocol):
    """The call that rings."""

    @property
    def session(self) -> str:
        """Its media session."""

    @property
    def identity(self) -> CallIdentity:
        """With its SIP Call-ID."""

    @property
    def over(self) -> bool:
        """Whether it has ended."""

    def early(self, then: Then, turn: Turn) -> None:
        """Let the phone hear what is played before the answer."""


def tone_before_answer(engine: Engine, call: Ringing, then: Then, turn: Turn) -> bool:
    """Return whether a tone is played first, after which `then` is called."""
    call_id = call.identity.call_id
    asked = None if engine.far_end.is_idle else engine.far_end.calls.find(call_id, EarlyMedia)
    if asked is None:
        return False
    playback = engine.identifiers.new_token()
    prompt = ring_tone(asked.tone)

    def ready(event: PromptReady | PromptFailed, turn: Turn) -> None:
        if isinstance(event, PromptReady) and not call.over:
            turn.out.append(StartPlayback(call.session, playback, prompt))

    def heard(turn: Turn) -> None:
        if not call.over:
            turn.out.append(StopPlayback(call.session, playback))
            then(turn)

    def open_(turn: Turn) -> None:
        engine.prompts.prepare(prompt, ready, turn)
        engine.alarms.set(turn.now + asked.seconds, heard)

    turn.out.append(applied(asked, call_id, turn.now, f"183 and a tone for {asked.seconds:g} s"))
    call.early(open_, turn)
    return True
