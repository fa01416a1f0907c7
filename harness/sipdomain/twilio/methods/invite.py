"""INVITE: a new call on its way through admission, or a change within a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.offer import OfferError, answerable
from sipdomain.media.sdp import DescriptionError, SessionDescription
from sipdomain.sip.codec import bytes_beyond
from sipdomain.sip.message import Request, respond
from sipdomain.sip.multipart import description
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.session_timer import SessionExpires, agree
from sipdomain.sip.sources import source_of
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.admission import broken_messages as broken
from sipdomain.twilio.admission.admission import Admitted, Challenged, Refused, Trail
from sipdomain.twilio.admission.content import unacceptable
from sipdomain.twilio.admission.screening import note_few_hops
from sipdomain.twilio.calls.inbound import Call, places
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.calls.on_purpose import granted_on_purpose
from sipdomain.twilio.calls.session_refresh import LEAST
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.fields import EDGE, TRYING

_PROTOCOLS: Final = {False: "RTP/AVP", True: "RTP/SAVP"}
_REMEDIES: Final = {
    "secure-media": ("secure-media-not-accepted", "switch SRTP off, or make the domain secure"),
    "plain-media": ("secure-media-required", "switch SRTP on (SDES, mandatory), or set Secure to false"),
    "no-usable-key": (
        "bad-sdp", "offer a=crypto with AES_CM_128_HMAC_SHA1_80 or AES_CM_128_HMAC_SHA1_32, without an MKI",
    ),
}  # fmt: skip
"""For kinds of offers: the refusal, and how to fix it."""


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Carry an INVITE as far as its call, or to its refusal."""
    if request.to.tag is not None:
        _again(service, transaction, request, turn)
        return
    # Rule trying-first: before any verdict.
    service.agent.respond(transaction, respond(request, 100, TRYING, headers=[EDGE]), turn)
    verdict, trail = service.engine.admission.admit(
        request, transaction.flow, service.engine.admission.locate(request), turn.now
    )
    note_few_hops(request, trail)
    offer: SessionDescription | None = None
    if isinstance(verdict, Admitted):
        offer, refused = _read_offer(service, request, transaction.flow, trail, secure=verdict.domain.secure)
        verdict = refused or _full(service, transaction, trail) or verdict
    timer: SessionExpires | None = None
    if isinstance(verdict, Admitted):
        timer, refused = _read_timer(request, trail)
        timer = granted_on_purpose(service, request, timer, turn) if refused is None else None
        verdict = refused or verdict
    call: Call | None = None
    if isinstance(verdict, Admitted) and offer is not None:
        try:
            call = Call(service, transaction, request, offer, verdict, timer, turn)
        except RemoteProtocolError as error:
            verdict = trail.refuse(
                "contact", "unusable-contact", got=str(error), wanted="a Contact with a SIP URI",
                mend=broken.mend_of_contact(request, "send a Contact (and Record-Route) that can be read"),
            )  # fmt: skip
    turn.out.extend(trail.decisions)
    if call is not None:
        call.begin(turn)
    elif isinstance(verdict, Challenged):
        service.agent.reply(
            transaction, request, 407, turn, "Proxy Authentication required",
            headers=[("Proxy-Authenticate", str(verdict.challenge)), service.agent.contact(transaction.flow)],
        )  # fmt: skip
    elif isinstance(verdict, Refused):
        service.agent.refuse(transaction, request, verdict.refusal, turn)


def _read_timer(request: Request, trail: Trail) -> tuple[SessionExpires | None, Refused | None]:
    """Return the session timer of a call, or why the INVITE is refused (rule session-timer)."""
    try:
        return agree(request, least=LEAST), None
    except RemoteProtocolError as error:
        symbol = "session-too-brief" if error.status_hint == 422 else "unusable-session-timer"
        refused = trail.refuse(
            "session-timer", symbol, got=str(error), wanted=f"Session-Expires of {LEAST} s or more",
            mend=f"set the session timer of the PBX to {LEAST} s or more, or switch it off",
        )  # fmt: skip
        return None, refused


def _full(service: Service, transaction: Transaction, trail: Trail) -> Refused | None:
    """Return a refusal when there are as many calls as there may be, or as many as one source may have."""
    shares, source = service.calls.shares, source_of(transaction.flow.remote.host)
    if shares.allows(source, places(transaction)):
        return None
    calls, own = shares.held, shares.of(source)
    got, wanted = f"{calls} calls", f"fewer than {service.engine.settings.most_calls}"
    if own != calls:
        got += f", {own} of them from {source}"
        wanted = f"at most three times the {shares.capacity - calls} that are free from one source"
    mend = "end some calls, or call again later"
    return trail.refuse("calls", "too-many-calls", got=got, wanted=wanted, mend=mend)


