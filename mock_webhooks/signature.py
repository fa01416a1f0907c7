"""Check X-Twilio-Signature, as the provider's own library checks it; a test compares the two.

Source: https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

from flask import Request
from werkzeug.datastructures import MultiDict

Verdict = Literal["valid", "invalid", "missing", "unchecked"]

HEADER: Final = "X-Twilio-Signature"
_USUAL_PORTS: Final = {"http": 80, "https": 443}


class SignatureChecker:
    """Says of requests whether they were signed with a token.

    Args:
        auth_token: The account's auth token.
    """

    def __init__(self, auth_token: str) -> None:
        self._token = auth_token.encode()

    def verdict(self, request: Request, body: bytes) -> Verdict:
        """Return whether a request's signature is right.

        Args:
            request: The request.
            body: Its body; a body that is not a form is checked by the `bodySHA256` in the URL.
        """
        is_form = request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data")
        signed = request.form if is_form or not body else body.decode("utf-8", "replace")
        return self._compared(requested_url(request), signed, request.headers.get(HEADER, ""))

    def of(self, url: str, form: Iterable[tuple[str, str]], signature: str) -> Verdict:
        """Return whether a request that was sent is signed right.

        Args:
            url: As it was requested.
            form: The fields of its form, in any order.
            signature: What its header field said, or "".
        """
        return self._compared(url, MultiDict(form), signature)

    def _compared(self, url: str, signed: MultiDict[str, str] | str, signature: str) -> Verdict:
        if not signature:
            return "missing"
        try:
            parts = urlsplit(url)
            forms = _with_and_without_port(parts)
        except ValueError:  # a URL that no sender could have meant, such as one with the port "x"
            return "invalid"
        fields = ""
        if isinstance(signed, str):
            named = parse_qs(parts.query).get("bodySHA256")
            if named is None:
                fields = signed
            elif named[0] != hashlib.sha256(signed.encode()).hexdigest():
                return "invalid"
        else:
            fields = "".join(
                f"{name}{value}" for name in sorted(signed) for value in sorted(set(signed.getlist(name)))
            )
        given = signature.encode("utf-8", "surrogateescape")
        wanted = [self._signature(each + fields) for each in forms]
        return "valid" if any(hmac.compare_digest(each, given) for each in wanted) else "invalid"

    def _signature(self, text: str) -> bytes:
        return base64.b64encode(hmac.new(self._token, text.encode(), hashlib.sha1).digest())


def _with_and_without_port(url: SplitResult) -> tuple[str, str]:
    """Return both forms of a URL, for the service signs now the one and now the other.

    Raises:
        ValueError: Its port is none.
    """
    if url.port:
        return url.geturl(), url._replace(netloc=url.netloc.removesuffix(f":{url.port}")).geturl()
    port = _USUAL_PORTS.get(url.scheme, 80)
    return url.geturl(), url._replace(netloc=f"{url.netloc}:{port}").geturl()


def requested_url(request: Request) -> str:
    """Return the URL exactly as the client wrote it, for escapes count in a signature.

    The target comes from the request line where the server hands it on (most do, as REQUEST_URI or RAW_URI).
    """
    target = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or ""
    if not target.startswith("/"):
        return request.url
    return f"{request.scheme}://{request.host}{target}"
