"""The vendors: one file each, one line here."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.vendors.asterisk import ASTERISK
from sipdomain.pbx.vendors.baresip import BARESIP
from sipdomain.pbx.vendors.freepbx import FREEPBX
from sipdomain.pbx.vendors.freeswitch import FREESWITCH
from sipdomain.pbx.vendors.grandstream import GRANDSTREAM
from sipdomain.pbx.vendors.kamailio import KAMAILIO
from sipdomain.pbx.vendors.linphone import LINPHONE
from sipdomain.pbx.vendors.opensips import OPENSIPS
from sipdomain.pbx.vendors.pjsip import PJSIP
from sipdomain.pbx.vendors.sipp import SIPP
from sipdomain.pbx.vendors.threecx import THREECX
from sipdomain.pbx.vendors.yealink import YEALINK

VENDORS: Final = {
    each.name: each
    for each in (
        ASTERISK, FREESWITCH, KAMAILIO, OPENSIPS, BARESIP, PJSIP, SIPP, LINPHONE, THREECX, FREEPBX, GRANDSTREAM, YEALINK,
    )
}  # fmt: skip
"""By the names that are typed."""
