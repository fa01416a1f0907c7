"""Checks: what each looks for in a call; one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sipdomain.trace.calls import Call, calls
from sipdomain.trace.checks import answers, audio, keys, places, refusals
from sipdomain.trace.finding import Finding
from sipdomain.trace.trace import Trace

Check = Callable[[Call], Iterator[Finding]]

CHECKS: Final[tuple[Check, ...]] = (
    answers.requests_without_an_answer,
    answers.final_responses_without_ack,
    answers.late_ringing,
    answers.cancel_race,
    refusals.credentials_again_and_again,
    refusals.refused,
    places.unreachable_addresses,
    audio.missing,
    audio.late,
    audio.lossy,
    audio.unsteady,
    keys.twice,
    keys.in_band,
    keys.without_end,
)


def findings(trace: Trace) -> list[tuple[Call, list[Finding]]]:
    """Return each call of a trace with what is wrong with it, in order of time."""
    return [
        (call, sorted((found for check in CHECKS for found in check(call)), key=lambda each: each.at))
        for call in calls(trace)
    ]
