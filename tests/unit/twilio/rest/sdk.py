"""What tests by the provider's own SDK for Python have in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

ACCOUNT = "AC00000000000000000000000000000001"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
CREATED = datetime(2015, 7, 20, 17, 27, 10, tzinfo=UTC)
NOW = CREATED.timestamp()
NOBODY = "0" * 32


def refusal(action: Callable[[], object]) -> tuple[int, int]:
    """Return status and code of a refusal; that of a list bears the whole response."""
    with pytest.raises(TwilioException) as refused:
        action()
    error = refused.value
    if isinstance(error, TwilioRestException):
        return error.status, error.code
    return error.args[1].status_code, json.loads(error.args[1].text)["code"]
