"""A request as the webhook application received it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

VERDICTS: Final = {"valid": True, "invalid": False, "missing": False}
"""Whether a signature is valid, by what its checker says; nobody knows where it checked nothing."""


@dataclass(frozen=True, slots=True)
class AppRequest:
    """A request as the webhook application received it.

    Attributes:
        method: "GET" or "POST".
        path: The path, without the query.
        parameters: Query and form fields, in order.
        headers: Header fields.
        signature_valid: What the provider's own validator said; None when it was not asked.
        body: The body as it came; None when it was not kept.
    """

    method: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...] = ()
    signature_valid: bool | None = None
    body: str | None = None

    def parameter(self, name: str) -> str | None:
        """Return the first parameter of that name, or None."""
        return next((value for key, value in self.parameters if key == name), None)


def requests_of(app: Any) -> list[AppRequest]:
    """Return what was asked of an application, oldest first."""
    recorder = getattr(app, "extensions", {}).get("recorder")
    return [
        AppRequest(
            each.method, each.path, each.parameters, each.headers, VERDICTS.get(each.signature), each.body
        )
        for each in (recorder.requests() if recorder is not None else ())
    ]
