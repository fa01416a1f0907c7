"""How a conversation went, at the caller's ear: how soon the far end answered, fell silent, and who spoke at one time."""

from __future__ import annotations

from typing import Final

from sipdomain.phone.call import Said
from sipdomain.scenario.expect import ear, streams
from sipdomain.scenario.expect.finding import Finding, Standing, fate
from sipdomain.scenario.measures import (
    NEAR,
    SURE,
    answer_to,
    interrupted,
    is_through,
    own_stretches,
    silences,
    speaking_at,
    stale_after,
    talked_over,
)
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.talk import Stretch, Talk
from sipdomain.scenario.waiting import Waiting, waiting_at
from sipdomain.scenario.world import PhoneCall
from sipdomain.socket_entries import SocketMessage
from sipdomain.voice_entries import Played

MOST_OF_IT: Final = 0.8
"""Which share of words counts for all of them: where a word stands is known to some tenths of a second."""


def last_said(stage: Stage, call: PhoneCall) -> Said | None:
    """Return what the phone was asked last to say, to play or to press; None when that is nothing."""
    _, own = stage.phone_of(call)
    return own.utterances[-1] if own.utterances else None


def waiting_of(stage: Stage, call: PhoneCall, words: Stretch) -> Waiting:
    """Return what became of what waited to be played when the caller began to speak."""
    return waiting_at(words.begin, stage.seen(call, SocketMessage), stage.seen(call, Played))


def answers_within(stage: Stage, call: PhoneCall, said: Said | None, limit: float) -> Finding:
    """Expect that the far end begins to speak so soon after the end of the caller's words.

    A voice that began while the caller spoke is no answer to what he said.
    """
    talk = stage.talk(call)
    words = _words(talk, said)
    field, expected = "answers_within", f"an answer within {limit:g} s{_of(said)}"
    if words is None or words.end is None:
        return Finding(Standing.OPEN, field, expected, _unsaid(said), _near(talk, call))
    answer = answer_to(talk, words, waiting_of(stage, call, words))
    if answer is not None:
        late = max(0.0, answer.begin - words.end)
        standing = Standing.MET if late <= limit else Standing.LOST
        return Finding(standing, field, expected, f"an answer after {late:.2f} s", _near(talk, call))
    waited = max(0.0, talk.heard_until - words.end)
    standing = Standing.LOST if waited > limit + SURE else Standing.OPEN
    got = f"no answer in {waited:.2f} s"
    if speaking_at(talk, words.end) is not None:
        got += "; it was still speaking when the caller had ended"
    return Finding(standing, field, expected, got, _near(talk, call))


def stops_within(stage: Stage, call: PhoneCall, said: Said | None, limit: float) -> Finding:
    """Expect that the far end falls silent so soon after the caller began to speak over it."""
    talk = stage.talk(call)
    field, expected = "stops_within", f"silence within {limit:g} s from the interruption{_of(said)}"
    voice, words, why = _interrupted(talk, said)
    if voice is None or words is None:
        return _not_interrupted(talk, call, why, field, expected)
    waiting = waiting_of(stage, call, words)
    voices = interrupted(talk, words, waiting)
    late = talk.end_of(voices[-1]) - words.begin
    if late > limit:
        standing, got = Standing.LOST, f"it spoke on for {late:.2f} s"
    elif not is_through(talk, voices, waiting):
        standing, got = Standing.OPEN, f"it has spoken on for {max(0.0, late):.2f} s so far"
    else:
        standing, got = Standing.MET, f"it fell silent after {late:.2f} s"
    return Finding(standing, field, expected, got, _near(talk, call))


def stale_audio(stage: Stage, call: PhoneCall, said: Said | None, limit: float) -> Finding:
    """Expect that so much is heard at most of what the far end was saying when the caller interrupted it.

    That is all that it says while he speaks, and the rest of what it was saying, through its pauses.
    """
    talk = stage.talk(call)
    field, expected = "stale_audio", f"at most {limit:g} s of speech after the interruption{_of(said)}"
    voice, words, why = _interrupted(talk, said)
    if voice is None or words is None:
        return _not_interrupted(talk, call, why, field, expected)
    heard, is_over = stale_after(talk, words, waiting_of(stage, call, words))
    standing = Standing.LOST if heard > limit else Standing.MET if is_over else Standing.OPEN
    return Finding(standing, field, expected, f"{heard:.2f} s of it", _near(talk, call))


