"""TLS is of a version that the far end takes."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_OLD: Final = ("unsupported protocol", "no protocols available", "version too low", "wrong version number")


def _judge(seen: Seen) -> Verdict:
    agreed = next((each.version for each in seen.handshakes if each.version), "")
    if agreed:
        return passed(f"agreed on was {agreed}")
    errors = [each.error for each in seen.handshakes if each.error]
    if any(old in each for each in errors for old in _OLD):
        return failed("it offers nothing from TLS 1.2 on")
    if any("no shared cipher" in each for each in errors):
        return failed("it offers no suite of ciphers that the far end has")
    return unclear("no connection by TLS came about" + (f": {errors[0]}" if errors else ""))


CHECK: Final = Check(
    name="tls-version",
    level="must",
    what="speaks TLS 1.2 or newer",
    source="https://www.twilio.com/docs/voice/api/sip-interface",
    situation="tls",
    judge=_judge,
    mend="switch TLS 1.2 on",
    needs="nothing",
    vendors={
        "asterisk": "method=tlsv1_2 in the transport",
        "freeswitch": '<param name="tls-version" value="tlsv1.2"/>',
    },
    optional=True,
)
