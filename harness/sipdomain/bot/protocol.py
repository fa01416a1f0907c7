"""Checks of sockets: whether they open, what the provider's debugger says of them, and whether signatures are looked at."""

from __future__ import annotations

from collections import Counter

from sipdomain.bot.seen import CallSeen, Seen
from sipdomain.bot.verdict import Limits, Verdict, in_short
from sipdomain.twilio.streams.stream import CLOSED

_NORMAL = frozenset({1000, 1001, 1005})


def answered(seen: Seen, limits: Limits) -> Verdict:
    """Say whether each call was answered, and its socket opened."""
    del limits
    faults = [f"call {call.number}: {why}" for call in seen.calls if (why := _trouble(call))]
    if faults:
        return Verdict("failed", in_short(faults), tuple(faults))
    return Verdict("passed", f"{len(seen.calls)} of {len(seen.calls)} calls")


def _trouble(call: CallSeen) -> str:
    alerts = "".join(f"; {each.code}: {each.text}" for each in call.alerts[:2])
    if call.call.answered_at is None:
        status = f" with {call.call.final_status}" if call.call.final_status else ""
        return f"it was not answered{status}{alerts}"
    if not call.requested:
        return f"no socket was asked for{alerts}"
    for each in call.requested:
        if each.socket not in call.opened:
            end = next((ended for ended in call.ended if ended.socket == each.socket), None)
            why = end.detail if end is not None and end.detail else "it was not opened"
            status = f" (HTTP {end.status})" if end is not None and end.status else ""
            return f"{each.url}: {why}{status}{alerts}"
    return ""


def protocol(seen: Seen, limits: Limits) -> Verdict:
    """Say which alerts the bot caused; a socket that it closed in order is none of them."""
    del limits
    codes: Counter[int] = Counter()
    lines = []
    for call in seen.calls:
        orderly = any(each.end == "closed by the server" and each.code in _NORMAL for each in call.ended)
        for each in call.alerts:
            if each.code == CLOSED and orderly:
                continue
            codes[each.code] += 1
            lines.append(f"call {call.number}: {each.code} at {each.at - call.zero:.2f} s: {each.text}")
            wrong = [found for found in call.messages if found.wrong and found.at <= each.at + 0.001]
            if wrong:
                lines.append(f"    {wrong[-1].text[:200]}")
    if not any(call.opened for call in seen.calls):
        return Verdict("could not tell", "no socket was opened", tuple(lines))
    if codes:
        counted = ", ".join(
            f"{code} {count} times" if count > 1 else str(code) for code, count in sorted(codes.items())
        )
        figures = {f"alert_{code}": float(count) for code, count in codes.items()}
        return Verdict("failed", f"alerts {counted}", tuple(lines), figures)
    return Verdict("passed", "no alert")


def signature(seen: Seen, limits: Limits) -> Verdict:
    """Say whether sockets with a wrong signature, and without one, were refused."""
    del limits
    if not seen.probes:
        return Verdict("not run", f"not checked: {seen.unprobed or 'it was not asked for'}")
    lines = tuple(f"{each.url} with {each.sent}: {each.said}" for each in seen.probes)
    accepted = [each for each in seen.probes if each.met == "accepted"]
    if accepted:
        return Verdict("failed", f"a socket with {accepted[0].sent} is taken: {accepted[0].said}", lines)
    unclear = [each for each in seen.probes if each.met == "unclear"]
    if unclear:
        return Verdict("could not tell", f"{unclear[0].sent}: {unclear[0].said}", lines)
    return Verdict("passed", f"{len(lines)} wrong ones are refused: {seen.probes[0].said}", lines)
