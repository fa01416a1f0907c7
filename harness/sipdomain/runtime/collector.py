"""When cycles are looked for in an emulator that runs for long: young objects in small portions, all when it is at rest.

Calls leave no cycles behind: what is found comes of tasks, connections and exceptions.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Final

_YOUNG: Final = 2_500
"""How many objects more than before are looked at at once: that takes about a millisecond."""
_PORTIONS: Final = 4
"""After how many such portions what is left of them is looked at once more, which takes some five milliseconds."""
_UNDISTURBED: Final = 1_000
"""How many times so much may grow old while it is never at rest until everything is looked at all the same."""
_AGED: Final = 8
"""How many times so much has to have grown old for a look at everything: 100,000 objects."""
_INTERVAL: Final = 10.0
"""How often it is asked whether the emulator is at rest, in seconds."""


def collect_in_portions() -> None:
    """Look no more at what there is now, and at what comes in portions that hold nobody up."""
    gc.freeze()
    gc.set_threshold(_YOUNG, _PORTIONS, _UNDISTURBED)


async def collect_at_rest(is_at_rest: Callable[[], bool]) -> None:
    """Look at everything whenever nothing goes on and much has grown old: it takes a tenth of a second with full stores.

    Args:
        is_at_rest: Whether nobody would notice.
    """
    while True:
        await asyncio.sleep(_INTERVAL)
        collect_if(is_at_rest)


def collect_if(is_at_rest: Callable[[], bool]) -> None:
    """Look at everything if much has grown old, and nothing goes on."""
    if gc.get_count()[2] >= _AGED and is_at_rest():
        gc.collect()
