"""How a failure is mended, in the words of the PBX that names itself in User-Agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sipdomain.pbx.lint.rules import RULES
from sipdomain.pbx.vendors import VENDORS
from sipdomain.qa.check import Check

_KINDS: Final[Mapping[str, str]] = {
    "asterisk": "pjsip",
    "freepbx": "pjsip",
    "freeswitch": "freeswitch",
    "kamailio": "kamailio",
    "baresip": "baresip",
}
"""By vendor: of which kind its files are for `lint`."""


def vendor_of(user_agent: str) -> str:
    """Return the vendor of a User-Agent, or "" for one that is not known."""
    words = user_agent.lower()
    return next(
        (each.name for each in VENDORS.values() if any(word in words for word in each.user_agents)), ""
    )


def mends(check: Check, user_agent: str) -> tuple[str, ...]:
    """Return how a check's failure is mended: in the vendor's words first, then whatever the PBX."""
    vendor = vendor_of(user_agent)
    found = []
    if vendor in check.vendors:
        found.append(f"{VENDORS[vendor].title}: {check.vendors[vendor]}")
    kind = _KINDS.get(vendor)
    for name in check.rules:
        if kind in RULES[name].kinds:
            found.append(f"{VENDORS[vendor].title}: {RULES[name].mend} (sipdomain lint: {name})")
    return (*found, check.mend)
