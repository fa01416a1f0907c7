"""No ConversationRelay for a call: the account has as many sessions as it may have at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.twilio.behaviours.on_call import OnCall


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRelay(OnCall):
    """A ConversationRelay of the call fails with 64109, as if the account had as many at once as it may have."""

    WORD: ClassVar[str] = "no_relay"
