"""Checks of turns: answers, interruptions, keys and silences, as the caller hears them."""

from __future__ import annotations

from collections.abc import Iterator

from sipdomain.bot.seen import CallSeen, Seen, TurnSeen
from sipdomain.bot.verdict import Limits, Verdict, in_short, percentile


def conversation(seen: Seen, limits: Limits) -> Verdict:
    """Say whether the bot was there for each turn of the table."""
    del limits
    faults, unclear = [], []
    for call in seen.calls:
        if call.left:
            done = len(seen.turns) - call.left
            faults.append(f"{_of(call)}: the bot ended it after turn {done} of {len(seen.turns)}")
        for turn in call.turns:
            if turn.missed and not turn.interrupts:
                faults.append(f"{_at(call, turn)}: its moment did not come: {turn.missed}")
            elif turn.said is not None and call.words(turn) is None:
                unclear.append(f"{_at(call, turn)}: the call ended while the caller spoke")
    count = sum(len(each.turns) for each in seen.calls)
    if faults:
        return Verdict("failed", in_short(faults), tuple(faults))
    if not count:
        return Verdict("could not tell", "no call came as far as a turn")
    if unclear:
        return Verdict("could not tell", unclear[0], tuple(unclear))
    return Verdict("passed", f"{count} turns in {len(seen.calls)} calls")


def answers(seen: Seen, limits: Limits) -> Verdict:
    """Say how soon the bot answers words."""
    times: list[float] = []
    lines, faults = [], []
    for call, turn in _turns(seen):
        if turn.turn.say is None or call.words(turn) is None or _spoke_through(call, turn):
            continue
        after = call.answer(turn)
        own = turn.turn.answers_within
        if after is None:
            lines.append(f"{_at(call, turn)}: no answer")
            faults.append(lines[-1])
            continue
        times.append(after)
        lines.append(f"{_at(call, turn)}: after {after:.2f} s")
        if own is not None and after > own:
            faults.append(f"{lines[-1]}, and at most {own:g} s is allowed there")
    if not times and not faults:
        return Verdict("could not tell", "no words of the caller's came to their end", tuple(lines))
    figures = {}
    said = "no answer at all"
    if times:
        half, most = percentile(times, 0.5), percentile(times, 0.95)
        figures = {"answer_p50": half, "answer_p95": most, "answers": float(len(times))}
        said = f"p50 {half:.2f} s, p95 {most:.2f} s of {len(times)} answers"
        if most > limits.answer_within:
            faults.insert(0, f"p95 {most:.2f} s is more than {limits.answer_within:g} s")
    if faults:
        return Verdict("failed", f"{said}; {in_short(faults)}", tuple(lines), figures)
    return Verdict("passed", f"{said} (at most {limits.answer_within:g} s)", tuple(lines), figures)


def talk_over(seen: Seen, limits: Limits) -> Verdict:
    """Say whether the bot lets the caller end before it speaks."""
    lines, faults, most, count = [], [], 0.0, 0
    for call, turn in _turns(seen):
        if turn.turn.say is None or turn.interrupts or call.words(turn) is None:
            continue
        count += 1
        for after, seconds in call.began_over(turn):
            most = max(most, seconds)
            lines.append(
                f"{_at(call, turn)}: it spoke {after:.2f} s after the caller had begun, over {seconds:.2f} s of his words"
            )
            if seconds > limits.talk_over:
                faults.append(lines[-1])
    figures = {"talk_over_max": most}
    if not count:
        return Verdict("could not tell", "no words of the caller's came to their end")
    if faults:
        return Verdict("failed", in_short(faults), tuple(lines), figures)
    said = (
        f"{most:.2f} s at most (of {limits.talk_over:g} s)" if most else "it waits until the caller has ended"
    )
    return Verdict("passed", said, tuple(lines), figures)


def words(seen: Seen, limits: Limits) -> Verdict:
    """Say whether the words of the table were heard."""
    del limits
    found = [
        (f"{_at(call, turn)}: “{text}”: {got}", is_met)
        for call, turn in _turns(seen)
        for text, is_met, got in turn.heard
    ]
    if not any(each.heard is not None for each in seen.turns):
        return Verdict("not run", "no turn of the table has `heard`")
    if not found:
        return Verdict("could not tell", "no turn with `heard` was come to")
    faults = [line for line, is_met in found if is_met is False]
    unclear = [line for line, is_met in found if is_met is None]
    if faults:
        return Verdict("failed", in_short(faults), tuple(line for line, _ in found))
    if unclear:
        return Verdict("could not tell", in_short(unclear), tuple(unclear))
    return Verdict("passed", f"{len(found)} texts were heard", tuple(line for line, _ in found))


def barge_in(seen: Seen, limits: Limits) -> Verdict:
    """Say how soon the bot falls silent when it is interrupted."""
    if (none := _no_interruption(seen)) is not None:
        return none
    times, lines, faults = [], [], []
    for call, turn in _turns(seen):
        found = call.interruption(turn) if turn.interrupts else None
        if found is None:
            continue
        limit = turn.turn.stops_within or limits.stops_within
        if found.stopped_after is None:
            lines.append(f"{_at(call, turn)}: it spoke on until the call was over")
            faults.append(lines[-1])
            continue
        times.append(found.stopped_after)
        lines.append(f"{_at(call, turn)}: silent after {found.stopped_after:.2f} s")
        if found.stopped_after > limit:
            faults.append(f"{lines[-1]}, and at most {limit:g} s is allowed")
    figures = {"stops_max": max(times), "stops_p50": percentile(times, 0.5)} if times else {}
    if faults:
        return Verdict("failed", in_short(faults), tuple(lines), figures)
    return Verdict(
        "passed",
        f"silent within {max(times):.2f} s (at most {limits.stops_within:g} s)",
        tuple(lines),
        figures,
    )


