"""What a bad line does to datagrams: pure functions of the data, the moment and a seeded generator."""

from __future__ import annotations

from typing import Final

from harness.faults.chain import Chain
from harness.faults.corrupt import Corrupt
from harness.faults.delay import Delay
from harness.faults.drop import Drop
from harness.faults.duplicate import Duplicate
from harness.faults.fault import Fault, Passage
from harness.faults.reorder import Reorder

FAULTS: Final[dict[str, type[Fault]]] = {
    "duplicate": Duplicate,
    "drop": Drop,
    "corrupt": Corrupt,
    "delay": Delay,
    "reorder": Reorder,
}
"""By the word that a scenario uses; in the order in which a datagram meets them, so that each copy may be lost alone."""

__all__ = ["FAULTS", "Chain", "Corrupt", "Delay", "Drop", "Duplicate", "Fault", "Passage", "Reorder"]
