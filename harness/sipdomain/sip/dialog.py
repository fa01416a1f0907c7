"""Dialogs: who the ends are, the route between them, and the order of requests (RFC 3261 section 12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Self

from sipdomain.sip.address import NameAddress
from sipdomain.sip.credentials import credentials_of
from sipdomain.sip.headers import Headers
from sipdomain.sip.message import Request, Response
from sipdomain.sip.uri import Uri
from sipdomain.sip.via import Via

DialogId = tuple[str, str, str]
"""Call-ID, local tag, remote tag."""


class DialogState(Enum):
    """Where a dialog stands."""

    EARLY = "early"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


@dataclass(slots=True)
class Dialog:
    """One end's view of a dialog.

    Attributes:
        call_id: The Call-ID.
        local: Our From or To, with our tag.
        remote: The peer's, with its tag (which a peer of RFC 2543 may lack).
        remote_target: Where requests are meant to arrive: the peer's Contact.
        route_set: Route values, first hop first.
        local_sequence: The CSeq number of our last request, or -1.
        remote_sequence: That of the peer's last request, or -1.
        state: Early, confirmed or terminated.
    """

    call_id: str
    local: NameAddress
    remote: NameAddress
    remote_target: Uri
    route_set: tuple[str, ...] = ()
    local_sequence: int = -1
    remote_sequence: int = -1
    state: DialogState = field(default=DialogState.EARLY)

    @classmethod
    def for_server(cls, request: Request, tag: str) -> Self:
        """Begin a dialog as the one who was called (section 12.1.1).

        Raises:
            RemoteProtocolError: The request has no usable Contact.
        """
        contact = NameAddress.parse_many(request.require("contact"))[0]
        to = request.to if request.to.tag else request.to.with_tag(tag)
        return cls(
            request.call_id, to, request.from_, contact.uri,
            tuple(request.headers.list("record-route")),
            local_sequence=-1, remote_sequence=request.cseq.number,
        )  # fmt: skip

    @classmethod
    def for_client(cls, request: Request, response: Response) -> Self:
        """Begin a dialog as the one who called (section 12.1.2).

        Raises:
            RemoteProtocolError: The response has a broken Contact.
        """
        contact = response.contact
        dialog = cls(
            request.call_id, request.from_, response.to,
            contact.uri if contact else request.uri,
            tuple(reversed(response.headers.list("record-route"))),
            local_sequence=request.cseq.number, remote_sequence=-1,
        )  # fmt: skip
        if response.status >= 200:
            dialog.state = DialogState.CONFIRMED
        return dialog

    @property
    def id(self) -> DialogId:
        """What requests of this dialog are matched by."""
        return (self.call_id, self.local.tag or "", self.remote.tag or "")

    @staticmethod
    def id_of(request: Request) -> DialogId:
        """Return the dialog that a request from the peer names: To carries our tag."""
        return (request.call_id, request.to.tag or "", request.from_.tag or "")

    def confirm(self, response: Response) -> None:
        """Take up what a 2xx says: its Contact, and its route set if we had only an early one (13.2.2.4)."""
        contact = response.contact
        if contact is not None:
            self.remote_target = contact.uri
        if self.state is DialogState.EARLY:
            self.route_set = tuple(reversed(response.headers.list("record-route")))
            self.state = DialogState.CONFIRMED

    def in_order(self, request: Request) -> bool:
        """Take note of a request's CSeq; False when it comes too late (section 12.2.2: answer 500)."""
        if request.method in {"ACK", "CANCEL"}:
            return True  # They carry the number of their INVITE.
        number = request.cseq.number
        if number <= self.remote_sequence:
            return False
        self.remote_sequence = number
        return True

    def refresh_target(self, message: Request | Response) -> None:
        """Take up the Contact of a target refresh request or its 2xx."""
        contact = message.contact
        if contact is not None:
            self.remote_target = contact.uri

    def request(
        self,
        method: str,
        via: Via,
        *,
        sequence: int | None = None,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> Request:
        """Build a request within the dialog (section 12.2.1.1).

        Args:
            method: The method. An ACK or CANCEL must name the `sequence` of its INVITE.
            via: Our Via, with a new branch.
            sequence: The CSeq number; None takes the next one.
            headers: Further header fields.
            body: The body.
        """
        if sequence is None:
            self.local_sequence = sequence = self.local_sequence + 1 if self.local_sequence >= 0 else 1
        target, routes = _request_uri(self.remote_target), self.route_set
        if routes and "lr" not in (first := NameAddress.parse(routes[0]).uri).parameters:
            # A strict router wants its own URI in the request line, and ours as the last route.
            routes = (*routes[1:], f"<{self.remote_target}>")
            target = _request_uri(first)
        items = [("Via", str(via)), ("Max-Forwards", "70")]
        items += [("Route", route) for route in routes]
        items += [
            ("From", str(self.local)),
            ("To", str(self.remote)),
            ("Call-ID", self.call_id),
            ("CSeq", f"{sequence} {method}"),
            *headers,
        ]
        return Request(method, target, Headers(items), body)

    def acknowledge(
        self, invite: Request, via: Via, *, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Request:
        """Build the ACK of a 2xx; it repeats the credentials of its INVITE (section 13.2.2.4).

        Args:
            invite: The INVITE, as it was sent last.
            via: Our Via, with a new branch.
            headers: Further header fields.
            body: The answer to an offer in the 2xx.
        """
        fields = [*credentials_of(invite.headers), *headers]
        if body:
            fields.append(("Content-Type", "application/sdp"))
        return self.request("ACK", via, sequence=invite.cseq.number, headers=fields, body=body)

    @property
    def next_hop(self) -> Uri:
        """The URI that the next request has to be sent to."""
        if self.route_set:
            return NameAddress.parse(self.route_set[0]).uri
        return self.remote_target


def _request_uri(uri: Uri) -> str:
    """Return a URI without what a request line must not have (section 19.1.1): headers, a method."""
    if uri.headers is None and "method" not in uri.parameters:
        return str(uri)
    parameters = {name: value for name, value in uri.parameters.items() if name != "method"}
    return str(replace(uri, headers=None, parameters=parameters))
