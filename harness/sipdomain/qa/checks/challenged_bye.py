"""A challenge within a call is answered as well."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import answers_in_call
from sipdomain.qa.check import Check

CHECK: Final = Check(
    name="answers-407-in-call",
    level="should",
    what="answers a challenge to a request within the call as well, such as its BYE",
    source="RFC 3261 section 22.3",
    situation="challenged-bye",
    judge=answers_in_call("BYE"),
    mend="let credentials be for every request to the domain, and not for the first INVITE alone",
    needs="answer",
    vendors={"kamailio": "arm the failure route for requests within a dialog too (has_totag)"},
)
