"""The PBX stays in a call whose audio comes by a bad line."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.staying import stays_when

CHECK: Final[Check] = stays_when(
    "of loss and jitter",
    name="bad-line",
    what="stays in a call of which a tenth of the audio is lost and the rest comes irregularly, and goes on sending",
    mend="do not end calls by their quality; a jitter buffer of 60 to 200 ms",
)
