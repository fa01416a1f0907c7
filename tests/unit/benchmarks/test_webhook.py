from __future__ import annotations

import json

from sipdomain.runtime.development import AUTH_TOKEN
from sipdomain.twilio.webhooks.signature import sign
from tests.benchmarks.webhook import Seen


def test_kept_requests_are_checked_with_the_providers_validator() -> None:
    seen = Seen(keep=2)
    right = sign(AUTH_TOKEN, "http://127.0.0.1:7/hangup", [("CallSid", "CA1"), ("Empty", "")])
    for signature in (right, "wrong", right):
        head = f"POST /hangup HTTP/1.1\r\nHost: 127.0.0.1:7\r\nX-Twilio-Signature: {signature}"
        seen.add(b"/hangup", head.encode(), b"CallSid=CA1&Empty=")
    assert json.loads(seen.summary("http://127.0.0.1:7")) == {
        "requests": {"/hangup": 3},
        "checked": 2,
        "valid": 1,
    }
