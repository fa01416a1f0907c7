"""The account that exists when nobody names one: fixed values, printed on start, no secret."""

from __future__ import annotations

import os
from typing import Final

ACCOUNT_SID: Final = "AC" + "0" * 31 + "1"
AUTH_TOKEN: Final = "75318466263e56808417a3d6afd3f45c"  # noqa: S105 - public on purpose
"""The MD5 of "sipdomain development token": SDKs and Terraform refuse a token of another form than the provider's."""


def token_name(token: str, configured: str | None = None) -> str:
    """Return where an auth token comes from, without showing it.

    Args:
        token: The token.
        configured: The one that a file gives to the main account, if it does.
    """
    if token == os.environ.get("TWILIO_AUTH_TOKEN"):
        return "the token from TWILIO_AUTH_TOKEN"
    if token == configured:
        return "the token from `account.auth_token`"
    return "the development token" if token == AUTH_TOKEN else "the account's own token"
