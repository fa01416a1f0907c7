"""URLs and forms as they go to a customer's server."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from itertools import chain
from typing import Final
from urllib.parse import SplitResult, quote, quote_plus, urlsplit

Parameters = tuple[tuple[str, str], ...]
_LONGEST_CACHED: Final = 128
_ESCAPED: Final = re.compile(r"[A-Za-z0-9\-._~!#$%&'()*+,/:;=?@\[\]]*")


def http_url(text: str) -> SplitResult | None:
    """Return the parts of an absolute URL of HTTP or HTTPS that has a host; None for any other text."""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not match, or a port that is not one
        return None
    return parts if is_one else None


def is_loopback(host: str) -> bool:
    """Return whether a host is an address of loopback, as written, or `localhost`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def request_target(url: str) -> str:
    """Return what stands in the request line for a URL: its path and query."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def escaped(url: str) -> str:
    """Return a URL with blanks and letters beyond ASCII escaped, as a request line needs it (RFC 3986)."""
    if _ESCAPED.fullmatch(url):
        return url
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~", errors="surrogateescape")


def encode_form(parameters: Parameters) -> str:
    """Return parameters as `application/x-www-form-urlencoded` text; a byte that is not UTF-8 stays that byte."""
    quoted = [
        _remembered(text) if len(text) <= _LONGEST_CACHED else _quoted(text)
        for text in chain.from_iterable(parameters)
    ]
    return "&".join(map("=".join, zip(quoted[::2], quoted[1::2], strict=True)))


def _quoted(text: str) -> str:
    return quote_plus(text, errors="surrogateescape")


_remembered: Final = lru_cache(maxsize=2048)(_quoted)
"""For a text that is likely to come again: a parameter's name, an account, a domain."""
