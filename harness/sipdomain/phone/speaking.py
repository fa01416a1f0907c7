"""What a phone says and plays into its calls: one thing after another, each rendered before it is heard."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import LocalProtocolError
from sipdomain.media.outputs import PlaybackDone, PreparePrompt, PromptFailed, PromptReady, StartPlayback
from sipdomain.media.prompts import Prompt, Speech
from sipdomain.phone.book import CallBook
from sipdomain.phone.call import Said
from sipdomain.phone.leg import Leg, Utterance
from sipdomain.phone.line import Line

MOST_UNSPOKEN: Final = 100
"""How many utterances of one call may wait for their end; past that another one is refused."""


class Speaking:
    """Speaks for all calls of a phone. What a call has not heard when it ends is dropped."""

    def __init__(self, line: Line, book: CallBook) -> None:
        self._line = line
        self._book = book
        self._count = 0
        self._rendering: dict[int, Leg] = {}

    def begin(self, leg: Leg, prompt: Prompt, name: str) -> None:
        """Speak when all before it is spoken.

        Args:
            leg: The call.
            prompt: What is to be heard.
            name: What it is called in the record of the call.

        Raises:
            LocalProtocolError: The call has no audio yet, is on hold, or has too much to say already.
        """
        if leg.dialog is None or leg.session is None or not leg.session.is_connected:
            raise LocalProtocolError("the phone can speak once the call is answered")
        if leg.session.direction not in {"sendrecv", "sendonly"}:
            raise LocalProtocolError(f"nothing can be said: the call is on hold ({leg.session.direction})")
        if len(leg.unspoken) >= MOST_UNSPOKEN:
            raise LocalProtocolError(f"{MOST_UNSPOKEN} utterances wait to be spoken already")
        self._count += 1
        said = Said(name, "words" if isinstance(prompt, Speech) else "audio")
        leg.call.utterances.append(said)
        leg.unspoken.append(Utterance(self._count, prompt, said))
        self._render_next(leg)

    def _render_next(self, leg: Leg) -> None:
        """Render the next utterance, unless one is being rendered: they are heard in their order."""
        waiting = [each for each in leg.unspoken if not each.is_playing]
        if waiting and waiting[0].number not in self._rendering:
            self._rendering[waiting[0].number] = leg
            self._line.do(PreparePrompt(waiting[0].number, waiting[0].prompt))

    def rendered(self, event: PromptReady | PromptFailed, now: float) -> None:
        """Play what is ready, and note what cannot be played; nothing when the call is over."""
        leg = self._rendering.pop(event.token, None)
        if leg is None or leg.session is None or leg.call.is_over:
            return
        utterance = next(each for each in leg.unspoken if each.number == event.token)
        if isinstance(event, PromptReady):
            if not any(each.is_playing for each in leg.unspoken):
                utterance.said.began_at = now
            utterance.is_playing = True
            self._line.do(StartPlayback(leg.session.name, utterance.number, utterance.prompt))
            self._line.note(leg.call.call_id, "says", utterance.name, now)
        else:
            leg.unspoken.remove(utterance)
            leg.call.utterances.remove(utterance.said)
            leg.call.not_said[utterance.name] = event.reason
            self._line.note(leg.call.call_id, "not said", f"{utterance.name}: {event.reason}", now)
        self._render_next(leg)

    def played(self, event: PlaybackDone, now: float) -> None:
        """Take note that something was said to its end."""
        leg = self._book.sessions.get(event.session)
        utterance = (
            next((each for each in leg.unspoken if each.number == event.playback), None) if leg else None
        )
        if leg is not None and utterance is not None:
            leg.unspoken.remove(utterance)
            leg.call.said.append(utterance.name)
            utterance.said.ended_at = now
            if leg.unspoken and leg.unspoken[0].is_playing:
                leg.unspoken[0].said.began_at = now
            self._line.note(leg.call.call_id, "said", utterance.name, now)