def stale(seen: Seen, limits: Limits) -> Verdict:
    """Say how much is heard of what the bot was saying when it was interrupted."""
    if (none := _no_interruption(seen)) is not None:
        return none
    lines, faults, most = [], [], 0.0
    for call, turn in _turns(seen):
        found = call.interruption(turn) if turn.interrupts else None
        if found is None:
            continue
        own = turn.turn.stale_audio
        limit = limits.stale_audio if own is None else own
        most = max(most, found.stale)
        lines.append(f"{_at(call, turn)}: {found.stale:.2f} s of it were heard{_cleared(call, turn)}")
        if found.stale > limit:
            faults.append(f"{lines[-1]}, and at most {limit:g} s is allowed")
    figures = {"stale_max": most}
    if faults:
        return Verdict("failed", in_short(faults), tuple(lines), figures)
    return Verdict("passed", f"{most:.2f} s at most (of {limits.stale_audio:g} s)", tuple(lines), figures)


def dead_air(seen: Seen, limits: Limits) -> Verdict:
    """Say how long the bot leaves the caller in silence."""
    found = [(call, *each) for call in seen.calls for each in call.silences()]
    if not any(call.talk is not None and call.talk.voices for call in seen.calls):
        return Verdict("could not tell", "the bot was never heard")
    longest = max((seconds for _, _, seconds, _ in found), default=0.0)
    figures = {"silence_max": longest}
    long = [
        f"{_of(call)}: {seconds:.2f} s of silence from {begin:.2f} s: {why}"
        for call, begin, seconds, why in found
        if seconds > limits.silence_at_most
    ]
    if any(each.talk is not None and not each.talk.is_whole for each in seen.calls):
        return Verdict("could not tell", "a call is too long to be kept whole", tuple(long), figures)
    if long:
        return Verdict("failed", in_short(long), tuple(long), figures)
    said = f"the longest silence is {longest:.2f} s (of {limits.silence_at_most:g} s)"
    return Verdict("passed", said, (), figures)


def keys(seen: Seen, limits: Limits) -> Verdict:
    """Say whether the bot does something about keys."""
    if not any(each.press is not None for each in seen.turns):
        return Verdict("not run", "no turn of the table has `press`")
    lines, faults, unclear = [], [], []
    for call, turn in _turns(seen):
        if turn.turn.press is None:
            continue
        words = call.words(turn)
        if words is None or words.end is None:
            unclear.append(f"{_at(call, turn)}: not pressed{f': {turn.missed}' if turn.missed else ''}")
            continue
        if not any(
            each.content.get("event", each.content.get("type")) == "dtmf"
            for each in call.messages
            if each.lane == "out" and each.at >= words.begin - 0.1
        ):
            unclear.append(f"{_at(call, turn)}: no dtmf message went to the bot")
            continue
        limit = turn.turn.answers_within or limits.silence_at_most
        after = call.answer(turn)
        end = call.call.ended_at
        if after is not None and after <= limit:
            lines.append(f"{_at(call, turn)}: an answer after {after:.2f} s")
        elif call.call.ended_by == "them" and end is not None and end - words.end <= limit:
            lines.append(f"{_at(call, turn)}: it ended the call after {end - words.end:.2f} s")
        else:
            late = "no answer" if after is None else f"an answer after {after:.2f} s only"
            lines.append(f"{_at(call, turn)}: {late}, though a dtmf message went to the bot")
            faults.append(lines[-1])
    if faults:
        return Verdict("failed", in_short(faults), (*lines, *unclear))
    if unclear or not lines:
        return Verdict("could not tell", unclear[0] if unclear else "no key was pressed", (*lines, *unclear))
    return Verdict("passed", f"{len(lines)} times", tuple(lines))


def _turns(seen: Seen) -> Iterator[tuple[CallSeen, TurnSeen]]:
    for call in seen.calls:
        for turn in call.turns:
            yield call, turn


def _spoke_through(call: CallSeen, turn: TurnSeen) -> bool:
    """Return whether the bot spoke on over an interruption, so that nothing is known of an answer."""
    words, found = call.words(turn), call.interruption(turn)
    if not turn.interrupts or words is None or words.end is None:
        return False
    return found is None or found.stopped_after is None or words.begin + found.stopped_after > words.end


def _no_interruption(seen: Seen) -> Verdict | None:
    if not any(each.barge_in_at is not None for each in seen.turns):
        return Verdict("not run", "no turn of the table has `barge_in_at`")
    missed = []
    count = 0
    for call, turn in _turns(seen):
        if not turn.interrupts:
            continue
        if call.interruption(turn) is not None:
            count += 1
        else:
            missed.append(f"{_at(call, turn)}: {turn.missed or 'the bot had fallen silent already'}")
    if count:
        return None
    why = missed[0] if missed else "no turn with `barge_in_at` was come to"
    return Verdict("could not tell", f"nothing was interrupted: {why}", tuple(missed))


def _cleared(call: CallSeen, turn: TurnSeen) -> str:
    """Say whether the bot emptied its queue when it was interrupted."""
    words = call.words(turn)
    if words is None:
        return ""
    at = next(
        (
            each.at
            for each in call.messages
            if each.lane == "in" and each.content.get("event") == "clear" and each.at >= words.begin
        ),
        None,
    )
    return "; the bot sent no `clear`" if at is None else f"; it sent `clear` after {at - words.begin:.2f} s"


def _of(call: CallSeen) -> str:
    return f"call {call.number}"


def _at(call: CallSeen, turn: TurnSeen) -> str:
    return f"{_of(call)}, turn {turn.number}"
