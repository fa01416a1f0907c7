"""Loss in bursts: the model of Gilbert and Elliott, a line that is now good and now bad.

E. N. Gilbert, Capacity of a Burst-Noise Channel, 1960; `loss gemodel` of tc-netem(8) has the same four figures.
"""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Moment, Passage, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst(Fault):
    """Lose datagrams in bursts. Each one that it is meant for first may change the state, and then may be lost.

    Attributes:
        p: How likely a good line turns bad.
        r: How likely a bad line turns good: bursts have 1/r datagrams on the average.
        bad_loss: How likely a datagram is lost while the line is bad (1-h in the model).
        good_loss: How likely one is lost while it is good (1-k).
    """

    p: float = key("How likely a good line turns bad with one of them.", least=0, most=1)
    r: float = key(
        "How likely a bad line turns good: bursts have 1/r of them on the average.", least=0, most=1
    )
    bad_loss: float = key("How likely one is lost while the line is bad (1-h).", default=1.0, least=0, most=1)
    good_loss: float = key("How likely one is lost while it is good (1-k).", default=0.0, least=0, most=1)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let it through, or not, as the line is."""
        is_bad = moment.memory.turned(self.p, self.r, moment.rng)
        lost = moment.rng.random() < (self.bad_loss if is_bad else self.good_loss)
        return [] if lost else [Passage(0.0, data, moment.binding)]
