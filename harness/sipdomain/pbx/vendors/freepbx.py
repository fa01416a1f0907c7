"""FreePBX, which is set up by its pages."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

FREEPBX: Final = Vendor(
    "freepbx", "FreePBX", {"settings.txt": ""}, "type them into the pages of the trunk", user_agents=("fpbx",)
)
