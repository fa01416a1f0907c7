"""What the emulated cloud does on purpose, so that what calls it can be tested; nothing of it unless it is asked for."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.behaviours.challenge import Challenge
from sipdomain.twilio.behaviours.silence import Silence
from sipdomain.twilio.behaviours.status import Status

BEHAVIOURS: Final[dict[str, type[Behaviour]]] = {
    each.WORD: each
    for each in (
        Status,
        Challenge,
        Silence,
    )
}
"""By the word that scenarios and the control API use."""
