"""Transfer: the phone asks its peer by REFER to call somebody else, which reports on it (RFC 3515, RFC 3891)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import quote

from sipdomain.errors import LocalProtocolError
from sipdomain.phone.call import Transfer
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import Line
from sipdomain.phone.settings import checked_target
from sipdomain.sip.credentials import AUTHORIZATION
from sipdomain.sip.message import Request, Response
from sipdomain.sip.sipfrag import status_of

MOST_STATUSES: Final = 100
"""How many statuses of a transfer are noted; what comes after them is not."""


class Transferring:
    """Carries the REFERs of a phone's calls, one at a time in each."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def refer(self, leg: Leg, to: str, now: float) -> None:
        """Ask the peer of a call to call somebody else.

        Args:
            leg: The call.
            to: The URI to call.
            now: The moment.

        Raises:
            LocalProtocolError: It is not a URI, the call is not answered, or another transfer is under way.
        """
        if leg.dialog is None:
            raise LocalProtocolError("only a call that is answered can be transferred")
        if leg.call.transfer is not None and not leg.call.transfer.is_over:
            raise LocalProtocolError("a transfer of this call is under way")
        leg.call.transfer = Transfer(checked_target(to))
        # RFC 3892: who asks for it.
        by = ("Referred-By", f"<{self._line.settings.address_of_record}>")
        fields = [self._line.contact(leg), ("Refer-To", f"<{to}>"), by]
        self._send(leg, self._line.within(leg, leg.dialog, "REFER", fields), now)
        self._line.note(leg.call.call_id, "transfers", f"to {to}", now)

    def _send(self, leg: Leg, request: Request, now: float) -> None:
        leg.referred = request.cseq.number
        self._line.send(leg, request, now, self)

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response to a REFER: 202 or another 2xx promises notifications, all else ends it."""
        transfer = leg.call.transfer
        if response.status < 200 or transfer is None or request.cseq.number != leg.referred:
            return  # A transfer that a notification ended before this answer may have been followed by another one.
        if response.status in AUTHORIZATION and leg.dialog and not leg.credentials.accept(response):
            leg.dialog.local_sequence += 1
            self._send(leg, self._line.again(leg, request, leg.dialog.local_sequence), now)
            return
        # A notification may overtake the 2xx (RFC 3515 section 2.4.4).
        transfer.statuses.insert(0, response.status)
        transfer.is_over = transfer.is_over or response.status >= 300
        self._line.note(leg.call.call_id, "transfer", f"{response.status} {response.reason}", now)

    def lost(self, leg: Leg, request: Request, status: int, now: float) -> None:
        """Take note that no final response came to a REFER."""
        if leg.call.transfer is not None and request.cseq.number == leg.referred:
            leg.call.transfer.statuses.insert(0, status)
            leg.call.transfer.is_over = True
            self._line.note(leg.call.call_id, "transfer", self._line.why_lost(status), now)


def notified(line: Line, leg: Leg, request: Request, now: float) -> None:
    """Take a NOTIFY within a call, which was answered: the first line of its sipfrag says how the new call goes."""
    transfer = leg.call.transfer
    event, *parameters = (part.strip() for part in (request.headers.get("event") or "").split(";"))
    if transfer is None or transfer.is_over or event.lower() != "refer":
        return
    if any(each.startswith("id=") and each != f"id={leg.referred}" for each in parameters):
        return  # Of an earlier transfer: RFC 3515 section 2.4.6 distinguishes them by the CSeq number of their REFER.
    status = status_of(request)
    if status is None:
        line.note(leg.call.call_id, "notification not understood", repr(request.body[:60]), now)
    elif len(transfer.statuses) < MOST_STATUSES:
        transfer.statuses.append(status)
        line.note(leg.call.call_id, "transfer", f"the new call: {status}", now)
    state = (request.headers.get("subscription-state") or "").partition(";")[0].strip().lower()
    transfer.is_over = state == "terminated" or (status is not None and status >= 200)


def replacing(leg: Leg) -> str:
    """Return the URI by which a call is replaced: its peer, and the dialog as that peer sees it (RFC 3891 section 3).

    Raises:
        LocalProtocolError: The call is not answered.
    """
    if leg.dialog is None:
        raise LocalProtocolError("only a call that is answered can be replaced")
    dialog = leg.dialog
    ours, theirs = dialog.local.tag or "", dialog.remote.tag or ""
    replaces = quote(f"{dialog.call_id};to-tag={theirs};from-tag={ours}", safe="")
    return str(replace(dialog.remote_target, headers=f"Replaces={replaces}"))
