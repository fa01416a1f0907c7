"""What calls hear: a webhook application whose document changes with the situation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

USUAL: Final = "<Response><Pause length='2'/></Response>"


class Voice:
    """A WSGI application that answers each request with the document of the moment.

    Attributes:
        document: The TwiML.
    """

    def __init__(self) -> None:
        self.document = USUAL

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:  # noqa: ARG002 - WSGI
        """Answer."""
        body = self.document.encode()
        start("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
        return [body]
