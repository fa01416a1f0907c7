"""Calls to bots in virtual time: the one that converses, and the same with a fault planted."""

from __future__ import annotations

from contextlib import closing
from functools import lru_cache
from typing import Any

from sipdomain.bot.card import Card, card
from sipdomain.bot.making import Wishes, called, make
from sipdomain.bot.seen import Seen
from sipdomain.bot.table import Table

TURNS = [
    {"say": "A table for two", "pause": 1.0},
    {"say": "Wait a moment please", "barge_in_at": 0.6},
    {"press": "1", "pause": 1.0},
]
LINES = ["Good evening", "I have written down a table for two people on Friday evening", "Of course"]
ANSWERING = {"kind": "answering", "lines": LINES, "keys": {"1": "You have pressed one"}}


@lru_cache(maxsize=16)
def played(fault: str = "", behind: str = "") -> Seen:
    """Return what is seen of the bot that converses.

    Args:
        fault: What is planted in it.
        behind: What the document does behind `</Connect>`.
    """
    bot: dict[str, Any] = {**ANSWERING, **({"fault": fault} if fault else {})}
    return seen_of(bot, TURNS, behind)


def seen_of(bot: dict[str, Any], turns: list[dict[str, Any]], behind: str = "", calls: int = 1) -> Seen:
    """Return what is seen of a bot that is called with a table."""
    twiml = f"<Response><Connect><Stream url='/bot'/></Connect>{behind}</Response>"
    given = {"app": {"/voice": {"twiml": twiml}}, "bots": {"/bot": bot}}
    table = Table.model_validate({"turns": turns}).turns
    return _called(Wishes("/voice", table, calls=calls, given=given))


@lru_cache(maxsize=1)
def relayed() -> Seen:
    """Return what is seen of a bot that talks in text."""
    return relayed_with(TURNS)


def relayed_with(turns: list[dict[str, Any]]) -> Seen:
    """Return the same, with a table."""
    relay = "<ConversationRelay url='/bot' welcomeGreeting='Good evening' dtmfDetection='true'/>"
    given = {
        "app": {"/voice": {"twiml": f"<Response><Connect>{relay}</Connect></Response>"}},
        "bots": {"/bot": {"kind": "relay-lines", "lines": [*LINES[1:], "You have pressed one"]}},
    }
    return _called(Wishes("/voice", Table.model_validate({"turns": turns}).turns, given=given))


def _called(wishes: Wishes) -> Seen:
    with closing(make(wishes, "sim")) as world:
        return called(world, wishes)


def card_of(seen: Seen) -> Card:
    """Return its card, with the usual limits."""
    return card("ws://127.0.0.1/bot", seen, Wishes("", ()).limits, lambda text: text)


def outcomes(found: Card, outcome: str) -> dict[str, str]:
    """Return what was said by the checks that have an outcome."""
    return {each.name: each.said for each in found.rows if each.outcome == outcome}
