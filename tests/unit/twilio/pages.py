"""What the emulator asks by HTTP, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from sipdomain.twilio.webhooks.http import HttpRequest, HttpResponse, HttpResult

Page = HttpResult | Callable[[HttpRequest], HttpResult | None] | None


def page(
    body: str | bytes, content_type: str | None = "text/xml", status: int = 200, *headers: tuple[str, str]
) -> HttpResponse:
    """Return an HTTP answer."""
    fields = (("Content-Type", content_type), *headers) if content_type is not None else headers
    return HttpResponse(status, fields, body.encode() if isinstance(body, str) else body)


def moved(status: int, location: str | None) -> HttpResponse:
    """Return an HTTP redirect."""
    return HttpResponse(status, (("Location", location),) if location is not None else ())


@dataclass
class Ask:
    """One HTTP request of the emulator.

    Attributes:
        at: The moment.
        token: Its token.
        request: The request.
    """

    at: float
    token: int
    request: HttpRequest

    @property
    def path(self) -> str:
        return urlsplit(self.request.url).path

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters, of form and query; the last one of a name."""
        return dict(self.pairs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        text = self.request.body.decode() or urlsplit(self.request.url).query
        return parse_qsl(text, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.request.headers if key == name), None)
