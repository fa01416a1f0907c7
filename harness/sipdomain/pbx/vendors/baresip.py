"""baresip, as a phone."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

BARESIP: Final = Vendor(
    "baresip",
    "baresip",
    {"accounts": "", "config": ""},
    "put both into a folder, then: baresip -f FOLDER",
    refused='";,<>',
    user_agents=("baresip",),
)
