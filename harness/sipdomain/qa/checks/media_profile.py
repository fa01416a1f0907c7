"""The profile of the offered audio is that of the domain."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("m=", "a=crypto", "a=fingerprint")
_SUITES: Final = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32")


def _judge(seen: Seen) -> Verdict:
    offer = next((each for call in seen.calls for each in call.described("pbx")), None)
    if offer is None:
        return unclear("no offer of audio came")
    profile = offer.audio.protocol
    if offer.has("fingerprint"):
        return failed("the offer is of DTLS", offer.wire, fields=_FIELDS)
    if not seen.setting.secure:
        if profile != "RTP/AVP":
            return failed(f"the offer is of {profile}; this domain takes RTP/AVP", offer.wire, fields=_FIELDS)
        return passed("the offer is of RTP/AVP", offer.wire, fields=_FIELDS)
    if offer.wire.transport != "tls":
        return failed(f"the INVITE to a secure domain came by {offer.wire.transport.upper()}", offer.wire)
    if profile != "RTP/SAVP":
        return failed(
            f"the offer is of {profile}; a secure domain takes RTP/SAVP", offer.wire, fields=_FIELDS
        )
    keys = offer.audio.attributes("crypto")
    if not any(suite in each for each in keys for suite in _SUITES):
        return failed("no key is for AES_CM_128_HMAC_SHA1_80 or _32", offer.wire, fields=_FIELDS)
    if all("|" in each.partition("inline:")[2] and ":" in each.rpartition("|")[2] for each in keys):
        return failed("every key has an MKI", offer.wire, fields=_FIELDS)
    return passed("the offer is of RTP/SAVP, with a key by SDES", offer.wire, fields=_FIELDS[:1])


CHECK: Final = Check(
    name="media-profile",
    level="must",
    what="offers RTP/AVP to a plain domain; to a secure one TLS and RTP/SAVP, with a key by SDES, and no DTLS",
    source="https://www.twilio.com/docs/voice/api/sip-interface; https://www.twilio.com/docs/api/errors/32207",
    situation="call",
    judge=_judge,
    mend="encrypt signalling and audio, or neither",
    vendors={
        "asterisk": "media_encryption=sdes and a transport of TLS, or media_encryption=no; never webrtc=yes here",
        "freeswitch": "rtp_secure_media=true with TLS, or false; not optional",
    },
    rules=("optional-encryption", "srtp-without-tls"),
)
