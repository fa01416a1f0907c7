"""What verbs that connect have in common: * may end it, and so may the caller; then the action is asked."""

from __future__ import annotations

from collections.abc import Generator

from sipdomain.twiml.program import (
    Continue,
    End,
    First,
    FirstOf,
    Goto,
    Happened,
    Interrupted,
    Key,
    Outcome,
    Parameters,
    Want,
)


def connected(*wants: Want, hang_up_on_star: bool) -> Generator[Want, Happened, Happened | End | None]:
    """Carry out wants until one of them is over.

    Args:
        wants: What connects, and what else may end it, such as a `Sleep`.
        hang_up_on_star: Whether * ends it.

    Returns:
        What came of the first want; None when another one ended it, *, or the caller hung up; `End` when the call goes on
        elsewhere.
    """
    star = (Key("*"),) if hang_up_on_star else ()
    match (yield FirstOf((*wants, *star))):
        case First(0, happened):
            return happened
        case Interrupted(reason) if reason != "hung-up":
            return End()
        case _:
            return None


def go_on(action: str, method: str, said: Parameters) -> Outcome:
    """Return how it goes on: the action is asked, and told this; without one the next verb follows."""
    return Goto(action, method, said, "action") if action else Continue()
