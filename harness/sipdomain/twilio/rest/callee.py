"""Whom a request to make a call names: a SIP URI, a phone number or a client; and who may call them."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from sipdomain.errors import RemoteProtocolError, RestError
from sipdomain.sip.grammar import TOKEN
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.targets import TRANSPORTS
from sipdomain.twilio.names.phone_numbers import EMERGENCY, read_number
from sipdomain.twilio.rest.messages import NO_CODE
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.subscribers import CLIENT

_LONGEST_URI: Final = 255
_LONGEST_HEADERS: Final = 1023
_LONGEST_IDENTITY: Final = 121


def callee(text: str) -> Uri | str:
    """Return whom To names: a SIP URI, or the address of a number or a client as the numbering plan has it.

    Raises:
        RestError: 21211 neither of them; 21227, 21228, 21229 or 32113 wrong header fields; 501 an emergency number.
    """
    if text.lower().startswith(("sip:", "sips:")):
        return _sip_uri(text)
    if text.lower().startswith(CLIENT):
        # What follows a question mark is for the client's application.
        identity = text[len(CLIENT) :].partition("?")[0]
        if not 0 < len(identity) <= _LONGEST_IDENTITY or not identity.isprintable() or " " in identity:
            raise RestError(400, 21211, f"To is not a client: {text[:80]!r}")
        return CLIENT + identity
    number = read_number(text)
    if number in EMERGENCY:
        raise RestError(501, NO_CODE, "sipdomain emulates emergency calls from SIP domains only, by <Dial>")
    if number is None:
        raise RestError(
            400,
            21211,
            f"To must be a number such as +15005550006, client:NAME or a SIP URI (got {text[:80]!r})",
        )
    return number


def caller(text: str, to: Uri | str) -> str:
    """Return who calls, as To's kind lets him be called (rule outbound-caller).

    Raises:
        RestError: 21212, a phone is called by somebody without a number, or a client by neither number nor client.
    """
    if len(text) > _LONGEST_URI or not text.isprintable():
        raise RestError(400, 21212, f"From is not a caller ID: {text[:80]!r}")
    if isinstance(to, Uri):
        return text
    if (number := read_number(text)) is not None:
        return number
    if not to.startswith(CLIENT) or not text.startswith(CLIENT):
        needed = "a phone number" if not to.startswith(CLIENT) else "a phone number or client:NAME"
        raise RestError(400, 21212, f"From must be {needed} when {to} is called (got {text[:80]!r})")
    return text


def check_caller(store: Store, account_sid: str, from_: str, to: Uri | str) -> None:
    """See that an account may show a number as its own to a phone or a client (rule outbound-caller).

    Raises:
        RestError: 21210, the number is neither bought nor verified.
    """
    if isinstance(to, Uri) or from_.startswith(CLIENT):
        return
    if store.numbers.owned(account_sid, from_) is None:
        raise RestError(
            400,
            21210,
            f"From {from_} is not a number of this account: buy it (IncomingPhoneNumbers) or verify it",
        )


def _sip_uri(text: str) -> Uri:
    bare, _, headers = text.partition("?")
    if len(bare) > _LONGEST_URI:
        raise RestError(
            400, 21211, f"To must have at most {_LONGEST_URI} characters before its header fields"
        )
    if len(headers) > _LONGEST_HEADERS:
        raise RestError(
            400, 21227, f"The header fields of To must have at most {_LONGEST_HEADERS} characters"
        )
    try:
        uri = Uri.parse(text)
    except RemoteProtocolError as error:
        raise RestError(400, 21211, f"To cannot be called: {error}") from None
    transport = uri.parameters.get("transport")
    if transport is not None and transport.lower() not in TRANSPORTS:
        raise RestError(400, 21211, f"The transport of To must be udp, tcp or tls (got {transport[:20]!r})")
    _check_headers(headers)
    return uri


def _check_headers(headers: str) -> None:
    for part in headers.split("&") if headers else ():
        name, _, value = (unquote(each) for each in part.partition("="))
        if not TOKEN.fullmatch(name):
            raise RestError(400, 21228, f"Invalid SIP header name in To: {name[:80]!r}")
        if not value.isprintable():
            raise RestError(400, 21229, f"Invalid SIP header value in To: {value[:80]!r}")
        if name.lower().startswith("x-twilio"):
            raise RestError(400, 32113, f"Header name is not allowed: {name[:80]}")
