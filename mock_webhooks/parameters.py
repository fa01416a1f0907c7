"""A request's parameters in the order in which they were sent, which Flask's own views of them lose."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Request


def read_parameters(request: Request, body: bytes) -> tuple[tuple[str, str], ...]:
    """Return the parameters of the query, then those of the form.

    Args:
        request: The request.
        body: Its body; it counts only when it is a URL-encoded form.
    """
    pairs = parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True)
    if request.mimetype == "application/x-www-form-urlencoded":
        pairs += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return tuple(pairs)