def _read_offer(
    service: Service, request: Request, flow: Flow, trail: Trail, *, secure: bool
) -> tuple[SessionDescription | None, Refused | None]:
    """Return the session description that an INVITE offers, or why it is refused."""
    refused = unacceptable(request, trail)
    if refused is not None:
        return None, refused
    if not request.body:
        return None, _without_offer(request, trail)
    return _judge_offer(
        description(request),
        trail,
        secure=secure,
        reaches=lambda remote: service.agent.media_flow(flow, remote) is not None,
    )


def _without_offer(request: Request, trail: Trail) -> Refused:
    beyond = bytes_beyond(request)
    if beyond:
        return trail.refuse(
            "sdp", "empty-body", got=f"Content-Length: 0, and {beyond} bytes beyond it", wanted="a session description",
            mend="give the number of the body's bytes in Content-Length, or leave it out over UDP",
        )  # fmt: skip
    return trail.refuse(
        "sdp", "empty-body", got="no body", wanted="a session description",
        mend="send the offer in the INVITE (no late offer)",
    )  # fmt: skip


def _judge_offer(
    body: bytes, trail: Trail, *, secure: bool, reaches: Callable[[Address | None], bool]
) -> tuple[SessionDescription | None, Refused | None]:
    """Return an offer that can be answered, or why it is refused.

    Args:
        body: The offer.
        trail: Where a refusal is noted.
        secure: Whether the call is to have SRTP.
        reaches: Whether audio can be exchanged with an address.
    """
    wanted = f"{_PROTOCOLS[secure]} with PCMU or PCMA"
    try:
        offer = SessionDescription.parse(body)
        remote = answerable(offer, secure=secure)
    except MediaError as error:
        symbol = error.symbol if isinstance(error, OfferError) else ""
        reason, mend = _REMEDIES.get(symbol, ("bad-sdp", f"offer PCMU or PCMA over {_PROTOCOLS[secure]}"))
        if isinstance(error, DescriptionError):
            mend = error.mend or mend
        return None, trail.refuse("sdp", reason, got=str(error), wanted=wanted, mend=mend)
    if not reaches(remote):
        family = "IPv6" if remote is not None and ":" in remote.host else "IPv4"
        return None, trail.refuse(
            "sdp", "bad-sdp", got=f"audio at {remote}", wanted=f"an address that can be reached; none of ours is {family}",
            mend=f"name an address of the family that the call came by, or listen on {family} too (--sip)",
        )  # fmt: skip
    return offer, None


def _again(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer an INVITE within a dialog: hold, resume, a new address, another codec."""
    siprec = service.calls.siprecs.of_request(request)
    if siprec is not None:
        siprec.asked(transaction, request, turn)
        return
    call = service.calls.of_request(request)
    if call is None or call.over:
        service.agent.reply(transaction, request, 481, turn)
        return
    if not call.dialog.in_order(request):
        service.agent.reply(transaction, request, 500, turn, "CSeq out of order")
        return
    if call.answered_at is None:
        # RFC 3261 section 14.2: the first INVITE has no final response yet.
        seconds = 1 + service.engine.rng.getrandbits(3)
        service.agent.reply(transaction, request, 500, turn, headers=[("Retry-After", str(seconds))])
        return
    if call.session_timer.pending:
        # RFC 3261 section 14.2: ours and theirs have crossed.
        service.agent.reply(transaction, request, 491, turn)
        return
    trail = Trail(request, turn.now, domain=call.domain)
    offer: SessionDescription | None = None
    timer, refused = _read_timer(request, trail)
    refused = refused or unacceptable(request, trail)
    if refused is None and request.body:
        ours = call.media_address
        offer, refused = _judge_offer(
            description(request), trail, secure=call.secure,
            reaches=lambda remote: remote is None or ours is None or (":" in remote.host) == (":" in ours.host),
        )  # fmt: skip
    turn.out.extend(trail.decisions)
    if refused is not None:
        service.agent.refuse(transaction, request, refused.refusal, turn)
        return
    try:
        _ = request.contact
    except RemoteProtocolError as error:
        turn.out.append(broken.of_request(request, error, transaction.flow, turn.now))
        service.agent.reply(transaction, request, 400, turn, f"Bad Request - {error}")
    else:
        call.invited_again(transaction, request, offer, timer, turn)
