"""What the cloud does with each SIP method: one file and one line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.methods import bye, cancel, invite, notify, options, refer, register

Handler = Callable[[Service, Transaction, Request, Turn], None]

HANDLERS: Final[dict[str, Handler]] = {
    "BYE": bye.handle,
    "CANCEL": cancel.handle,
    "INVITE": invite.handle,
    "NOTIFY": notify.handle,
    "OPTIONS": options.handle,
    "REFER": refer.handle,
    "REGISTER": register.handle,
}
"""ACK has no transaction of its own: see `Emulator`. Every other method is answered 405, or 501."""
