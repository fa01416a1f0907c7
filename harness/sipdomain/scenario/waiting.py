"""What waited when the caller interrupted, as far as the journal tells: marks, `clear`, prompts, what was played."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from sipdomain.socket_entries import SocketMessage
from sipdomain.voice_entries import Played


class Waiting(NamedTuple):
    """What became of the audio that was queued before an interruption, in seconds of the world's clock.

    Attributes:
        plays_until: Until when it is known to be played; inf while a mark behind it is still to come back.
        dropped_at: From when nothing of it can be played; inf while that is not known.
    """

    plays_until: float = -inf
    dropped_at: float = inf


def waiting_at(at: float, messages: Iterable[SocketMessage], played: Iterable[Played] = ()) -> Waiting:
    """Return what became of what was queued at a moment.

    A stream drops it by `clear`, and marks that came before and go back after it stand behind audio that is still played.
    A relay drops it by itself when it sends `interrupt`; tokens that come later, but before it sends the next `prompt`,
    belong to the old one. A prompt of a verb is stale until it is over.

    Args:
        at: When the caller began to speak.
        messages: Those of the call's sockets, oldest first.
        played: What the emulator played to the call.
    """
    until, dropped, marks, is_interrupted, has_relay = -inf, inf, 0, False, False
    for each in messages:
        has_relay = has_relay or each.purpose == "relay"
        if each.wrong:
            continue
        match each.lane, each.content.get("event", each.content.get("type")):
            case "in", "mark" if each.at < at:
                marks += 1
            case "out", "mark" if marks:
                marks -= 1
                until = each.at
            case "in", "clear" if each.at >= at:
                dropped = min(dropped, each.at)
            case "out", "interrupt" if each.at >= at:
                is_interrupted = True
            case "out", "prompt" if is_interrupted:
                dropped = min(dropped, each.at)
    if marks:
        until = inf
    for prompt in played:
        if prompt.began_at < at < prompt.at:
            until = max(until, prompt.at)
            if not prompt.whole and not has_relay:
                dropped = min(dropped, prompt.at)
    return Waiting(min(until, dropped), dropped)
