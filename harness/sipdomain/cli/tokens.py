"""The tokens of `serve`: for the control API, and of the main account. Beyond loopback neither is the public one."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping

from sipdomain.errors import SetupError
from sipdomain.runtime.development import AUTH_TOKEN
from sipdomain.sip.outputs import Address
from sipdomain.twilio.webhooks.urls import is_loopback


def control_token(given: str, http: Address) -> str:
    """Return what the control API asks for: what was given, or beyond loopback one that is made and printed.

    Raises:
        SetupError: The public development token was given, and it would be asked for beyond loopback.
    """
    if is_loopback(http.host):
        return given
    if given == AUTH_TOKEN:
        raise SetupError(_public("--token or SIPDOMAIN_TOKEN", "--http"))
    if given:
        return given
    made = secrets.token_urlsafe(24)
    print(f"token       {made}   for /_sipdomain/, as --http is not on loopback", file=sys.stderr)
    return made


def stand_in(*listeners: Address | None) -> str:
    """Return a token to put in the place of the public one; "" when all that is listened on is loopback.

    Args:
        listeners: Where the REST API can be reached.
    """
    return secrets.token_hex(16) if any(each and not is_loopback(each.host) for each in listeners) else ""


def chosen(given: Mapping[str, str | None], replacement: str) -> str:
    """Return the main account's auth token.

    Args:
        given: Tokens by where they were given; the first one there is goes first.
        replacement: What to take in the place of the public one, or "".

    Raises:
        SetupError: The public one was given by name where it is not taken.
    """
    source, token = next(((where, each) for where, each in given.items() if each), ("", AUTH_TOKEN))
    if token == AUTH_TOKEN and source and replacement:
        raise SetupError(_public(source, "the REST API"))
    return replacement if token == AUTH_TOKEN and replacement else token


def print_made(token: str) -> None:
    """Print a main account's token that was made, as nobody else knows it."""
    print(
        f"auth token  {token}   made now, as the REST API is not on loopback (set TWILIO_AUTH_TOKEN to use your own)",
        file=sys.stderr,
    )


def _public(source: str, what: str) -> str:
    return f"{source} is the development token, which is public: choose another one, as {what} is not on loopback"
