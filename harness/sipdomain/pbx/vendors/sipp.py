"""SIPp, which registers once, or calls."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

SIPP: Final = Vendor(
    "sipp",
    "SIPp",
    {"register.xml": "", "call.xml": ""},
    "the first lines of each file have its command",
    refused='[]"<>& ',
    lacks={"tls": "its packages, such as Debian's, are built without TLS"},
    user_agents=("sipp",),
)
