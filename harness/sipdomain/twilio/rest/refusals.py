"""Refusals of the REST API that bring header fields of their own."""

from __future__ import annotations

from sipdomain.errors import RestError


class SlowedError(RestError):
    """Too many wrong credentials came from a source: ours, not the provider's.

    Attributes:
        retry_after: After how many seconds credentials are looked at again.
    """

    def __init__(self, client: str, retry_after: int) -> None:
        said = f"too many wrong credentials from {client}: correct them, and ask again in {retry_after} s"
        super().__init__(429, 20429, said)
        self.retry_after = retry_after


class MethodNotAllowedError(RestError):
    """A resource has no such method.

    Attributes:
        allow: The methods it has.
    """

    def __init__(self, allow: str) -> None:
        super().__init__(405, 20004, "Method not allowed")
        self.allow = allow
