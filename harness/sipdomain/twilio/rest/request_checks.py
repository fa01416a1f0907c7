"""What every request to the API has to be, whatever it asks for: text in UTF-8, and a form."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.rest.messages import FORM, NO_CODE, RestRequest

_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii"})


def check_text(request: RestRequest) -> None:
    """See that path and query are in UTF-8, and the form; a byte that is none came as a lone surrogate."""
    if _is_broken(request.path):
        raise RestError(400, NO_CODE, "The path must be in UTF-8")
    if any(_is_broken(text) for pair in request.query for text in pair):
        raise RestError(400, NO_CODE, "The query must be in UTF-8")
    if any(_is_broken(text) for pair in request.form for text in pair):
        raise RestError(415, NO_CODE, "The body must be in UTF-8")


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def check_body(request: RestRequest) -> None:
    """See that a body is a form of a size that was read, in UTF-8."""
    if request.body_too_large:
        raise RestError(413, 20413, "Request entity too large")
    if request.method != "POST":
        return
    given, _, parameters = request.content_type.lower().partition(";")
    if given.strip() not in ("", FORM):
        raise RestError(415, NO_CODE, f"The body must be {FORM} (got {given[:60]!r})")
    for parameter in parameters.split(";"):
        name, _, charset = parameter.partition("=")
        if name.strip() == "charset" and charset.strip(' "') not in _CHARSETS:
            raise RestError(415, NO_CODE, f"The body must be in UTF-8 (got {charset[:60]!r})")
