"""The drivers: what makes the PBX call; one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.qa.drivers.baresip import BaresipDriver
from sipdomain.qa.drivers.by_hand import ByHand
from sipdomain.qa.drivers.driver import Driver
from sipdomain.qa.drivers.pjsip import PjsipDriver
from sipdomain.qa.drivers.sipp import SippDriver

PROGRAMS: Final[dict[str, Callable[[], Driver]]] = {
    "sipp": SippDriver,
    "baresip": BaresipDriver,
    "pjsip": PjsipDriver,
}
"""Those that are a program, by name."""
DRIVERS: Final = (ByHand.name, *PROGRAMS, "phone")
"""What `--driver` takes."""
