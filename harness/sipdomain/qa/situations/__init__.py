"""The situations: one file and one line here for each, in the order in which they are played."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.situation import Situation
from sipdomain.qa.situations import (
    ack_lost,
    another_realm,
    between_calls,
    call,
    cancel,
    challenged_bye,
    hang_up,
    hold,
    keys,
    long_call,
    new_nonce,
    refusals,
    refused_for_ever,
    register,
    registration_interval,
    registration_off,
    session_interval,
    silence,
    stale,
    unheard,
)

SITUATIONS: Final[dict[str, Situation]] = {
    each.name: each
    for each in (
        call.SITUATION,
        hang_up.SITUATION,
        keys.SITUATION,
        silence.SITUATION,
        hold.SITUATION,
        cancel.SITUATION,
        refusals.SITUATION,
        stale.SITUATION,
        new_nonce.SITUATION,
        refused_for_ever.SITUATION,
        challenged_bye.SITUATION,
        another_realm.SITUATION,
        unheard.SITUATION,
        ack_lost.SITUATION,
        session_interval.SITUATION,
        register.SITUATION,
        registration_interval.SITUATION,
        registration_off.SITUATION,
        between_calls.SITUATION,
        long_call.SITUATION,
    )
}
"""By name."""