def silence_at_most(stage: Stage, call: PhoneCall, limit: float) -> Finding:
    """Expect that there is never so long a silence of both, from the answer to the end of the call."""
    talk = stage.talk(call)
    field, expected = "silence_at_most", f"no silence of more than {limit:g} s"
    begin_at = call.answered_at
    if begin_at is None:
        return Finding(Standing.OPEN, field, expected, "no call that was answered", (fate(call),))
    most = max(silences(talk, begin_at), key=lambda each: each.seconds, default=None)
    longest, at = (most.seconds, most.begin) if most is not None else (0.0, 0.0)
    got = f"a silence of {longest:.2f} s" + (f" from {at - begin_at:.2f} s" if longest else "")
    if longest > limit:
        return Finding(Standing.LOST, field, expected, got, _near(talk, call))
    return _of_the_whole(talk, call, Finding(Standing.SO_FAR, field, expected, got, _near(talk, call)))


def talk_over(stage: Stage, call: PhoneCall, limit: float) -> Finding:
    """Expect that both speak at one time for so long at most, all in all."""
    talk = stage.talk(call)
    both = talked_over(talk)
    field, expected = "talk_over", f"at most {limit:g} s in which both speak"
    got = f"{both:.2f} s in which both spoke"
    if both > limit:
        return Finding(Standing.LOST, field, expected, got, _near(talk, call))
    if not any(True for _ in own_stretches(talk)):
        return Finding(Standing.OPEN, field, expected, "the caller has said nothing", _near(talk, call))
    return _of_the_whole(talk, call, Finding(Standing.SO_FAR, field, expected, got, _near(talk, call)))


def marks_after(stage: Stage, call: PhoneCall, mark: str, words: str) -> Finding:
    """Expect that words had been heard when a mark was sent back to the bot: nearly all of them."""
    talk = stage.talk(call)
    field, expected = f"marks_after.{mark}", f"the mark `{mark}` sent back behind “{words}”"
    at = next(streams.marks_at(stage, call, mark), None)
    if at is None or talk.heard_until < at + SURE:
        return Finding(Standing.OPEN, field, expected, "no such mark was sent back", _near(talk, call))
    share = ear.heard_by(stage, talk, words, at + NEAR)
    standing = Standing.MET if share >= MOST_OF_IT else Standing.LOST
    zero = call.answered_at or 0.0
    got = f"it was sent back at {at - zero:.2f} s, when {share:.0%} of the words had been heard"
    return Finding(standing, field, expected, got, _near(talk, call))


def _of_the_whole(talk: Talk, call: PhoneCall, found: Finding) -> Finding:
    """Return a finding about the whole call, which is open while nothing was heard, and lost where not all is kept."""
    if not talk.is_whole:
        got = "cannot be judged: the call is too long to be kept whole"
        return Finding(Standing.LOST, found.field, found.expected, got, (found.got,))
    if not talk.voices:
        return Finding(Standing.OPEN, found.field, found.expected, "nobody was heard", (fate(call),))
    return found


def _words(talk: Talk, said: Said | None) -> Stretch | None:
    return None if said is None else talk.words_of(said)


def _interrupted(talk: Talk, said: Said | None) -> tuple[Stretch | None, Stretch | None, str]:
    """Return what the caller interrupted, and when he spoke; or why nothing was, "" while that may still come."""
    words = _words(talk, said)
    if words is None or talk.heard_until < words.begin + NEAR:
        return None, words, ""
    voice = speaking_at(talk, words.begin)
    if voice is None and talk.is_speaking and talk.voices[-1].begin < words.begin - NEAR:
        return (
            None,
            words,
            "",
        )  # A pause between two words, or the end: that is known a fifth of a second later.
    return voice, words, "" if voice is not None else "nothing was interrupted: it was silent then"


def _not_interrupted(talk: Talk, call: PhoneCall, why: str, field: str, expected: str) -> Finding:
    standing = Standing.LOST if why else Standing.OPEN
    return Finding(standing, field, expected, why or "no interruption yet", _near(talk, call))


def _unsaid(said: Said | None) -> str:
    if said is None:
        return "the caller has said nothing"
    return f"the caller has not said “{said.name}” to its end"


def _of(said: Said | None) -> str:
    return "" if said is None else f" (“{said.name}”)"


def _near(talk: Talk, call: PhoneCall) -> tuple[str, ...]:
    """Return who spoke when, in seconds from the answer: the last lines of it."""
    zero = call.answered_at if call.answered_at is not None else 0.0
    return (*talk.story(zero), fate(call))
