"""linphone, as a phone."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

LINPHONE: Final = Vendor(
    "linphone", "linphone", {"linphonerc": ""}, "linphonec -a -c linphonerc", user_agents=("linphone",)
)
