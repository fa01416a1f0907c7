"""Decide by its Content-Type what a webhook's reply is: TwiML, words to read aloud, or audio to play.

Source: https://www.twilio.com/docs/voice/twiml, "Twilio's response"; errors 11200 and 12300.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from sipdomain.errors import TwimlError
from sipdomain.twiml.document import Document, Element
from sipdomain.twiml.lint import check
from sipdomain.twiml.parse import LARGEST_BODY, charset, parse

LARGEST_REMEMBERED: Final = 4 * 1024
"""Bytes; the last 256 documents up to this size are read once. Their values are shared, and frozen."""

_TWIML_TYPES: Final = frozenset({"text/xml", "application/xml", "text/html"})


def read_reply(content_type: str | None, body: bytes, url: str) -> Document:
    """Return what a webhook's successful reply asks for.

    TwiML is parsed. `text/plain` is run when it is valid TwiML and is read aloud otherwise; audio is played;
    after both the call is hung up, as after every last verb. `text/plain` without words is only hung up after.

    Args:
        content_type: The Content-Type header field, or None when there was none.
        body: The body, at most 64 kB unless it is audio.
        url: Where it came from; an audio reply is played from there.

    Raises:
        TwimlError: 11200 without a Content-Type, 12300 for a type that cannot be carried out, 11750 for
            words that are too long, and all that `parse` raises.
    """
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if content_type is None or not media_type:
        raise TwimlError(11200, "the reply has no Content-Type; it counts as a 502")
    if media_type in _TWIML_TYPES:
        remembers = len(body) + len(content_type) <= LARGEST_REMEMBERED
        return _remembered(body, content_type) if remembers else parse(body, content_type=content_type)
    if media_type.startswith("audio/"):
        return _document(Element("Play", text=url))
    if media_type == "text/plain":
        return _plain(body, content_type)
    raise TwimlError(12300, f"Content-Type {media_type!r} is neither TwiML (text/xml), text/plain nor audio")


@lru_cache(maxsize=256)
def _remembered(body: bytes, content_type: str) -> Document:
    """Parse a document that is likely to come again: many webhooks say the same to every call."""
    return parse(body, content_type=content_type)


def _plain(body: bytes, content_type: str) -> Document:
    try:
        return parse(body, content_type=content_type)
    except TwimlError:
        if len(body) > LARGEST_BODY:
            raise
    if not body.strip():
        return Document(())
    try:
        words = body.decode(charset(content_type) or "utf-8", "replace")
    except ValueError as error:
        raise TwimlError(12100, f"the words cannot be decoded: {error}") from error
    return _document(Element("Say", text=words))


def _document(verb: Element) -> Document:
    return Document(*check(Element("Response", children=(verb,))))
