"""A challenge within a call is answered as well."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import answers_in_call
from sipdomain.qa.check import Check

CHECK: Final[Check] = answers_in_call(
    "BYE",
    name="answers-407-in-call",
    what="answers a challenge to a request within the call as well, such as its BYE",
    situation="challenged-bye",
)
