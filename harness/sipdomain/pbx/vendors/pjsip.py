"""PJSIP, by the options of its program pjsua."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

PJSIP: Final = Vendor(
    "pjsip",
    "PJSIP",
    {"pjsua.cfg": ""},
    "pjsua --config-file pjsua.cfg",
    refused="\"' #\\",
    user_agents=("pjsua", "pjproject", "pjsip"),
)
