"""Yealink's phones, by a file for their provisioning."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

YEALINK: Final = Vendor(
    "yealink",
    "Yealink",
    {"account.cfg": ""},
    "import it on the phone's page: Settings, Configuration, CFG",
    user_agents=("yealink",),
)
