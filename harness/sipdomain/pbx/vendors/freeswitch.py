"""FreeSWITCH, as a gateway of its external profile."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

FREESWITCH: Final = Vendor(
    "freeswitch",
    "FreeSWITCH",
    {"gateway.xml": "", "external-tls.xml": "tls"},
    "put gateway.xml into /etc/freeswitch/sip_profiles/external, then: fs_cli -x 'sofia profile external rescan'",
    escapes={"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "$": "&#36;"},
    user_agents=("freeswitch",),
)
