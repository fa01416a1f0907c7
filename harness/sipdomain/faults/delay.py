"""Delay: the datagram arrives later, by the same time each, or by times that spread; of chosen messages, with `of`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import ClassVar, Final, Literal

from sipdomain.faults.fault import ALL, Fault, Moment, Passage, Transport, key

Shape = Literal["normal", "uniform", "exponential", "pareto"]
SHAPES: Final[Mapping[Shape, Callable[[Random], float]]] = {
    "normal": lambda rng: rng.gauss(0.0, 1.0),
    "uniform": lambda rng: rng.uniform(-math.sqrt(3.0), math.sqrt(3.0)),
    "exponential": lambda rng: rng.expovariate(1.0) - 1.0,
    "pareto": lambda rng: (rng.paretovariate(3.0) - 1.5) / math.sqrt(0.75),
}
"""Distributions of mean 0 and standard deviation 1; the last two have a long tail (Pareto with the index 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(Fault):
    """Deliver datagrams late.

    Attributes:
        by: By how much, in seconds, up to 300; on the average, where it spreads.
        spread: The standard deviation, in seconds, up to 60; none is delayed by less than 0, nor by more than 300.
        shape: The distribution, one of `SHAPES`.
    """

    ANYWHERE: ClassVar[frozenset[Transport]] = ALL
    by: float = key("By how many seconds; on the average, where it spreads.", least=0, most=300)
    spread: float = key("The standard deviation of that, in seconds.", default=0.0, least=0, most=60)
    shape: Shape = key("How it spreads.", default="normal")

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Fault.__post_init__(self)
        if self.shape not in SHAPES:
            raise ValueError(f"`shape` must be one of {', '.join(SHAPES)}, not {self.shape}")

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through later."""
        late = self.by
        if self.spread:
            late = min(max(0.0, self.by + self.spread * SHAPES[self.shape](moment.rng)), 300.0)
        return [Passage(late, data, moment.binding)]
