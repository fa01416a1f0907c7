"""A challenge to a re-INVITE is answered as well."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import answers_in_call
from sipdomain.qa.check import Check

CHECK: Final[Check] = answers_in_call(
    "INVITE",
    name="answers-407-to-reinvite",
    what="answers a challenge to an INVITE within the call, such as its hold",
    situation="challenged-hold",
)
