"""What a bad line does to datagrams and streams: pure functions of the data, the moment and a seeded generator."""

from __future__ import annotations

from typing import Final

from sipdomain.faults.burst import Burst
from sipdomain.faults.chain import Chain
from sipdomain.faults.corrupt import Corrupt
from sipdomain.faults.delay import Delay
from sipdomain.faults.drop import Drop
from sipdomain.faults.duplicate import Duplicate
from sipdomain.faults.fault import Act, Fault, Passage, Sender, Transport
from sipdomain.faults.half_close import HalfClose
from sipdomain.faults.limit import Limit
from sipdomain.faults.merge import Merge
from sipdomain.faults.rebind import Rebind
from sipdomain.faults.refuse import Refuse
from sipdomain.faults.reorder import Reorder
from sipdomain.faults.reset import Reset
from sipdomain.faults.split import Split
from sipdomain.faults.truncate import Truncate

FAULTS: Final[dict[str, type[Fault]]] = {
    "duplicate": Duplicate,
    "drop": Drop,
    "burst": Burst,
    "corrupt": Corrupt,
    "truncate": Truncate,
    "merge": Merge,
    "limit": Limit,
    "delay": Delay,
    "reorder": Reorder,
    "rebind": Rebind,
    "refuse": Refuse,
    "half_close": HalfClose,
    "reset": Reset,
    "split": Split,
}
"""By the word that a scenario uses; in the order in which a message meets them, so that each copy may be lost alone."""

__all__ = [
    "FAULTS", "Act", "Burst", "Chain", "Corrupt", "Delay", "Drop", "Duplicate", "Fault", "HalfClose", "Limit", "Merge",
    "Passage", "Rebind", "Refuse", "Reorder", "Reset", "Sender", "Split", "Transport", "Truncate",
]  # fmt: skip
