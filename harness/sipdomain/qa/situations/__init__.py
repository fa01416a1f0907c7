"""The situations: one file and one line here for each, in the order in which they are played."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.situation import Situation
from sipdomain.qa.situations import (
    ack_lost,
    another_realm,
    audio_elsewhere,
    between_calls,
    by_name,
    call,
    cancel,
    challenged_bye,
    cloud_holds,
    crossed_cancel,
    dns_turns,
    edge_refuses,
    edge_silent,
    edge_unavailable,
    glare,
    hang_up,
    hold,
    keys,
    long_call,
    new_nonce,
    other_tag,
    refer,
    refusals,
    refused_for_ever,
    register,
    registration_granted,
    registration_interval,
    registration_off,
    session_interval,
    session_refresh,
    silence,
    stale,
    strange_messages,
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
        cloud_holds.SITUATION,
        glare.SITUATION,
        cancel.SITUATION,
        crossed_cancel.SITUATION,
        other_tag.SITUATION,
        audio_elsewhere.SITUATION,
        refer.SITUATION,
        strange_messages.SITUATION,
        refusals.SITUATION,
        stale.SITUATION,
        new_nonce.SITUATION,
        refused_for_ever.SITUATION,
        challenged_bye.SITUATION,
        another_realm.SITUATION,
        unheard.SITUATION,
        ack_lost.SITUATION,
        session_interval.SITUATION,
        dns_turns.SITUATION,
        by_name.SITUATION,
        edge_refuses.SITUATION,
        edge_unavailable.SITUATION,
        edge_silent.SITUATION,
        register.SITUATION,
        registration_interval.SITUATION,
        registration_off.SITUATION,
        registration_granted.SITUATION,
        between_calls.SITUATION,
        session_refresh.SITUATION,
        long_call.SITUATION,
    )
}
"""By name."""
