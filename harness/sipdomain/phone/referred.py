"""Being transferred: the peer asks the phone by REFER to call somebody else; it answers and reports as set up (RFC 3515).

It calls nobody: who is to see that call gives the phone its statuses.
"""

from __future__ import annotations

from typing import Final

from sipdomain.phone.leg import Leg
from sipdomain.phone.line import Line
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response
from sipdomain.sip.sipfrag import SIPFRAG
from sipdomain.sip.status import reason_phrase
from sipdomain.sip.transactions import Transaction

LONGEST: Final = 60
"""For how many seconds the phone says that it reports."""


class Referred:
    """Answers REFERs of the peer, and reports one status after the other: each when the one before has arrived."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._left: dict[str, tuple[int, ...]] = {}

    def request(
        self, leg: Leg, dialog: Dialog, transaction: Transaction, request: Request, now: float
    ) -> None:
        """Answer a REFER with the first of the statuses, and report the others when that accepts it."""
        status, *reported = self._line.settings.transfers
        call_id = leg.call.call_id
        self._line.note(call_id, "asked", f"to call {request.headers.get('refer-to')}: {status}", now)
        self._line.answer(transaction, request, status, now, headers=[self._line.contact(leg)])
        if 200 <= status < 300 and reported:
            self._left[call_id] = tuple(reported)
            self._report(leg, dialog, now)

    def _report(self, leg: Leg, dialog: Dialog, now: float) -> None:
        status, *left = self._left.pop(leg.call.call_id)
        if left:
            self._left[leg.call.call_id] = tuple(left)
        state = f"active;expires={LONGEST}" if left else "terminated;reason=noresource"
        fields = [
            self._line.contact(leg), ("Event", "refer"), ("Subscription-State", state), ("Content-Type", SIPFRAG),
        ]  # fmt: skip
        body = f"SIP/2.0 {status} {reason_phrase(status)}\r\n".encode()
        self._line.send(leg, self._line.within(leg, dialog, "NOTIFY", fields, body), now, self)

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response to a NOTIFY: report the next status, or nothing more."""
        del request
        if response.status < 200:
            return
        if (
            200 <= response.status < 300
            and leg.call.call_id in self._left
            and not leg.call.is_over
            and leg.dialog
        ):
            self._report(leg, leg.dialog, now)
        else:
            self._left.pop(leg.call.call_id, None)

    def lost(self, leg: Leg, request: Request, status: int, now: float) -> None:
        """Report nothing more: nobody answers."""
        del request, now, status
        self._left.pop(leg.call.call_id, None)
