"""Why a TLS connection could not be opened, in words that say what to change."""

from __future__ import annotations

import re
import ssl
from typing import Final

_OLD: Final = "the peer speaks nothing newer than TLS 1.1; 1.2 is the least (the provider's 32222)"
_NOT_TRUSTED: Final = "the peer does not trust our certificate authority; `sipdomain certificates` exports it"
_NOT_ACCEPTED: Final = "the peer does not accept our certificate"
_HUNG_UP: Final = "the peer hung up; does it trust our certificate authority?"
HUNG_UP_AT_ONCE: Final = (
    "the peer hung up after the TLS handshake, without a message; does it trust our certificate authority?"
)
_NO_TLS: Final = "the server speaks no TLS there; is the URL http: or ws: rather than https: or wss:?"
_MEANING: Final = {
    "UNSUPPORTED_PROTOCOL": _OLD,
    "VERSION_TOO_LOW": _OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": "the peer wants another version of TLS than 1.2 or 1.3",
    "NO_SHARED_CIPHER": "the peer offers none of the provider's cipher suites",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the peer found nothing in common: cipher suites, or the kind of certificate",
    "HTTP_REQUEST": "the peer speaks HTTP",
    "HTTPS_PROXY_REQUEST": "the peer speaks HTTP",
    "WRONG_VERSION_NUMBER": "the peer speaks no TLS; plain SIP has another port",
    "TLSV1_ALERT_UNKNOWN_CA": _NOT_TRUSTED,
    "TLSV1_ALERT_UNKNOWN_PSK_IDENTITY": _NOT_TRUSTED,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": _NOT_ACCEPTED,
    "SSLV3_ALERT_BAD_CERTIFICATE": _NOT_ACCEPTED,
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": _NOT_ACCEPTED,
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the peer holds our certificate to be expired; are both clocks right?",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "the peer holds our certificate to be revoked",
    "TLSV1_ALERT_ACCESS_DENIED": "the peer denies access",
    "TLSV1_UNRECOGNIZED_NAME": "the peer knows no certificate for that name",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the peer wants a certificate of ours; none is sent",
    "UNEXPECTED_EOF_WHILE_READING": _HUNG_UP,
    "UNEXPECTED_MESSAGE": "the peer breaks the order of TLS messages",
}
_SERVER: Final = {
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "HTTP_REQUEST": _NO_TLS,
    "UNSUPPORTED_PROTOCOL": "the server speaks nothing newer than TLS 1.1",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the server wants another version of TLS",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the server found nothing in common: cipher suites, or a certificate of ours",
    "TLSV1_UNRECOGNIZED_NAME": "the server has no certificate for that host name",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the server wants a certificate of ours; none is sent",
    "UNEXPECTED_EOF_WHILE_READING": "the server hung up",
}
_SLOW: Final = re.compile(r"handshake is taking longer than ([\d.]+)")


def explain(error: Exception) -> str:
    """Return in words why a SIP connection over TLS could not be opened."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS handshake failed: the certificate of the peer is not accepted: {error.verify_message.rstrip('.')}"
    if isinstance(error, ssl.SSLError):
        return f"TLS handshake failed: {_words(error, _MEANING)}"
    slow = _SLOW.search(str(error))
    if slow is not None:
        return f"TLS handshake failed: not finished in {float(slow[1]):g} s"
    return f"TLS handshake failed: {str(error) or _HUNG_UP}"


def explain_server(error: ssl.SSLError) -> str:
    """Return in words why an HTTPS server cannot be talked to."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".") or "certificate not accepted"
    return _words(error, _SERVER)


def _words(error: ssl.SSLError, meaning: dict[str, str]) -> str:
    reason = error.reason or ""
    return meaning.get(reason) or reason.replace("_", " ").lower() or str(error)
