"""HTTP in virtual time: applications are called in-process, and take no time but what they declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from sipdomain.runtime.sim.network import LATENCY, SimClock
from sipdomain.twilio.webhooks.http import FailureKind, HttpFailure, HttpRequest, HttpResponse, HttpResult

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

Site = Callable[[HttpRequest], HttpResponse]

_DELAY: Final = "X-Mock-Delay"
_VIRTUAL_TIME: Final = "mock_webhooks.virtual_time"


class SimHttpClient:
    """Finds the application by host and port; any other address refuses the connection."""

    def __init__(self, clock: SimClock, sites: Mapping[str, Site]) -> None:
        """Make a client.

        Args:
            clock: The virtual clock.
            sites: By HOST or HOST:PORT, as a URL names them, what answers there.
        """
        self._clock = clock
        self._sites = dict(sites)

    def fetch(self, request: HttpRequest, done: Callable[[HttpResult], None]) -> None:
        """Carry out a request; `done` is called when the answer would be there."""
        netloc = urlsplit(request.url).netloc.rpartition("@")[2].lower()
        site = self._sites.get(netloc)
        now = self._clock.now()
        if site is None:
            failure = HttpFailure("refused", f"nothing listens on {netloc}")
            self._clock.call_at(now + LATENCY, lambda: done(failure))
            return
        response = site(request)
        delay = float(response.header(_DELAY) or 0.0) + LATENCY
        result: HttpResult = response
        patience = min(request.read_timeout, request.total_timeout)
        if delay > patience:
            kind: FailureKind = "timeout" if request.read_timeout < request.total_timeout else "total-timeout"
            delay, result = patience, HttpFailure(kind, f"no answer in {patience:.3g} s")
        elif len(response.body) > request.max_bytes:
            result = HttpFailure("too-large", f"the body has more than {request.max_bytes} bytes")
        self._clock.call_at(now + delay, lambda: done(result))


def wsgi_site(application: WSGIApplication) -> Site:
    """Return a site that calls a WSGI application."""

    def site(request: HttpRequest) -> HttpResponse:
        from werkzeug.test import EnvironBuilder, run_wsgi_app

        parts = urlsplit(request.url)
        target = parts.path or "/"
        if parts.query:
            target = f"{target}?{parts.query}"
        builder = EnvironBuilder(
            path=parts.path or "/",
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            method=request.method,
            headers=list(request.headers),
            data=request.body or None,
            content_type=_header(request, "Content-Type"),
            # A signature counts over the URL as it was written.
            environ_overrides={_VIRTUAL_TIME: True, "REQUEST_URI": target},
        )
        chunks, status, headers = run_wsgi_app(application, builder.get_environ(), buffered=True)
        return HttpResponse(int(status.partition(" ")[0]), tuple(headers.items()), b"".join(chunks))

    return site


def function_site(answer: Callable[[str, list[tuple[str, str]]], HttpResponse]) -> Site:
    """Return a site out of a function of a path and its parameters, query and form together."""

    def site(request: HttpRequest) -> HttpResponse:
        parts = urlsplit(request.url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        pairs += parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        return answer(parts.path, pairs)

    return site


def _header(request: HttpRequest, name: str) -> str | None:
    return next((value for key, value in request.headers if key.lower() == name.lower()), None)
