"""The text of `<Sip>`, read as the URI that is called (https://www.twilio.com/docs/voice/twiml/sip)."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.grammar import TOKEN
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.targets import TRANSPORTS

LONGEST: Final = 255
"""Characters of a URI before its header fields."""
LONGEST_HEADERS: Final = 1023
"""Characters of its header fields."""


class NotCallableError(ValueError):
    """A text is not a URI that can be called.

    Attributes:
        code: The provider's warning.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_uri(text: str) -> Uri:
    """Read the URI; `sip:` may be missing.

    Raises:
        NotCallableError: 13243 it is not a SIP URI, is too long, or names an unknown transport; 13252 a header field has no
            valid name, 32113 one of the provider's own; 13253 the header fields are too long, or not printable.
    """
    bare, _, headers = text.partition("?")
    if len(bare) > LONGEST:
        raise NotCallableError(13243, f"the URI has more than {LONGEST} characters before its header fields")
    try:
        uri = Uri.parse(text if text.lower().startswith(("sip:", "sips:")) else f"sip:{text}")
    except RemoteProtocolError as error:
        raise NotCallableError(13243, f"<Sip> cannot be called: {error}") from None
    transport = uri.parameters.get("transport")
    if transport is not None and transport.lower() not in TRANSPORTS:
        raise NotCallableError(13243, f"the transport must be udp, tcp or tls (got {transport[:20]!r})")
    _check_headers(headers)
    return uri


def _check_headers(headers: str) -> None:
    if len(headers) > LONGEST_HEADERS:
        raise NotCallableError(13253, f"the header fields have more than {LONGEST_HEADERS} characters")
    for part in headers.split("&") if headers else ():
        name, _, value = (unquote(each) for each in part.partition("="))
        if not TOKEN.fullmatch(name):
            raise NotCallableError(13252, f"not the name of a header field: {name[:80]!r}")
        if name.lower().startswith("x-twilio"):
            raise NotCallableError(32113, f"a header field of the provider's own: {name[:80]}")
        if not value.isprintable():
            raise NotCallableError(13253, f"the header field {name} has characters that cannot be sent")
