"""3CX, which is set up by its pages."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

THREECX: Final = Vendor(
    "3cx", "3CX", {"settings.txt": ""}, "type them into the pages of the trunk", user_agents=("3cx",)
)
