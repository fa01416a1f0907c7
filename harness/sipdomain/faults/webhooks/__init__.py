"""What goes wrong with webhooks: pure functions of a request, the moment and a seeded generator."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from sipdomain.faults.fault import Memory, Moment, Streams, stream_of
from sipdomain.faults.webhooks.burst import Burst
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
    "burst": Burst,
    "type": Type,
    "fail": Fail,
}
"""By the word that a scenario uses; in the order in which a request meets them."""
_WORDS: Final = {kind: word for word, kind in WEBHOOK_FAULTS.items()}


@dataclass(frozen=True, slots=True)
class WebhookChain:
    """What becomes of requests; each fault sees what the one before it let through.

    Attributes:
        faults: In the order in which a request meets them.
    """

    faults: tuple[WebhookFault, ...]
    _memories: dict[int, Memory] = field(default_factory=dict, compare=False)
    _streams: Streams = field(default_factory=dict, compare=False)

    def decide(
        self, purpose: str, now: float, rng: Random, *, met: list[str] | None = None
    ) -> list[Treatment]:
        """Return what becomes of a request: the first is the request itself, the others are copies of it.

        Args:
            purpose: What it is for, as in the journal.
            now: The moment at which it is made, in seconds of the run.
            rng: What chance is drawn from, at first: each fault then draws by itself.
            met: Gets the words of the faults that changed what becomes of it.
        """
        found = [Treatment()]
        for number, fault in enumerate(self.faults):
            stream = stream_of(number, self.faults, self._streams, rng)
            moment = Moment(now, stream, self._memories.setdefault(number, Memory()))
            after = [each for before in found for each in fault.decide(before, purpose, moment)]
            if met is not None and after != found:
                met.append(_WORDS[fault.__class__])
            found = after
        return found


__all__ = [
    "CALLBACKS", "DOCUMENTS", "ENDINGS", "PURPOSES", "WEBHOOK_FAULTS", "Burst", "Double", "Fail", "Lose", "Shuffle", "Slow",
    "Status", "Treatment", "Type", "WebhookChain", "WebhookFault",
]  # fmt: skip
