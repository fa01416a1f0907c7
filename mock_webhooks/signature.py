"""Check X-Twilio-Signature with the provider's own library, which is needed for nothing else.

Source: https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from flask import Request
from werkzeug.datastructures import MultiDict

Verdict = Literal["valid", "invalid", "missing", "unchecked"]

HEADER: Final = "X-Twilio-Signature"


class SignatureChecker:
    """Says of requests whether they were signed with a token.

    Args:
        auth_token: The account's auth token.

    Raises:
        ModuleNotFoundError: The library `twilio` is not installed.
    """

    def __init__(self, auth_token: str) -> None:
        try:
            from twilio.request_validator import RequestValidator
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "checking signatures needs the provider's library: pip install twilio", name="twilio"
            ) from error
        self._validator = RequestValidator(auth_token)

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
            valid = self._validator.validate(url, signed, signature)
        except ValueError:  # a URL that no sender could have meant, such as one with the port "x"
            return "invalid"
        return "valid" if valid else "invalid"


def requested_url(request: Request) -> str:
    """Return the URL exactly as the client wrote it, for escapes count in a signature.

    The target comes from the request line where the server hands it on (most do, as REQUEST_URI or RAW_URI).
    """
    target = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or ""
    if not target.startswith("/"):
        return request.url
    return f"{request.scheme}://{request.host}{target}"
