"""A REFER of the cloud: it asks the PBX to call somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.twilio.behaviours.behaviour import key
from sipdomain.twilio.behaviours.on_call import Acting


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(Acting):
    """The cloud sends a REFER within the call, and takes what the PBX reports by NOTIFY; the call goes on (RFC 3515).

    Attributes:
        to: Whom the PBX is to call, as a SIP URI.
    """

    WORD: ClassVar[str] = "refer"

    to: str = key("Whom the PBX is to call, as a SIP URI.", default="sip:200@example.invalid")

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Acting.__post_init__(self)
        if (
            not self.to.startswith(("sip:", "sips:"))
            or not self.to.isprintable()
            or set(self.to) & set(" <>")
        ):
            raise ValueError("`to` is a SIP URI; write such as `to: sip:200@pbx.example`")
