"""HTTP as values: one hop asked for, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sipdomain.values import lean_value


@lean_value
class HttpRequest:
    """One request to one URL; redirects and retries are decided by whoever sent it.

    Attributes:
        method: "GET" or "POST".
        url: Absolute, without a fragment.
        headers: Header fields, in order.
        body: The form-encoded body, or b"".
        connect_timeout: Seconds for TCP and TLS.
        read_timeout: Seconds from the sent request to the first byte of the answer, and from each byte to the next.
        total_timeout: Seconds for all of it.
        max_bytes: The largest body accepted; one byte more is a failure.
        max_audio_bytes: The same for a body whose Content-Type is audio, where it may be larger.
        purpose: What it is for, as in the journal, or "".
        call_id: The SIP Call-ID of the call that it is about, or "".
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    total_timeout: float = 15.0
    max_bytes: int = 64 * 1024
    max_audio_bytes: int = 0
    purpose: str = ""
    call_id: str = ""


@lean_value
class HttpResponse:
    """What came back.

    Attributes:
        status: 100 to 599.
        headers: Header fields as received, in order.
        body: The body, decoded from its transfer coding.
        excess: How many bytes came behind the end that its header fields announce, with the answer itself.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    excess: int = 0

    @property
    def is_chunked(self) -> bool:
        """Whether the body came in chunks."""
        return "chunked" in (self.header("Transfer-Encoding") or "").lower()

    def header(self, name: str) -> str | None:
        """Return the first header field of that name, whatever its case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def excess_of(response: HttpResponse) -> str:
    """Say what came behind the end of an answer, or that its end looks wrong; "" when all is well."""
    length = response.header("Content-Length") or "0"
    if response.excess and response.status in {204, 304}:
        return f"{response.excess} bytes after an answer {response.status}, which has no body"
    if response.excess:
        return f"{response.excess} bytes more than the Content-Length of {length}; a length in characters?"
    ends_inside = not response.body.isascii() and not response.body.rstrip().endswith(b">")
    if ends_inside and length == str(len(response.body)) and b"<" in response.body:
        return f"it ends in the middle: is its Content-Length of {length} a length in characters?"
    return ""


FailureKind = Literal[
    "connect-timeout",
    "refused",
    "dns",
    "tls",
    "tls-name",
    "tls-expired",
    "tls-authority",
    "timeout",
    "total-timeout",
    "protocol",
    "coding",
    "too-large",
    "disconnected",
    "cut-off",
    "forbidden",
]


@dataclass(frozen=True, slots=True)
class HttpFailure:
    """No whole answer came.

    Attributes:
        kind: Why.
        reason: The same in words.
    """

    kind: FailureKind
    reason: str


HttpResult = HttpResponse | HttpFailure


@lean_value
class Fetch:
    """Carry out an HTTP request; answered by `Emulator.fetched(token, result, now)`."""

    token: int
    request: HttpRequest
