"""Kamailio, as a proxy in front of phones."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendor import Vendor

KAMAILIO: Final = Vendor(
    "kamailio",
    "Kamailio",
    {"kamailio.cfg": "", "tls.cfg": "tls"},
    "kamailio -f kamailio.cfg; over TLS it needs a certificate of its own in kamailio.pem, beside it",
    refused='"\\',
    user_agents=("kamailio",),
)
