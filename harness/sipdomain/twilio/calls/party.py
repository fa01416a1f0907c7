"""Whoever is called where no phone is: rings, answers, speaks, presses keys and hangs up as the numbering plan says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from sipdomain.entries import PhoneEvent
from sipdomain.media.outputs import PlaybackDone, PromptFailed, PromptReady, StartPlayback
from sipdomain.media.prompts import AudioFile, Prompt, Speech
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.keypad import Keypad
from sipdomain.twilio.store.subscribers import Act, Subscriber
from sipdomain.twilio.webhooks.exchange import CallIdentity, Exchange, FetchFailed, Finished

FAR: Final = "-far"
"""What the names of media sessions at the far ends of calls end with; the SID of the call stands before it."""
REPORT_TIMEOUT: Final = 10.0
"""How long after its length has passed a playback is over though the media side reported nothing, in seconds."""
USUAL_CODES: Final = {"busy": 486, "fails": 503, "unallocated": 404}
"""By which SIP status a call ends that is not answered."""


class Line(Protocol):
    """The call by which a party is reached."""

    def rang(self, turn: Turn) -> None:
        """The party's telephone rings."""

    def picked_up(self, turn: Turn) -> None:
        """The party answers; `Party.talk` is called once it can be heard."""

    def turned_away(self, status: int, turn: Turn) -> None:
        """The call ends without an answer, as a SIP call would by this status."""

    def far_end_hung_up(self, turn: Turn) -> None:
        """The party hangs up."""


class Party:
    """One simulated party in one call; it says nothing more once it was left."""

    __slots__ = (
        "_acts",
        "_alarm",
        "_engine",
        "_identity",
        "_keypad",
        "_line",
        "_over",
        "_playback",
        "_who",
        "session",
    )

    def __init__(self, engine: Engine, who: Subscriber, line: Line, identity: CallIdentity) -> None:
        """Wait for `call`.

        Args:
            engine: The engine.
            who: What it does.
            line: Who called.
            identity: That call's.

        Attributes:
            session: The name of its own media session, at the far end of the call.
        """
        self.session = identity.call_sid + FAR
        self._engine = engine
        self._who = who
        self._line = line
        self._identity = identity
        self._keypad = Keypad(engine, self.session)
        self._acts: Sequence[Act] = who.acts
        self._alarm: Alarm[Then] | None = None
        self._playback = 0
        self._over = False

    # --- the call ----------------------------------------------------------------------------------------

    def call(self, turn: Turn) -> None:
        """Ring, or turn the caller away."""
        who = self._who
        if who.outcome in USUAL_CODES:
            self._line.turned_away(who.sip_code or USUAL_CODES[who.outcome], turn)
            return
        self._note("ringing", "", turn)
        self._line.rang(turn)
        if who.outcome == "answers":
            self._wait(who.answers_after, self._line.picked_up, turn)

    def talk(self, turn: Turn) -> None:
        """Do one thing after another, now that it is heard."""
        self._note("answered", "", turn)
        self._go_on(turn)

    def leave(self, turn: Turn) -> None:
        """Do nothing more: the call is over."""
        del turn
        self._over = True
        self._engine.alarms.cancel(self._alarm)
        self._keypad.stop()

    # --- what it does ------------------------------------------------------------------------------------

    def _go_on(self, turn: Turn) -> None:
        self._alarm = None
        if self._over:
            return
        if not self._acts:
            if self._who.hangs_up_after is not None:
                self._wait(self._who.hangs_up_after, self._hang_up, turn)
            return
        act, self._acts = self._acts[0], self._acts[1:]
        _ACTS[act.what](self, act.value, turn)

    def _hang_up(self, turn: Turn) -> None:
        self._note("ended", "hangs up", turn)
        self._line.far_end_hung_up(turn)

    def say(self, words: str, turn: Turn) -> None:
        """Say words."""
        self._note("says", words, turn)
        self._play(Speech(words), turn)

    def play(self, url: str, turn: Turn) -> None:
        """Ask for an audio file, and play it."""
        new_token, new_uuid = self._engine.identifiers.new_token, self._engine.identifiers.new_uuid
        asked = Exchange(
            self._identity, "media", "GET", url, (), new_token=new_token, idempotency=new_uuid()
        )  # fmt: skip

        def fetched(finished: Finished, turn: Turn) -> None:
            if self._over:
                return
            if isinstance(finished, FetchFailed):
                self._cannot(url, finished.reason, turn)
                return
            content_type = (finished.response.header("Content-Type") or "").partition(";")[0].strip().lower()
            self._note("says", url, turn)
            self._play(AudioFile(finished.response.body, content_type), turn)

        self._engine.exchanges.begin(asked, fetched, turn)

    def press(self, keys: str, turn: Turn) -> None:
        """Press keys."""
        self._note("pressed", keys, turn)
        self._keypad.press(keys, self._go_on, turn)

    def pause(self, duration: str, turn: Turn) -> None:
        """Do nothing for a while."""
        self._wait(float(duration), self._go_on, turn)

    def _play(self, prompt: Prompt, turn: Turn) -> None:
        def ready(event: PromptReady | PromptFailed, turn: Turn) -> None:
            if self._over:
                return
            if isinstance(event, PromptFailed):
                self._cannot("", event.reason, turn)
                return
            self._playback = self._engine.identifiers.new_token()
            turn.out.append(StartPlayback(self.session, self._playback, prompt))
            self._wait(event.duration + REPORT_TIMEOUT, self._go_on, turn)

        self._engine.prompts.prepare(prompt, ready, turn)

    def _cannot(self, what: str, why: str, turn: Turn) -> None:
        self._note("not said", f"{what}: {why}" if what else why, turn)
        self._go_on(turn)

    def played(self, event: PlaybackDone, turn: Turn) -> None:
        """Take the end of a playback."""
        if event.playback == self._playback and not self._over:
            self._playback = 0
            self._engine.alarms.cancel(self._alarm)
            self._go_on(turn)

    def _wait(self, duration: float, then: Then, turn: Turn) -> None:
        self._alarm = self._engine.alarms.set(turn.now + duration, then)

    def _note(self, event: str, detail: str, turn: Turn) -> None:
        who, call_id = self._who.address, self._identity.call_id
        turn.out.append(PhoneEvent(at=turn.now, phone=who, call_id=call_id, event=event, detail=detail))


_ACTS: Final[dict[str, Callable[[Party, str, Turn], None]]] = {
    "say": Party.say, "play": Party.play, "press": Party.press, "pause": Party.pause,
}  # fmt: skip
