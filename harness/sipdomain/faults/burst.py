"""Loss in bursts: the model of Gilbert and Elliott, a line that is now good and now bad.

E. N. Gilbert, Capacity of a Burst-Noise Channel, 1960; `loss gemodel` of tc-netem(8) has the same four figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import Bounds, Fault, Moment, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst(Fault):
    """Lose datagrams in bursts. Each one that it is meant for first may change the state, and then may be lost.

    Attributes:
        p: How likely a good line turns bad.
        r: How likely a bad line turns good: bursts have 1/r datagrams on the average.
        bad_loss: How likely a datagram is lost while the line is bad (1-h in the model).
        good_loss: How likely one is lost while it is good (1-k).
    """

    BOUNDS: ClassVar[Bounds] = {
        "p": (0.0, 1.0), "r": (0.0, 1.0), "bad_loss": (0.0, 1.0), "good_loss": (0.0, 1.0),
    }  # fmt: skip
    p: float
    r: float
    bad_loss: float = 1.0
    good_loss: float = 0.0

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through, or not, as the line is."""
        memory, rng = moment.memory, moment.rng
        if rng.random() < (self.r if memory.bad else self.p):
            memory.bad = not memory.bad
        lost = rng.random() < (self.bad_loss if memory.bad else self.good_loss)
        return [] if lost else [Passage(0.0, data, moment.binding)]
