"""Which transaction a message belongs to, and which way an answer goes (RFC 3261 sections 17.2.3, 18.2)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from zlib import crc32

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.sip.message import Message, Request, Response, respond
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.transactions.transaction import Key
from sipdomain.sip.via import MAGIC_COOKIE, Via


def server_key(request: Request, method: str | None = None) -> Key:
    """Return what a request is matched by (RFC 3261 section 17.2.3).

    Args:
        request: The request. An ACK is matched with its INVITE.
        method: Another method to look for: that of the request that a CANCEL means.

    Raises:
        RemoteProtocolError: A header field that the key is made of is missing or broken.
    """
    via = request.via
    method = method or ("INVITE" if request.method == "ACK" else request.method)
    branch = via.branch
    if branch is not None and branch.startswith(MAGIC_COOKIE) and branch != MAGIC_COOKIE:
        return f"{branch}\n{via.sent_by}\n{method}"
    # A peer of RFC 2543 makes no unique branch, and a bare cookie is none (RFC 4475 section 3.2.1). What we wrote
    # into the Via ourselves does not count.
    parts = (
        request.target, request.from_.tag or "", request.call_id, str(request.cseq.number),
        via.transport, via.sent_by, branch or "", method,
    )  # fmt: skip
    return "\n".join(parts)


def client_key(message: Message) -> Key:
    """Return what a response is matched by (RFC 3261 section 17.1.3): top branch and CSeq method.

    Raises:
        RemoteProtocolError: Via or CSeq is missing or broken.
    """
    return f"{message.via.branch or ''}\n{message.cseq.method}"


def merge_key(request: Request) -> Key:
    """Return the key by which a request that came by two ways is recognised (RFC 3261 section 8.2.2.2)."""
    return f"{request.call_id}\n{request.from_.tag or ''}\n{request.require('cseq')}"


def is_for_us(response: Response) -> bool:
    """Whether a response has one Via only; with more, it strayed (RFC 3261 section 8.1.3.3)."""
    return "via" not in response.headers.repeated and "," not in response.require("via")


def note_source(request: Request, flow: Flow) -> Flow:
    """Write `received` and `rport` (RFC 3261 section 18.2.1, RFC 3581 section 4) into the top Via.

    Returns:
        The flow that answers take. `maddr` is not followed: it lets a stranger point answers at others.

    Raises:
        RemoteProtocolError: The Via is missing or broken.
    """
    via = request.via
    host = flow.remote.host
    wants_port = "rport" in via.parameters
    if wants_port or via.host != host:
        # With rport, received is written even when it equals sent-by.
        parameters = {**via.parameters, "received": host}
        if wants_port:
            parameters["rport"] = str(flow.remote.port)
        request.via = Via(via.transport, via.host, via.port, parameters)
    port = via.port or 5060
    if flow.reliable or wants_port or port == flow.remote.port:
        return flow
    return Flow(flow.transport, flow.local, Address(host, port), flow.connection)


def refuse(
    request: Request,
    flow: Flow,
    status: int,
    reason: str | None = None,
    *,
    headers: Iterable[tuple[str, str]] = (),
) -> list[Send]:
    """Answer a request without a transaction, also a broken one that `check` refused (section 8.2.7).

    The To tag is made of the request, so that a retransmission gets the same answer.

    Returns:
        The answer; back to where the request came from when the Via cannot be read, and nothing for an ACK
        or when there is no Via.
    """
    if request.method == "ACK":
        return []
    given = request.headers
    if "via" not in given:
        return []
    origin = f"{given.get('call-id')}{given.get('from')}".encode("utf-8", "surrogateescape")
    with suppress(RemoteProtocolError):
        flow = note_source(request, flow)
    try:
        response = respond(request, status, reason, tag=f"{crc32(origin):08x}", headers=headers)
        return [Send(flow, bytes(response))]
    except LocalProtocolError:
        return []


def acknowledge(request: Request, response: Response) -> Request:
    """Build the ACK for a final response other than 2xx (RFC 3261 section 17.1.1.3)."""
    items = [
        ("Via", str(request.via)),
        ("Max-Forwards", "70"),
        *(("Route", value) for value in request.headers.all("route")),
        ("From", request.require("from")),
        ("To", response.require("to")),
        ("Call-ID", request.call_id),
        ("CSeq", f"{request.cseq.number} ACK"),
    ]
    return Request("ACK", request.target, items)
