"""Let the provider's own Python SDK talk to the emulator in this process, without a socket."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sipdomain.errors import SetupError
from sipdomain.twilio.rest import RestRequest, RestResponse


def in_process_client(
    account_sid: str, auth_token: str, answer: Callable[[RestRequest], RestResponse]
) -> Any:
    """Return a `twilio.rest.Client` whose requests are answered by a function.

    Args:
        account_sid: The account to authenticate as.
        auth_token: Its token.
        answer: Such as `lambda request: api.handle(request, clock())`.

    Raises:
        SetupError: The package `twilio` is not installed.
    """
    try:
        from twilio.http import HttpClient
        from twilio.http.response import Response
        from twilio.rest import Client
    except ImportError:
        raise SetupError("the package `twilio` is missing: pip install twilio") from None

    class InProcess(HttpClient):  # type: ignore[misc]
        def __init__(self) -> None:  # the base class wants a logger, which nothing here uses
            self.timeout = None

        def request(
            self,
            method: str,
            url: str,
            params: Mapping[str, Any] | None = None,
            data: Mapping[str, Any] | None = None,
            headers: Mapping[str, str] | None = None,
            auth: tuple[str, str] | None = None,
            **_: Any,
        ) -> Any:
            response = answer(_request(method, url, params, data, headers, auth))
            return Response(response.status, response.whole.decode(), dict(response.headers))

    return Client(account_sid, auth_token, http_client=InProcess())


def _request(
    method: str,
    url: str,
    params: Mapping[str, Any] | None,
    data: Mapping[str, Any] | None,
    headers: Mapping[str, str] | None,
    auth: tuple[str, str] | None,
) -> RestRequest:
    parts = urlsplit(url)
    basic = base64.b64encode(":".join(auth).encode()).decode() if auth else ""
    return RestRequest(
        method=method.upper(),
        path=unquote(parts.path),
        query=(*parse_qsl(parts.query, keep_blank_values=True), *_pairs(params)),
        form=_pairs(data),
        authorization=f"Basic {basic}" if auth else None,
        content_type=(headers or {}).get("Content-Type", ""),
        base_url=f"{parts.scheme}://{parts.netloc}",
    )


def _pairs(values: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """Return parameters one by one; a list is a parameter that is repeated."""
    return tuple(
        (name, str(value))
        for name, given in (values or {}).items()
        for value in (given if isinstance(given, list) else [given])
    )
