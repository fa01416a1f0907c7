"""What `<Refer>` wants of the call, and how that ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transfer:
    """Ask the phone to call somebody else in place of us; `Transferred` when it has reported how that went.

    Interrupted, `LastTransfer` says how far it came.

    Attributes:
        to: The SIP URI that it is to call.
    """

    to: str


@dataclass(frozen=True, slots=True)
class LastTransfer:
    """Say how far the last `Transfer` came that was interrupted; `Transferred`, or `Failed`. It needs no caller."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """How a transfer ended.

    Attributes:
        status: The provider's ReferCallStatus, or "" when the phone accepted it and reported nothing.
        response: The final response to the REFER, or 0 when there was none.
        notified: The last status of the new call that the phone reported, or 0 for none.
    """

    status: str
    response: int = 0
    notified: int = 0
