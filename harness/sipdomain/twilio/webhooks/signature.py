"""X-Twilio-Signature: how a webhook proves that it comes from the account's cloud."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from hashlib import sha1
from itertools import chain


def sign(auth_token: str, url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Return the signature of a form POST, or of a GET when `parameters` is empty.

    HMAC-SHA1, in base64, over the URL as requested and every parameter's name and value,
    sorted by name (https://www.twilio.com/docs/usage/security). A name that comes several
    times counts once for each different value, as the provider's validators do.
    """
    text = url + "".join(chain.from_iterable(sorted(set(parameters))))
    return base64.b64encode(hmac.digest(auth_token.encode(), as_read(text).encode(), sha1)).decode()


def as_read(text: str) -> str:
    """Return text as a server reads it: a byte of a header field that is not UTF-8 becomes U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
