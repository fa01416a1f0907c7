"""Who spoke when in a call to a bot, in seconds from its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.bot.seen import CallSeen, TurnSeen
from sipdomain.scenario.talk import Stretch

MOST_LINES: Final = 1000
"""How many lines are shown of a call; the later ones are left out."""
_LONGEST: Final = 500
"""How many characters of what was understood, or sent, are shown."""


def transcript(call: CallSeen) -> list[str]:
    """Return the lines of a call, oldest first."""
    lines = sorted(_lines(call), key=lambda each: each[0])
    shown = [f"{at - call.zero:7.2f} s  {who:<7} {text}" for at, who, text in lines]
    return shown[:MOST_LINES]


def _lines(call: CallSeen) -> Iterator[tuple[float, str, str]]:
    talk = call.talk
    if talk is None:
        yield call.call.ended_at or 0.0, "call", f"not answered: {call.call.state}"
        return
    for voice in talk.voices:
        yield voice.begin, "bot", f"speaks for {talk.end_of(voice) - voice.begin:.2f} s"
    known = {id(turn.said): turn for turn in call.turns if turn.said is not None}
    for said in call.call.utterances:
        words = talk.words_of(said)
        if words is None:
            continue
        turn = known.get(id(said))
        yield (
            words.begin,
            "caller",
            f"{_said(said.name, said.what)}{_length(words)}{_answer(call, turn) if turn else ''}",
        )
    yield from _of_relay(call)
    for end in call.ended:
        by = {"closed": "is closed", "closed by the server": "is closed by the bot", "failed": "is lost"}[
            end.end
        ]
        why = f" with {end.code}" if end.code else ""
        yield end.at, "socket", f"{by}{why}{f': {end.detail}' if end.detail else ''}"
    if call.call.ended_at is not None:
        who = {"us": "the caller", "them": "the cloud"}.get(call.call.ended_by, "nobody")
        yield call.call.ended_at, "call", f"{who} hangs up"


def _said(name: str, what: str) -> str:
    return f"presses {name.removeprefix('keys ')}" if what == "keys" else f"“{name}”"


def _length(words: Stretch) -> str:
    return "" if words.end is None or words.end <= words.begin else f" for {words.end - words.begin:.2f} s"


def _answer(call: CallSeen, turn: TurnSeen) -> str:
    parts = []
    found = call.interruption(turn) if turn.interrupts else None
    if found is not None:
        stopped = "not" if found.stopped_after is None else f"after {found.stopped_after:.2f} s"
        parts.append(f"the bot falls silent {stopped}, {found.stale:.2f} s are stale")
    after = call.answer(turn)
    parts.append("no answer" if after is None else f"answered after {after:.2f} s")
    return f" ({'; '.join(parts)})"


def _of_relay(call: CallSeen) -> Iterator[tuple[float, str, str]]:
    """Yield what messages of ConversationRelay say in words; the tokens of one answer as one line."""
    tokens, began_at = "", 0.0
    for each in call.messages:
        if each.wrong:
            continue
        message = each.content
        match message.get("type"), each.lane:
            case "prompt", "out":
                yield each.at, "cloud", f"understood “{str(message.get('voicePrompt', ''))[:_LONGEST]}”"
            case "text", "in":
                began_at = began_at if tokens else each.at
                tokens = f"{tokens}{message.get('token', '')}"[:_LONGEST]
                if tokens and message.get("last"):
                    yield began_at, "bot", f"sends “{tokens}”"
                    tokens = ""
            case _:
                pass
    if tokens:
        yield began_at, "bot", f"sends “{tokens}”, without `last`"
