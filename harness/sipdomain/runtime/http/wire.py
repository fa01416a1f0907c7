"""A request to a customer's server as bytes, where it goes, and why it could not be reached."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from sipdomain.runtime.tls.errors import explain_server
from sipdomain.twilio.webhooks.http import FailureKind, HttpFailure, HttpRequest
from sipdomain.twilio.webhooks.login import Origin, origin_of

_TLS_FAILURES: Final[Mapping[int, FailureKind]] = {
    # OpenSSL's X509_V_ERR_*: no or an unknown issuer, self-signed; expired; another host or address.
    2: "tls-authority", 18: "tls-authority", 19: "tls-authority", 20: "tls-authority", 21: "tls-authority",
    10: "tls-expired", 62: "tls-name", 64: "tls-name",
}  # fmt: skip

_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))
_UNPRINTABLE: Final = re.compile(r"[^\x21-\x7e]")
_LINE_BREAK: Final = re.compile(r"[\r\n\0]")


def wire(request: HttpRequest, hosts: Mapping[str, str]) -> tuple[Origin, bytes]:
    """Return where a request goes and its bytes; raises ValueError for one that cannot be written."""
    parts = urlsplit(request.url)
    named = _authority(parts)
    origin = origin_of(parts)
    base = hosts.get(origin.host.lower())
    if base is not None:
        origin = origin_of(urlsplit(base))
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    if _UNPRINTABLE.search(target):
        target = quote(target, safe=_PRINTABLE)
    lines = [f"{request.method} {target} HTTP/1.1", f"Host: {named}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if base is not None and parts.scheme == "https":
        # As a TLS proxy passes it on to the application: the URL that was signed.
        lines += ["X-Forwarded-Proto: https", f"X-Forwarded-Host: {named}"]
    if request.body or request.method == "POST":
        lines.append(f"Content-Length: {len(request.body)}")
    head = "\r\n".join(lines)
    if head.count("\n") >= len(lines) or _LINE_BREAK.search(head.replace("\r\n", "")):
        raise ValueError("line break inside a header field")
    return origin, head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + request.body


def _authority(parts: SplitResult) -> str:
    """Return host and port as the Host header field has them."""
    authority = parts.netloc.rpartition("@")[2]
    return authority if authority.isascii() else authority.encode("idna").decode()


def failure_of(error: Exception, request: HttpRequest) -> HttpFailure:
    """Say why a server could not be reached."""
    text = str(error) or type(error).__name__
    match error:
        case TimeoutError():
            return HttpFailure("connect-timeout", f"no connection in {request.connect_timeout:.3g} s")
        case socket.gaierror() | UnicodeError():
            return HttpFailure("dns", text)
        case ssl.SSLCertVerificationError():
            return HttpFailure(_TLS_FAILURES.get(error.verify_code, "tls"), explain_server(error))
        case ssl.SSLError():
            return HttpFailure("tls", explain_server(error))
        case OSError():
            return HttpFailure("refused", text)
        case _:
            return HttpFailure("protocol", text)
