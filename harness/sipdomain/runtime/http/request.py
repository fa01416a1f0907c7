"""Reads a request to the HTTP server: what was asked for, by whom, with which parameters."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from sipdomain.runtime.http.gate import Asking
from sipdomain.twilio.rest.messages import FORM
from sipdomain.twilio.webhooks.signature import as_read

if TYPE_CHECKING:
    from aiohttp import web

MOST_BODY: Final = 256 * 1024
"""A larger body gets 413, in bytes."""
MOST_SNAPSHOT: Final = 1024 * 1024 * 1024
"""A larger snapshot gets 413, in bytes; one comes at a time. It is room for several million users."""
PATIENCE: Final = 10.0
"""How long the body of a request may take, in seconds; of a snapshot, how long each piece of it may."""

Pairs = tuple[tuple[str, str], ...]


def target(request: web.BaseRequest, own: str) -> tuple[str, str, Pairs]:
    """Return the authority, path (as written) and query that a request asks for.

    Args:
        request: The request.
        own: The authority that is meant when none is named, as HTTP/1.0 allows.

    Raises:
        HTTPBadRequest: The authority is none (RFC 9112 section 3.2).
    """
    from aiohttp import web

    # RFC 9112 section 3.2.2: the authority of a target in absolute form goes before Host.
    line = request.raw_path
    absolute = line.lower().startswith(("http://", "https://"))
    host = line.split("/", 3)[2].partition("?")[0] if absolute else request.headers.get("Host", own)
    if not _is_host(host):
        raise web.HTTPBadRequest(text="no host: the header field Host\n")
    path, _, query = request.path_qs.partition("?")
    return host, path, _pairs(query)


def asking(request: web.BaseRequest, host: str) -> Asking:
    """Return what the gate judges."""
    header = request.headers.get
    return Asking(
        method=request.method,
        host=host,
        origin=",".join(request.headers.getall("Origin", [])),
        site=header("Sec-Fetch-Site", ""),
        authorization=header("Authorization", ""),
        is_webhook="X-Twilio-Signature" in request.headers,
        client=request.remote or "",
        at=asyncio.get_running_loop().time(),
    )


async def read(request: web.BaseRequest, *, most: int = MOST_BODY) -> bytes | None:
    """Return the body; None when it is too large.

    Args:
        request: The request.
        most: How many bytes it may have. Past `MOST_BODY`, the time counts for each piece of it.

    Raises:
        HTTPRequestTimeout: It did not come in time.
        HTTPBadRequest: It was cut off, or is not in its Content-Encoding.
    """
    from aiohttp import web

    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE) as limit:
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    return None
                if most > MOST_BODY:
                    limit.reschedule(asyncio.get_running_loop().time() + PATIENCE)
    except TimeoutError:
        raise web.HTTPRequestTimeout(text=f"the body did not come within {PATIENCE:g} s\n") from None
    except broken():
        text = "the body was cut off, or is not in its Content-Encoding\n"
        raise web.HTTPBadRequest(text=text) from None
    return bytes(body)


def form(request: web.BaseRequest, body: bytes | None) -> Pairs:
    """Return the parameters in a body; none when it is not a form."""
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type != FORM or not body:
        return ()
    return _pairs(body.decode("utf-8", "surrogateescape"))


def readable(pairs: Pairs) -> Pairs:
    """Return parameters with U+FFFD for each byte that is not UTF-8."""
    return tuple((as_read(name), as_read(value)) for name, value in pairs)


def base_url(host: str) -> str:
    """Return what a client put before the path: only the proxy leads here by the provider's names, and by HTTPS."""
    name = host.partition(":")[0].lower()
    return f"{'https' if name.endswith('.twilio.com') else 'http'}://{host}"


def broken() -> tuple[type[Exception], ...]:
    """Return how a request fails to come: it is not valid HTTP, cut off, or not in the coding that it is said to be in."""
    from aiohttp import web
    from aiohttp.http import HttpProcessingError

    return (ConnectionError, web.RequestPayloadError, HttpProcessingError)


def _pairs(text: str) -> Pairs:
    """Return the parameters of a query or a form; a byte that is not UTF-8 becomes a lone surrogate."""
    return tuple(parse_qsl(text, keep_blank_values=True, errors="surrogateescape"))


def _is_host(text: str) -> bool:
    """Return whether a Host header field can be one (RFC 9112 section 3.2: else it is answered 400)."""
    try:
        return text.isascii() and text.isprintable() and urlsplit(f"//{text}").netloc == text
    except ValueError:
        return False
