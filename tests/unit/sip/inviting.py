"""A user of the client's side of an INVITE, as small as can be, and the responses that it gets."""

from __future__ import annotations

from sipdomain.sip.codec import parse
from sipdomain.sip.credentials import CredentialsKeeper
from sipdomain.sip.invite_client import InviteClient, Outputs
from sipdomain.sip.invite_outputs import (
    Answered,
    Challenged,
    Forked,
    GaveUp,
    InviteOutput,
    Lost,
    Provisional,
    Refused,
    Transact,
    Unusable,
    Wake,
)
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.timers import Timers
from sipdomain.sip.via import Via

FLOW = Flow("udp", Address("127.0.0.1", 5060), Address("127.0.0.10", 5070))
CONTACT = ("Contact", "<sip:bob@127.0.0.10:5070>")
OURS = "<sip:edge@127.0.0.1;lr>"


class Author:
    """Writes the requests of one call."""

    def __init__(self, credentials: CredentialsKeeper) -> None:
        self.credentials = credentials
        self.branches = 0

    def invite(self, number: int, challenged: Request | None) -> Request:  # noqa: ARG002 - written anew
        """Write an INVITE."""
        items = [
            ("Via", str(self.via())), ("Max-Forwards", "70"), ("From", "<sip:alice@example.com>;tag=us"),
            ("To", "<sip:bob@example.com>"), ("Call-ID", "call-1"), ("CSeq", f"{number} INVITE"),
            ("Contact", "<sip:alice@127.0.0.1>"), *self.credentials.headers("INVITE", "sip:bob@example.com"),
        ]  # fmt: skip
        return Request("INVITE", "sip:bob@example.com", items)

    def via(self) -> Via:
        """Return a new branch."""
        self.branches += 1
        return Via("UDP", "127.0.0.1", 5060, {"branch": f"z9hG4bK{self.branches}"})

    def about(self) -> list[tuple[str, str]]:
        """Return no more than who it is."""
        return [("User-Agent", "unit")]

    def own_routes(self) -> tuple[str, ...]:
        """Return one route."""
        return (OURS,)


def client(*, challenges: bool = True, late_offer: bool = False) -> InviteClient:
    """Return an INVITE that is not yet sent."""
    keeper = CredentialsKeeper("alice", "Correct-Horse-42", lambda: "c0ffee")
    return InviteClient(
        Author(keeper),
        FLOW,
        timers=Timers(),
        credentials=keeper if challenges else None,
        late_offer=late_offer,
    )


def challenge(nonce: str) -> tuple[str, str]:
    """Return the challenge of a proxy."""
    return ("Proxy-Authenticate", f'Digest realm="example.com",qop="auth",nonce="{nonce}"')


def reply(
    invite: Request, status: int, tag: str = "", *headers: tuple[str, str], body: bytes = b""
) -> Response:
    """Return a response of bob, as it comes from the wire."""
    given = headers or (CONTACT,)
    message = parse(bytes(respond(invite, status, tag=tag or "proxy", headers=given, body=body)))
    assert isinstance(message, Response)
    return message


def in_words(outputs: Outputs) -> list[str]:
    """Return outputs in words."""
    return [_words(each) for each in outputs]


def _words(output: InviteOutput) -> str:  # noqa: PLR0911 - one line for each kind of output
    match output:
        case Transact(request):
            return f"{request.method} {request.cseq.number} {request.to.tag or '-'}"
        case Send(_, data):
            ack = parse(data)
            return f"ACK {ack.cseq.number} {ack.to.tag}"
        case Wake(at):
            return f"wake {at:g}"
        case Provisional(response):
            return f"provisional {response.status}"
        case Challenged(response):
            return f"challenged {response.status}"
        case Answered(response, dialog):
            return f"answered {response.status} {dialog.remote.tag}"
        case Forked(response):
            return f"forked {response.to.tag}"
        case Refused(response, why):
            return f"refused {response.status} {why}".rstrip()
        case Unusable(response, _):
            return f"unusable {response.status}"
        case Lost(status):
            return f"lost {status}"
        case GaveUp():
            return "gave up"
