"""OpenSIPS, as a proxy in front of phones."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

OPENSIPS: Final = Vendor(
    "opensips",
    "OpenSIPS",
    {"opensips.cfg": ""},
    "opensips -f opensips.cfg",
    refused='"\\',
    user_agents=("opensips",),
)
