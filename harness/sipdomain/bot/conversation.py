"""A call to a bot, turn after turn; nothing that it does or does not ends the call before the table does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sipdomain.bot.seen import CallSeen, TurnSeen
from sipdomain.errors import LocalProtocolError
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.scenario.cue import silence_of, turn_of, watched
from sipdomain.scenario.expect.ear import SomeWords
from sipdomain.scenario.expect.finding import Standing
from sipdomain.scenario.expect.talk import waiting_of
from sipdomain.scenario.measures import answer_to, speaking_at
from sipdomain.scenario.mismatch import ExpectationError
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.say import uttered
from sipdomain.scenario.steps.turns import Turn
from sipdomain.scenario.talk import Stretch
from sipdomain.scenario.world import Script, Until
from sipdomain.socket_entries import SocketEnded, SocketOpen, SocketRequested

ANSWERED: Final = 15.0
"""How long the answer to a call is waited for, in seconds."""
PATIENCE: Final = 10.0
"""How long the moment of a turn, and the answer to it, are waited for, in seconds, where the table says nothing."""
ENDING: Final = 1.0
"""After how many seconds of silence behind the last turn the caller hangs up."""
_NOT_OURS: Final = "nobody of ours says them"
"""As an expectation says it where no recogniser is there."""
_LONGEST_END: Final = 30.0
_RELEASE: Final = 3.0
_SETTLE: Final = 5.0


class Conversation:
    """One call with its table."""

    def __init__(
        self, stage: Stage, phone: PhoneHandle, call: PhoneCall, turns: Sequence[Turn], number: int, *,
        dead_air: float, stop: Callable[[], bool],
    ) -> None:  # fmt: skip
        """Begin before the call is answered.

        Args:
            stage: What knows the call.
            phone: Who called.
            call: The call.
            turns: The table.
            number: Which call it is, counted from 1.
            dead_air: How long a silence has to be to count, in seconds: so long the caller waits when the bot has gone.
            stop: Whether to hang up now.
        """
        self.seen = CallSeen(number, call)
        self._stage = stage
        self._phone = phone
        self._call = call
        self._turns = turns
        self._dead_air = dead_air
        self._stop = stop
        self._gone_at: float | None = None
        self._stop_looking = stage.world.journal.listen(self._look)

    def close(self) -> None:
        """Look at nothing more."""
        self._stop_looking()

    def _look(self, entry: object) -> None:
        if isinstance(entry, SocketOpen) and entry.call_id == self._call.call_id:
            self._gone_at = None
        if isinstance(entry, SocketEnded) and entry.call_id == self._call.call_id and entry.end != "closed":
            self._gone_at = entry.at

    def carry_on(self) -> Script[None]:
        """Carry the call on to its end."""
        call, stage = self._call, self._stage
        yield Until(lambda: call.is_over or call.answered_at is not None or self._stop(), ANSWERED)
        if call.answered_at is not None:
            self.seen.talk = stage.talk(call)
            for number, turn in enumerate(self._turns, 1):
                if self._is_over:
                    self.seen.left += 1
                    continue
                found = TurnSeen(number, turn)
                self.seen.turns.append(found)
                yield from self._take(found, turn.within or PATIENCE)
            yield from self._end()
        if not call.is_over:
            self._phone.hang_up(call)
            yield Until(lambda: call.is_over, _RELEASE)
        yield Until(lambda: not stage.world.is_busy(call.call_id), _SETTLE)
        if self.seen.talk is not None:
            self.seen.talk.look()

    @property
    def _is_over(self) -> bool:
        return self._call.is_over or self._gone_at is not None or self._stop()

    def _take(self, found: TurnSeen, within: float) -> Script[None]:
        stage, call, turn = self._stage, self._call, found.turn
        since = stage.world.now()
        if turn.speaks:
            try:
                yield from turn.moment.wait(stage, call, "", within)
            except ExpectationError as error:
                found.missed = "; ".join(f"{each.expected}: {each.got}" for each in error.mismatches)
                return
            since = stage.world.now()
        else:
            since = turn_of(stage.talk(call))
        begin = stage.world.now()
        count = len(call.utterances)
        try:
            if turn.press is not None:
                self._phone.press(call, turn.press)
            yield from uttered(stage, self._phone, call, turn.say, turn.noise, turn.silence)
        except LocalProtocolError as error:
            found.missed = str(error)
            return
        if turn.silence is not None:
            found.silent = Stretch(begin, stage.world.now())
        if len(call.utterances) > count or len(call.utterances) == call.utterances.maxlen:
            found.said = call.utterances[-1]
        yield from self._answer(found, since, within)

    def _answer(self, found: TurnSeen, since: float, within: float) -> Script[None]:
        """Wait for what the bot says to it."""
        stage, call, said = self._stage, self._call, found.said
        if said is not None:
            limit = within + _LONGEST_END
            yield from watched(stage, lambda: said.ended_at is not None or self._is_over, limit)
            if said.name in call.not_said:
                found.missed = f"it cannot be said: {call.not_said[said.name]}"
                return
            yield from watched(stage, lambda: self._has_answered(found) or self._is_over, within)
        written = found.turn.heard
        texts = [written] if isinstance(written, str) else list(written or [])
        looks = [SomeWords(each, found.turn.at_least, since) for each in texts]
        if looks:
            begin = stage.world.now()
            yield from watched(
                stage,
                lambda: (
                    all(each.look(stage, call).standing is Standing.MET for each in looks)
                    or (self._is_over and not any(each.is_pending for each in looks))
                ),
                within,
            )
            found.silent = Stretch(begin, stage.world.now())
        for text, each in zip(texts, looks, strict=True):
            finding = each.look(stage, call)
            is_met, got = finding.standing is Standing.MET, finding.got
            is_judged = is_met or self._is_of_our_voice
            if not is_judged and _NOT_OURS not in got:
                got += f"; {_NOT_OURS}, and what is recognised of another voice fails no bot"
            found.heard.append((text, is_met if is_judged else None, got))

    @property
    def _is_of_our_voice(self) -> bool:
        """Whether what the bot says is said by a voice of ours: in a stream only a bot of ours has one."""
        requested = self._stage.seen(self._call, SocketRequested)
        return bool(self._stage.given.bots) or all(each.purpose != "stream" for each in requested)

    def _has_answered(self, found: TurnSeen) -> bool:
        talk = self._stage.talk(self._call)
        words = talk.words_of(found.said) if found.said is not None else None
        if words is None or words.end is None:
            return False
        waiting = waiting_of(self._stage, self._call, words)
        return answer_to(talk, words, waiting) is not None or speaking_at(talk, words.end) is not None

    def _end(self) -> Script[None]:
        """Let the bot say what it has begun; and where it has gone, see whether the call ends."""
        stage, call = self._stage, self._call

        def is_done() -> bool:
            enough = self._dead_air + 0.5 if self._gone_at is not None else ENDING
            return call.is_over or self._stop() or silence_of(stage, call) >= enough

        yield from watched(stage, is_done, _LONGEST_END)
