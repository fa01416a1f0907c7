"""The account that TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN name, as the provider's own tools do."""

from __future__ import annotations

import os
from typing import Final

from harness.errors import SetupError
from harness.twilio.config import AccountSettings
from harness.twilio.ids import is_sid

SID: Final = "TWILIO_ACCOUNT_SID"
TOKEN: Final = "TWILIO_AUTH_TOKEN"  # noqa: S105 - a variable's name


def account_of_environment() -> AccountSettings:
    """Return what the two variables say; None where one is not set or empty.

    Raises:
        SetupError: The SID is none, or the token cannot be sent.
    """
    sid, token = os.environ.get(SID, ""), os.environ.get(TOKEN, "")
    if sid and not is_sid("AC", sid):
        raise SetupError(f"{SID} needs AC and 32 hexadecimal digits (got {sid[:60]!r})")
    if not token.isprintable():
        raise SetupError(f"{TOKEN} has characters that cannot be sent")
    return AccountSettings(sid=sid or None, auth_token=token or None)
