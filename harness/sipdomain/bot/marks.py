"""The check of marks: one that comes back before the caller has heard anything was sent before its audio."""

from __future__ import annotations

from typing import Any, Final

from sipdomain.bot.seen import CallSeen, Seen
from sipdomain.bot.verdict import Limits, Verdict, in_short

AT_ONCE: Final = 0.05
"""How soon a mark comes back before which nothing waits, in seconds."""
SAME: Final = 0.1
"""How much earlier than a mark the voice may begin that is sent with it, in seconds: it is found by its energy."""
SOON: Final = 1.0
"""How soon behind it the voice begins that it was sent ahead of, in seconds."""


def marks(seen: Seen, limits: Limits) -> Verdict:
    """Say whether marks stand behind their audio, and each that was sent came back in the same order."""
    del limits
    faults, count = [], 0
    for call in seen.calls:
        for name, sent_at, back_at in pairs(call):
            count += 1
            if (
                back_at is not None
                and back_at - sent_at <= AT_ONCE
                and (ahead := _ahead(call, sent_at)) is not None
            ):
                faults.append(
                    f"call {call.number}: mark “{name}” came back {1000 * (back_at - sent_at):.0f} ms after it was sent, "
                    f"at {back_at - call.zero:.2f} s, and the voice began at {ahead - call.zero:.2f} s"
                )
    if faults:
        return Verdict("failed", in_short(faults), tuple(faults))
    if not count:
        return Verdict("not run", "the bot sets no marks")
    return Verdict("passed", f"{count} marks behind their audio")


def pairs(call: CallSeen) -> list[tuple[str, float, float | None]]:
    """Return the marks of a call: the name, when the bot sent it, and when it came back, None for never."""
    back: dict[tuple[int, str], list[float]] = {}
    sent: list[tuple[int, str, float]] = []
    for each in call.messages:
        name = _name(each.content)
        if name is None or each.wrong:
            continue
        if each.lane == "in":
            sent.append((each.socket, name, each.at))
        else:
            back.setdefault((each.socket, name), []).append(each.at)
    found = []
    for socket, name, at in sent:
        moments = back.get((socket, name), [])
        found.append((name, at, moments.pop(0) if moments else None))
    return found


def _name(message: dict[str, Any]) -> str | None:
    if message.get("event") != "mark":
        return None
    mark = message.get("mark")
    return str(mark.get("name", "")) if isinstance(mark, dict) else None


def _ahead(call: CallSeen, sent_at: float) -> float | None:
    """Return when the voice begins that a mark was sent ahead of; None where one was just before it, or none comes soon."""
    voices = call.talk.voices if call.talk is not None else []
    end_of = call.talk.end_of if call.talk is not None else None
    if end_of is None or any(
        each.begin < sent_at - SAME and end_of(each) > sent_at - SOON for each in voices
    ):
        return None
    return next((each.begin for each in voices if sent_at - SAME <= each.begin <= sent_at + SOON), None)
