"""No certificate is taken but one that a trusted authority issued for the domain, and that is still good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.runtime.tls.lure import SHOWN, Shown

_WORDS: Final[Mapping[Shown, str]] = {
    "other name": "is for another name",
    "expired": "expired an hour ago",
    "untrusted": "was issued by nobody it trusts",
}


def _judge(seen: Seen) -> Verdict:
    went_on = {each.shown for each in seen.handshakes if each.data}
    came = {each.shown for each in seen.handshakes}
    if SHOWN[0] not in went_on:
        why = next((each.error for each in seen.handshakes if each.error), "")
        return unclear(f"no request came by TLS with the right certificate{why and f': {why}'}")
    wrong = [_WORDS[shown] for shown in SHOWN[1:] if shown in went_on]
    if wrong:
        return failed(f"it went on though the certificate {', and though it '.join(wrong)}")
    missing = [shown for shown in SHOWN if shown not in came]
    if missing:
        return unclear(f"no connection came while the certificate was: {', '.join(missing)}")
    return passed(
        "it refused a certificate for another name, one that expired, and one that it does not trust"
    )


CHECK: Final = Check(
    name="tls-certificates",
    level="must",
    what="refuses by TLS a certificate for another name, one that expired, and one from nobody it trusts",
    source="RFC 5922 section 7; https://www.twilio.com/docs/voice/api/sip-interface",
    situation="tls",
    judge=_judge,
    mend="check the server's certificate and its name, with the public authorities",
    needs="nothing",
    vendors={
        "asterisk": "verify_server=yes and ca_list_file=… in the transport",
        "freeswitch": '<param name="tls-verify-policy" value="out|subjects_out"/> in the profile',
        "kamailio": "verify_certificate = yes and server_name in tls.cfg, profile [client:default]",
        "baresip": "sip_cafile in the file config, and sip_verify_server yes where it has that",
    },
    optional=True,
)
