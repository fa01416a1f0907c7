"""URLs and forms as they go to a customer's server."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import quote, quote_plus, urlsplit

Parameters = tuple[tuple[str, str], ...]
_LONGEST_CACHED: Final = 128


def request_target(url: str) -> str:
    """Return what stands in the request line for a URL: its path and query."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def escaped(url: str) -> str:
    """Return a URL with blanks and letters beyond ASCII escaped, as a request line needs it (RFC 3986)."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~", errors="surrogateescape")


def encode_form(parameters: Parameters) -> str:
    """Return parameters as `application/x-www-form-urlencoded` text; a byte that is not UTF-8 stays that byte."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in parameters])


def _quoted(text: str) -> str:
    return _remembered(text) if len(text) <= _LONGEST_CACHED else quote_plus(text, errors="surrogateescape")


@lru_cache(maxsize=2048)
def _remembered(text: str) -> str:
    """Quote a text that is likely to come again: a parameter's name, an account, a domain."""
    return quote_plus(text, errors="surrogateescape")
