"""What was seen of a bot: each call with its turns, its sockets, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sipdomain.entries import Alert
from sipdomain.phone.call import PhoneCall, Said
from sipdomain.scenario.measures import NEAR, answer_to, interrupted, silences, speaking_at, stale_after
from sipdomain.scenario.steps.turns import Turn
from sipdomain.scenario.talk import Stretch, Talk
from sipdomain.scenario.waiting import waiting_at
from sipdomain.socket_entries import SocketEnded, SocketMessage, SocketRequested, StreamEnded
from sipdomain.voice_entries import Played


@dataclass(slots=True)
class TurnSeen:
    """A turn, and what became of it.

    Attributes:
        number: Which row of the table, counted from 1.
        turn: What the table says.
        said: What the caller said or pressed; None where its moment never came.
        missed: Why not, or "".
        heard: For each text that is expected, whether enough of it was heard, None where that is not known, and what was.
        silent: When the caller was silent on purpose, or waited for words, in seconds of the world's clock; or None.
    """

    number: int
    turn: Turn
    said: Said | None = None
    missed: str = ""
    heard: list[tuple[str, bool | None, str]] = field(default_factory=list)
    silent: Stretch | None = None

    @property
    def interrupts(self) -> bool:
        """Whether the caller speaks over the bot."""
        return self.turn.barge_in_at is not None


@dataclass(frozen=True, slots=True)
class Interruption:
    """What became of an interruption.

    Attributes:
        stopped_after: After how many seconds the bot fell silent; None where it still spoke when the call was over.
        stale: How many seconds of it were heard that it was saying before.
    """

    stopped_after: float | None
    stale: float


@dataclass(slots=True)
class CallSeen:
    """A call, once it is over.

    Attributes:
        number: Which one, counted from 1.
        call: As the phone sees it.
        talk: Both sides of it at the caller's ear; None where it was not answered.
        turns: Those that were carried out, or whose moment did not come.
        left: How many were not come to, as the call was over, or the bot gone.
        requested: The sockets that were asked for.
        opened: The numbers of those that were opened.
        messages: What went over them, but for media.
        played: What the emulator played itself: the words of a relay.
        ended: How they ended.
        streams: How much media went over them.
        alerts: What the provider's debugger would show.
    """

    number: int
    call: PhoneCall
    talk: Talk | None = None
    turns: list[TurnSeen] = field(default_factory=list)
    left: int = 0
    requested: list[SocketRequested] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)
    messages: list[SocketMessage] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)
    ended: list[SocketEnded] = field(default_factory=list)
    streams: list[StreamEnded] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)

    @property
    def zero(self) -> float:
        """The moment of the answer; that of the call where there was none."""
        return self.call.answered_at if self.call.answered_at is not None else self.call.started_at or 0.0

    def words(self, turn: TurnSeen) -> Stretch | None:
        """Return when what the caller did in a turn sounded; None when it did not come to its end."""
        if turn.said is None or self.talk is None:
            return None
        words = self.talk.words_of(turn.said)
        return words if words is not None and words.end is not None else None

    def answer(self, turn: TurnSeen) -> float | None:
        """Return after how many seconds the bot answered what was said or pressed in a turn; None for never."""
        words = self.words(turn)
        if words is None or words.end is None or self.talk is None:
            return None
        if (before := self.spoke_over(turn)) is not None:
            return 0.0 if before.begin > words.begin else None
        answer = answer_to(self.talk, words, waiting_at(words.begin, self.messages, self.played))
        return None if answer is None or self._is_later(turn, answer) else max(0.0, answer.begin - words.end)

    def spoke_over(self, turn: TurnSeen) -> Stretch | None:
        """Return the voice of the bot that goes on when the caller ends; None when it is silent then."""
        words = self.words(turn)
        return speaking_at(self.talk, words.end) if self.talk and words and words.end is not None else None

    def began_over(self, turn: TurnSeen) -> list[tuple[float, float]]:
        """Return when the bot began to speak over the caller, in seconds from the beginning of his words, and for how long.

        What he interrupts had begun before.
        """
        words, talk = self.words(turn), self.talk
        if words is None or words.end is None or talk is None:
            return []
        return [
            (each.begin - words.begin, min(words.end, talk.end_of(each)) - each.begin)
            for each in talk.voices
            if words.begin + NEAR < each.begin < words.end - NEAR
        ]

    def _is_later(self, turn: TurnSeen, answer: Stretch) -> bool:
        """Return whether the caller had spoken again before a voice began."""
        after = [each for each in self.turns if each.number > turn.number and each.said is not None]
        later = self.talk.words_of(after[0].said) if after and after[0].said and self.talk else None
        return later is not None and later.begin < answer.begin

    def interruption(self, turn: TurnSeen) -> Interruption | None:
        """Return what became of an interruption; None where nothing was interrupted."""
        if turn.said is None or self.talk is None:
            return None
        words = self.talk.words_of(turn.said)
        if words is None:
            return None
        waiting = waiting_at(words.begin, self.messages, self.played)
        voices = interrupted(self.talk, words, waiting)
        if not voices:
            return None
        last = voices[-1].end
        stopped = None if last is None else last - words.begin
        return Interruption(stopped, stale_after(self.talk, words, waiting).seconds)

    def silences(self) -> list[tuple[float, float, str]]:
        """Return the silences that are the bot's: from when, in seconds from the answer, how long, and after what.

        Not that before the caller speaks by itself, nor what follows keys, which a bot need not answer.
        """
        talk = self.talk
        if talk is None:
            return []
        found = []
        own = [(each, words) for each in self.turns if (words := self.words(each)) is not None]
        for each in silences(talk, self.zero):
            if any(abs(words.begin - each.end) < 0.1 for _, words in own):
                before = [turn for turn, words in own if words.begin < each.begin]
                if not before or not self._is_waited_for(before[-1]):
                    continue
            keys = any(
                turn.said is not None and turn.said.what == "keys" and words.end is not None
                and each.begin - 0.1 <= words.end < each.end for turn, words in own
            )  # fmt: skip
            meant = any(
                turn.silent is not None and turn.silent.begin < each.end
                and (turn.silent.end or each.end) > each.begin for turn in self.turns
            )  # fmt: skip
            if not keys and not meant:
                found.append((each.begin - self.zero, each.seconds, self._context(each.begin, each.end)))
        return found

    def _is_waited_for(self, turn: TurnSeen) -> bool:
        """Return whether the caller waited in vain for an answer to a turn."""
        return turn.said is not None and turn.said.what != "keys" and self.answer(turn) is None

    def _context(self, begin: float, end: float) -> str:
        closed = next((each for each in self.ended if each.at < end and each.end != "closed"), None)
        if closed is not None and self.call.ended_at is not None and closed.at < self.call.ended_at:
            return f"the bot had closed its socket at {closed.at - self.zero:.2f} s, and the call went on"
        own = [words for each in self.turns if (words := self.words(each)) is not None]
        if any(each.end is not None and abs(each.end - begin) < 2 * NEAR for each in own):
            return "after the caller had spoken"
        spoken = (
            [each for each in self.talk.voices if self.talk.end_of(each) <= begin + 0.1] if self.talk else []
        )
        return "after the bot had spoken" if spoken else "the bot had not spoken yet"


@dataclass(frozen=True, slots=True)
class Probe:
    """What a socket with a wrong signature met.

    Attributes:
        url: Where it was asked for.
        sent: Which signature: "a wrong signature" or "no signature".
        met: "refused", "accepted", "unclear".
        said: In words.
    """

    url: str
    sent: str
    met: Literal["refused", "accepted", "unclear"]
    said: str


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was seen.

    Attributes:
        calls: The calls.
        turns: The table.
        probes: Sockets with wrong signatures; none where it was not tried.
        unprobed: Why not, or "".
    """

    calls: tuple[CallSeen, ...]
    turns: tuple[Turn, ...]
    probes: tuple[Probe, ...] = ()
    unprobed: str = ""
