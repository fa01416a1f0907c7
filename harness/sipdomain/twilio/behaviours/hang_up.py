"""A BYE of the cloud, whatever the document says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.twilio.behaviours.on_call import Acting


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Acting):
    """The cloud hangs up by BYE, whatever the document still has to say."""

    WORD: ClassVar[str] = "hang_up"
