"""What goes wrong with webhooks: pure functions of a request, the moment and a seeded generator."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from sipdomain.faults.webhooks.double import Double
from sipdomain.faults.webhooks.fail import ENDINGS, Fail
from sipdomain.faults.webhooks.lose import Lose
from sipdomain.faults.webhooks.shuffle import Shuffle
from sipdomain.faults.webhooks.slow import Slow
from sipdomain.faults.webhooks.status import Status
from sipdomain.faults.webhooks.type import Type
from sipdomain.faults.webhooks.webhook_fault import CALLBACKS, DOCUMENTS, PURPOSES, Treatment, WebhookFault

WEBHOOK_FAULTS: Final[dict[str, type[WebhookFault]]] = {
    "double": Double,
    "shuffle": Shuffle,
    "lose": Lose,
    "slow": Slow,
    "status": Status,
    "type": Type,
    "fail": Fail,
}
"""By the word that a scenario uses; in the order in which a request meets them."""


def treatments(faults: Sequence[WebhookFault], purpose: str, now: float, rng: Random) -> list[Treatment]:
    """Return what becomes of a request: the first is the request itself, the others are copies of it.

    Args:
        faults: In the order in which the request meets them.
        purpose: What it is for, as in the journal.
        now: The moment at which it is made, in seconds of the run.
        rng: What chance is drawn from.
    """
    found = [Treatment()]
    for fault in faults:
        found = [after for before in found for after in fault.decide(before, purpose, now, rng)]
    return found


__all__ = [
    "CALLBACKS", "DOCUMENTS", "ENDINGS", "PURPOSES", "WEBHOOK_FAULTS", "Double", "Fail", "Lose", "Shuffle", "Slow",
    "Status", "Treatment", "Type", "WebhookFault", "treatments",
]  # fmt: skip
