"""INVITE: a new call on its way through admission, or a change within a call."""

from __future__ import annotations

from harness.errors import MediaError, RemoteProtocolError
from harness.media.offer import OfferError, answerable
from harness.media.sdp import SessionDescription
from harness.sip.dialog import Dialog
from harness.sip.message import Request, respond
from harness.sip.transactions import Transaction
from harness.twilio.admission import Admitted, Challenged, Refused, Trail
from harness.twilio.call import Call
from harness.twilio.cloud import ALLOW, EDGE, SERVER, Cloud, Turn

TRYING = "trying -- your call is important to us"


def handle(cloud: Cloud, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Carry an INVITE as far as its call, or to its refusal."""
    if request.to.tag is not None:
        _again(cloud, transaction, request, turn)
        return
    # Rule trying-first: before any verdict.
    cloud.respond(transaction, respond(request, 100, TRYING, headers=[EDGE]), turn)
    unsupported = request.headers.list("require")
    if unsupported:
        cloud.reply(transaction, request, 420, turn, headers=[("Unsupported", ", ".join(unsupported))])
        return
    verdict, trail = cloud.admission.admit(
        request, transaction.flow, cloud.admission.locate(request), turn.now
    )
    offer: SessionDescription | None = None
    if isinstance(verdict, Admitted):
        offer, refused = _read_offer(request, trail)
        verdict = refused or verdict
    turn.out.extend(trail.decisions)
    if isinstance(verdict, Admitted) and offer is not None:
        _call(cloud, transaction, request, offer, verdict, turn)
    elif isinstance(verdict, Challenged):
        cloud.reply(
            transaction, request, 407, turn, "Proxy Authentication required",
            headers=[("Proxy-Authenticate", str(verdict.challenge)), cloud.contact(transaction.flow)],
        )  # fmt: skip
    elif isinstance(verdict, Refused):
        cloud.refuse(transaction, request, verdict.refusal, turn)


def _call(
    cloud: Cloud, transaction: Transaction, request: Request, offer: SessionDescription, admitted: Admitted,
    turn: Turn,
) -> None:  # fmt: skip
    if len(cloud.dialogs) >= cloud.settings.most_calls:
        cloud.reply(transaction, request, 503, turn, headers=[("Retry-After", "5")])
        return
    try:
        call = Call(cloud, transaction, request, offer, admitted, turn)
    except RemoteProtocolError as error:
        cloud.reply(transaction, request, 400, turn, f"Bad Request - {error}")
        return
    call.begin(turn)


def _read_offer(request: Request, trail: Trail) -> tuple[SessionDescription | None, Refused | None]:
    """Return the session description that an INVITE offers, or why it is refused."""
    if not request.body:
        refused = trail.refuse(
            "sdp", "empty-body", got="no body", wanted="a session description",
            mend="send the offer in the INVITE (no late offer)",
        )  # fmt: skip
        return None, refused
    try:
        offer = SessionDescription.parse(request.body)
        answerable(offer)
    except MediaError as error:
        secure = isinstance(error, OfferError) and error.symbol == "secure-media"
        refused = trail.refuse(
            "sdp", "secure-media-not-accepted" if secure else "bad-sdp", got=str(error),
            wanted="RTP/AVP with PCMU or PCMA",
            mend="switch SRTP off, or make the domain secure" if secure else "offer PCMU or PCMA over RTP/AVP",
        )  # fmt: skip
        return None, refused
    return offer, None


def _again(cloud: Cloud, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Answer an INVITE within a dialog: hold, resume, a new address, another codec."""
    call = cloud.dialogs.get(Dialog.id_of(request))
    if call is None:
        cloud.reply(transaction, request, 481, turn)
        return
    if not call.dialog.in_order(request):
        cloud.reply(transaction, request, 500, turn, "CSeq out of order")
        return
    if call.answered_at is None:
        # RFC 3261 section 14.2: the first INVITE has no final response yet.
        cloud.reply(transaction, request, 491, turn)
        return
    try:
        offer = SessionDescription.parse(request.body)
        answerable(offer)
    except MediaError:
        cloud.reply(transaction, request, 488, turn)
        return

    def send(body: bytes) -> None:
        call.dialog.refresh_target(request)
        headers = [SERVER, cloud.contact(transaction.flow), ALLOW, ("Content-Type", "application/sdp")]
        cloud.respond(transaction, respond(request, 200, headers=headers, body=body), turn)

    call.renegotiate(offer, send, turn)
