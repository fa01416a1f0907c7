"""Messages that cannot be worked with: a decision about each, and what to change."""

from __future__ import annotations

from typing import Final

from sipdomain.entries import Decision
from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.address import has_comma_in_name
from sipdomain.sip.headers import USUAL
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Flow

BROKEN_MESSAGE: Final = "broken-message"
"""The reason of such a decision, and its rule."""
_LONGEST_QUOTE: Final = 200
_MENDS: Final = (
    ("not a name address", "put the display name in quotes and the URI in <>"),
    ("Request-URI is not", "write the request line as METHOD sip:USER@HOST SIP/2.0: one blank each, and no <>"),
    ("not a SIP URI", "write <sip:USER@HOST>, and a display name with a comma in quotes"),
    ("header field without a colon", "write each header field as NAME: VALUE; a line that goes on begins with a blank"),
    ("not a header field name", "write header field names as tokens, without blanks"),
    ("end with CR LF", "end every line with CR LF, as RFC 3261 section 7 has it"),
    ("CR and LF", "end every line with CR LF, and put neither into a field"),
    ("no empty line", "end the header fields with an empty line (CR LF CR LF)"),
    ("Content-Length says", "count the bytes of the body, not its characters, or send the whole body"),
    ("Content-Length", "give the number of the body's bytes in Content-Length"),
    ("Refer-To", "send one Refer-To with the URI to call, in <>"),
    ("more than one", "send that header field once"),
    ("SIP version", "send SIP/2.0"),
    ("scheme tel", "start with --default-domain NAME, whose calls those to tel: URIs then are, or write sip:NUMBER@DOMAIN"),
    ("Request-URI", "put a SIP URI without header fields into the Request-URI"),
    ("CSeq says", "give the method of the request line in CSeq"),
    ("too large", "send at most 65,535 bytes"),
    ("more than", "send fewer header fields"),
    ("not a start line", "begin with METHOD URI SIP/2.0; is this SIP, and not HTTP, RTP or TLS?"),
)  # fmt: skip
"""What to change, by words of the error; the first that fits."""


def mend_of_contact(request: Request, otherwise: str) -> str:
    """Return what to change in a Contact that cannot be read; `otherwise` unless it is a comma in the display name."""
    if any(has_comma_in_name(value) for value in request.headers.all("contact")):
        return 'quote the display name: "LAST, FIRST" <sip:USER@HOST>'
    return otherwise


def of_request(request: Request, error: RemoteProtocolError, flow: Flow, now: float) -> Decision:
    """Return the decision on a request that gets 400 within its transaction."""
    return decision(request.call_id, request.method, error, str(flow.remote), now, answered=True)


def decision(
    call_id: str, method: str, error: RemoteProtocolError, source: str, now: float, *, answered: bool
) -> Decision:
    """Return the decision on a message that is refused, or dropped because it cannot or must not be answered.

    Args:
        call_id: Its Call-ID, or "".
        method: Its method, or "" when that cannot be read.
        error: What is wrong with it.
        source: The HOST:PORT that it came from.
        now: The moment.
        answered: Whether it gets a response.
    """
    text = str(error)
    field = text.removeprefix("no ").removesuffix(" header field")
    name = next((each for each in USUAL if each.lower() == field), field)
    lacks = text == f"no {field} header field"
    mend = f"send a {name} header field" if lacks else "correct it as the reason says (RFC 3261)"
    return Decision(
        at=now, call_id=call_id, method=method, check="message", outcome="refused" if answered else "dropped",
        reason=BROKEN_MESSAGE, rule=BROKEN_MESSAGE, got=f"{text[:_LONGEST_QUOTE]}, from {source}",
        wanted=f"a message as RFC 3261 section 7 has it; {error.status_hint} is the answer" if answered else "",
        mend=next((mend for words, mend in _MENDS if words in text), mend),
    )  # fmt: skip
