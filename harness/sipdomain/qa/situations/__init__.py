"""The situations: one file and one line here for each, in the order in which they are played."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.situation import Situation
from sipdomain.qa.situations import (
    between_calls,
    busy,
    call,
    hang_up,
    keys,
    long_call,
    register,
    silence,
    wrong_password,
)

SITUATIONS: Final[dict[str, Situation]] = {
    each.name: each
    for each in (
        call.SITUATION,
        hang_up.SITUATION,
        keys.SITUATION,
        silence.SITUATION,
        busy.SITUATION,
        wrong_password.SITUATION,
        register.SITUATION,
        between_calls.SITUATION,
        long_call.SITUATION,
    )
}
"""By name."""
