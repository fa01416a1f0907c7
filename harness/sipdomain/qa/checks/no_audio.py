"""The PBX stays in a call in which nothing is to be heard."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.staying import stays_when

CHECK: Final[Check] = stays_when(
    "without audio",
    name="no-audio",
    what="stays in a call in which no audio comes for twelve seconds, and goes on sending",
    mend="let the PBX wait for audio for a minute at least, or for ever, before it hangs up",
)
