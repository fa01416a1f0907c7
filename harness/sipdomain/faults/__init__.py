"""What a bad line does to datagrams: pure functions of the data, the moment and a seeded generator."""

from __future__ import annotations

from typing import Final

from sipdomain.faults.chain import Chain
from sipdomain.faults.corrupt import Corrupt
from sipdomain.faults.delay import Delay
from sipdomain.faults.drop import Drop
from sipdomain.faults.duplicate import Duplicate
from sipdomain.faults.fault import Fault, Passage, Sender
from sipdomain.faults.reorder import Reorder
from sipdomain.faults.truncate import Truncate

FAULTS: Final[dict[str, type[Fault]]] = {
    "duplicate": Duplicate,
    "drop": Drop,
    "corrupt": Corrupt,
    "truncate": Truncate,
    "delay": Delay,
    "reorder": Reorder,
}
"""By the word that a scenario uses; in the order in which a datagram meets them, so that each copy may be lost alone."""

__all__ = [
    "FAULTS",
    "Chain",
    "Corrupt",
    "Delay",
    "Drop",
    "Duplicate",
    "Fault",
    "Passage",
    "Reorder",
    "Sender",
    "Truncate",
]
