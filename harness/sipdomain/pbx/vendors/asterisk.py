"""Asterisk, by chan_pjsip."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

ASTERISK: Final = Vendor(
    "asterisk",
    "Asterisk",
    {"pjsip.conf": "", "extensions.conf": ""},
    "include both in the files of their names in /etc/asterisk, then: asterisk -rx 'core reload'",
    escapes={";": "\\;"},
    user_agents=("asterisk",),
)
