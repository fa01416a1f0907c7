"""The client's side of an INVITE: challenges, early dialogs, ACKs, CANCEL, and one outcome (RFC 3261 section 13.2).

What happens to it goes in by methods; what is to be done comes back as a list, in order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Protocol

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.credentials import AUTHORIZATION, CredentialsKeeper
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.headers import Headers
from sipdomain.sip.invite_outputs import (
    Answered,
    Challenged,
    Forked,
    GaveUp,
    InviteOutput,
    Lost,
    Provisional,
    Refused,
    Report,
    Transact,
    Unusable,
    Wake,
)
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.timers import Timers
from sipdomain.sip.via import Via

MAX_PROVISIONALS: Final = 200
"""How many different provisional responses to one INVITE are looked at."""
MAX_FORKS: Final = 16
"""How many dialogs one INVITE may make; responses that would make more are not looked at."""

Outputs = list[InviteOutput]


class Author(Protocol):
    """Writes what is special to a user agent in the requests of one INVITE."""

    def invite(self, number: int, challenged: Request | None) -> Request:
        """Write the INVITE.

        Args:
            number: Its CSeq number.
            challenged: The one before it, to be written once more with credentials; None for the first.
        """

    def via(self) -> Via:
        """Return a Via with a new branch."""

    def about(self) -> Iterable[tuple[str, str]]:
        """Return header fields for ACK, CANCEL and BYE, such as User-Agent."""

    def own_routes(self) -> Collection[str]:
        """Return the Record-Route values that stand for a part of ourselves, through which no request of ours goes."""


class InviteClient:
    """One INVITE, from its first request to its outcome, and for a while past it.

    The outcome is one of `Answered`, `Refused`, `Unusable` of a 2xx, `Lost` and `GaveUp`. Each 2xx is acknowledged, and
    again when it comes again; all but the one that is the outcome are hung up on at once (section 13.2.2.4).

    Attributes:
        dialogs: The dialogs that it made, early ones too, by the peer's tag.
        cancelling: Whether it is to be given up before it is answered.
        cancelled: Whether CANCEL was sent.
    """

    __slots__ = (
        "_acks", "_author", "_credentials", "_flow", "_give_up_at", "_late_offer", "_number",
        "_over", "_request", "_seen", "_timers", "cancelled", "cancelling", "dialogs",
    )  # fmt: skip

    def __init__(
        self,
        author: Author,
        flow: Flow,
        *,
        timers: Timers,
        credentials: CredentialsKeeper | None = None,
        late_offer: bool = False,
    ) -> None:
        """Begin before the first request.

        Args:
            author: Writes its requests.
            flow: The way that its ACKs take.
            timers: The base values.
            credentials: Answer its challenges; None when a challenge is a refusal.
            late_offer: Whether the 2xx brings the offer, so that the ACK has to bring the answer.
        """
        self.dialogs: dict[str, Dialog] = {}
        self.cancelling = self.cancelled = False
        self._author = author
        self._flow = flow
        self._timers = timers
        self._credentials = credentials
        self._late_offer = late_offer
        self._number = 0
        self._request: Request | None = None
        self._seen: set[int] = set()
        self._acks: dict[str, Send | None] = {}
        self._over = False
        self._give_up_at: float | None = None

    def start(self) -> Outputs:
        """Send the INVITE."""
        self._number += 1
        self._request = self._author.invite(self._number, self._request)
        return [Transact(self._request)]

    def received(self, response: Response, now: float) -> Outputs:
        """Take a response to the INVITE, as its transaction hands it up."""
        if response.cseq.number != self._number or self._request is None:
            return []  # It answers an INVITE from before a challenge.
        if response.status < 200:
            return self._provisional(self._request, response, now)
        if response.status < 300:
            return self._success(self._request, response)
        return self._failure(response)

    def lost(self, status: int) -> Outputs:
        """Take note that the transaction ended without a final response: 408 no answer came, 503 the way is broken."""
        return [] if self._over else self._end(Lost(status))

    def cancel(self, now: float) -> Outputs:
        """Give up, if there is no outcome yet; CANCEL waits for a provisional response (section 9.1)."""
        if self._over or self.cancelling or self._request is None:
            return []
        self.cancelling = True
        return self._cancel(self._request, now) if self._seen else []

    def due(self, now: float) -> Outputs:
        """Give up, at the moment of a `Wake`, what was cancelled and never got a final response."""
        if self._over or self._give_up_at is None or now < self._give_up_at:
            return []
        return self._end(GaveUp())

    def acknowledge(self, dialog: Dialog, body: bytes = b"") -> Outputs:
        """Acknowledge the 2xx that answered a late offer.

        Args:
            dialog: That of the 2xx.
            body: The answer to the offer in the 2xx.
        """
        assert self._request is not None  # noqa: S101 - there is a 2xx to it
        ack = dialog.acknowledge(self._request, self._author.via(), headers=self._author.about(), body=body)
        sent = self._acks[dialog.remote.tag or ""] = Send(self._flow, bytes(ack))
        return [sent]

    def hang_up(self, dialog: Dialog) -> Outputs:
        """Send BYE in a dialog; it has credentials for every challenge of the INVITE (section 22.3)."""
        request = dialog.request("BYE", self._author.via(), headers=self._author.about())
        if self._credentials is not None:
            for name, value in self._credentials.headers("BYE", request.target):
                request.headers.add(name, value)
        return [Transact(request)]

    # --- responses ---------------------------------------------------------------------------------------

    def _provisional(self, request: Request, response: Response, now: float) -> Outputs:
        copy = hash(response.raw or bytes(response))
        if self._over or copy in self._seen or len(self._seen) >= MAX_PROVISIONALS:
            return []
        out: Outputs = [Provisional(response)]
        if self.cancelling and not self._seen:
            out += self._cancel(request, now)
        self._seen.add(copy)
        tag = response.to.tag
        if response.status > 100 and tag and tag not in self.dialogs and len(self.dialogs) < MAX_FORKS:
            try:
                self.dialogs[tag] = Dialog.for_client(request, response)
            except RemoteProtocolError as error:
                out.append(Unusable(response, error))
        return out

    def _success(self, request: Request, response: Response) -> Outputs:
        tag = response.to.tag or ""
        if tag in self._acks:
            known = self._acks[tag]
            return [] if known is None else [known]
        if len(self._acks) >= MAX_FORKS:
            return []
        try:
            dialog = self._confirmed(request, response, tag)
        except RemoteProtocolError as error:
            # Nothing can be sent to who cannot be addressed; its own timers end it.
            return [] if self._over else self._end(Unusable(response, error))
        self._acks[tag] = None
        out = [] if self._late_offer and not self._over else self.acknowledge(dialog)
        if self._over:
            return [*out, *self.hang_up(dialog), Forked(response)]
        return [*out, *self._end(Answered(response, dialog))]

    def _confirmed(self, request: Request, response: Response, tag: str) -> Dialog:
        """Return the dialog of a 2xx.

        Raises:
            RemoteProtocolError: Its Contact or its route cannot be read.
        """
        dialog = self.dialogs.get(tag)
        if dialog is None:
            dialog = Dialog.for_client(request, response)
        else:
            dialog.confirm(response)
        ours = self._author.own_routes()
        if ours:
            dialog.route_set = tuple(route for route in dialog.route_set if route not in ours)
        _ = dialog.next_hop
        self.dialogs[tag] = dialog
        return dialog

    def _failure(self, response: Response) -> Outputs:
        if self._over:
            return []
        why = ""
        if response.status in AUTHORIZATION and self._credentials is not None and not self.cancelling:
            why = self._credentials.accept(response)
            if not why:
                self._seen.clear()
                self.dialogs.clear()
                return [Challenged(response), *self.start()]
        return self._end(Refused(response, why))

    def _end(self, outcome: Report) -> Outputs:
        self._over = True
        return [outcome]

    def _cancel(self, invite: Request, now: float) -> Outputs:
        items = [("Via", str(invite.via)), ("Max-Forwards", "70")]
        items += [("Route", route) for route in invite.headers.all("route")]
        items += [(name, invite.require(name.lower())) for name in ("From", "To", "Call-ID")]
        items += [("CSeq", f"{invite.cseq.number} CANCEL"), *self._author.about()]
        self.cancelled = True
        # RFC 3261 section 9.1: without a final response it counts as cancelled after 64 * T1.
        self._give_up_at = now + 64 * self._timers.t1
        return [Transact(Request("CANCEL", invite.target, Headers(items))), Wake(self._give_up_at)]
