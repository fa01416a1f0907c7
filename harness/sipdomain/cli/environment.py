"""The account that TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN name, as the provider's own tools do."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from sipdomain.errors import SetupError
from sipdomain.twilio.names.sids import is_sid

SID: Final = "TWILIO_ACCOUNT_SID"
TOKEN: Final = "TWILIO_AUTH_TOKEN"  # noqa: S105 - a variable's name


class EnvironmentAccount(NamedTuple):
    """What the two variables say; None where one is not set or empty.

    Attributes:
        sid: AC and 32 hexadecimal digits.
        auth_token: The token.
    """

    sid: str | None
    auth_token: str | None


def account_of_environment() -> EnvironmentAccount:
    """Read the two variables.

    Raises:
        SetupError: The SID has another form, or the token cannot be sent.
    """
    sid, token = os.environ.get(SID, ""), os.environ.get(TOKEN, "")
    if sid and not is_sid("AC", sid):
        raise SetupError(f"{SID} needs AC and 32 hexadecimal digits (got {sid[:60]!r})")
    if not token.isprintable():
        raise SetupError(f"{TOKEN} has characters that cannot be sent")
    return EnvironmentAccount(sid or None, token or None)
