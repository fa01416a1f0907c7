"""Grandstream's phones, which are set up by their pages."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

GRANDSTREAM: Final = Vendor(
    "grandstream",
    "Grandstream",
    {"settings.txt": ""},
    "type them into the pages of the phone",
    user_agents=("grandstream",),
)
