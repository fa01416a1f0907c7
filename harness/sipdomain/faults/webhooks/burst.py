"""Errors in bursts: an application that is now well and now gone, by the model of Gilbert and Elliott."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Moment, key
from sipdomain.faults.webhooks.status import Status
from sipdomain.faults.webhooks.webhook_fault import Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst(Status):
    """Answer in the application's place in bursts. Each request that it is meant for first may begin or end one.

    Attributes:
        p: How likely a burst begins with a request.
        r: How likely it ends with one: bursts have 1/r requests on the average.
    """

    p: float = key("How likely a burst begins with a request.", least=0, most=1)
    r: float = key(
        "How likely one ends with a request: bursts have 1/r of them on the average.", least=0, most=1
    )

    def strike(self, before: Treatment, moment: Moment) -> list[Treatment]:
        """Let the status come while there is a burst."""
        if moment.memory.turned(self.p, self.r, moment.rng):
            return [before._replace(status=self.code)]
        return [before]
