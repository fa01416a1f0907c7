"""What may be stored: each check returns the value to keep, or raises the provider's refusal."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from sipdomain.errors import RestError
from sipdomain.twilio.names.domain_names import is_domain_name
from sipdomain.twilio.names.sids import is_sid
from sipdomain.twilio.webhooks.urls import http_url

DOMAIN: Final = 21231
DOMAIN_NAME: Final = 21232
ACCESS_LIST: Final = 21235
ADDRESS: Final = 21238
CREDENTIAL_LIST: Final = 21240
CREDENTIAL: Final = 21243

_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_DOTTED_QUAD: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_HA1: Final = re.compile(r"[0-9a-f]{32}")
_URL: Final = re.compile(r"[!-~\u00a1-\U0010ffff]+")


def refused(code: int, message: str) -> RestError:
    """Return the refusal of a request that is well-formed, but not acceptable."""
    return RestError(400, code, message)


def friendly_name(text: str, *, most: int, code: int) -> str:
    """Check a name for people.

    Args:
        text: The name.
        most: How many characters it may have.
        code: The provider's code to refuse with.
    """
    if not text:
        raise refused(code, "FriendlyName is required")
    if not text.strip():
        raise refused(code, "FriendlyName must not be blank")
    if len(text) > most:
        raise refused(code, f"FriendlyName must not be longer than {most} characters")
    return text


def domain_name(text: str, *, suffix: str) -> str:
    """Check a domain's name by its letters; whether it is free is another question."""
    if not is_domain_name(text, suffix=suffix):
        raise refused(
            DOMAIN,
            f"Invalid Domain Name: use letters, digits and '-', and end with .{suffix} (got {text[:80]!r})",
        )
    return text


def username(text: str) -> str:
    """Check a user name.

    At most 32 characters: https://www.twilio.com/docs/voice/api/sip-credential-resource. Which characters the
    provider allows is not published; here all but control characters and ":", which divides HA1's parts.
    """
    if not text:
        raise refused(CREDENTIAL, "Username is required")
    if len(text) > 32:
        raise refused(CREDENTIAL, "Username must not be longer than 32 characters")
    if ":" in text or not text.isprintable():
        raise refused(CREDENTIAL, "Username must not contain ':' or control characters")
    return text


def password(text: str) -> str:
    """Check a password: 12 characters or more, with a digit, a small and a capital letter.

    Source: https://www.twilio.com/docs/voice/api/sip-credential-resource
    """
    missing = [
        words
        for words, fine in (
            ("at least 12 characters", len(text) >= 12),
            ("a digit", any(character in string.digits for character in text)),
            ("a small letter", any(character.islower() for character in text)),
            ("a capital letter", any(character.isupper() for character in text)),
        )
        if not fine
    ]
    if missing:
        raise refused(CREDENTIAL, f"Password needs {', '.join(missing)}")
    return text


def ha1(text: str) -> str:
    """Check a hash that stands in for a password: 32 hexadecimal digits."""
    if not _HA1.fullmatch(text.lower()):
        raise refused(CREDENTIAL, "HA1 must be 32 hexadecimal digits")
    return text.lower()


def ip_address(text: str, *, code: int = ADDRESS) -> str:
    """Check an IPv4 address, in full: no wildcard, no leading zero.

    Source: https://www.twilio.com/docs/voice/api/sip-ipaddress-resource
    """
    if not _DOTTED_QUAD.fullmatch(text):
        raise refused(code, f"IpAddress must be a full IPv4 address such as 203.0.113.7 (got {text[:80]!r})")
    return text


def cidr_prefix_length(length: int, *, code: int = ADDRESS) -> int:
    """Check a prefix length; the permitted range is not published, 0 to 32 is assumed."""
    if not 0 <= length <= 32:
        raise refused(code, f"CidrPrefixLength must be from 0 to 32 (got {length})")
    return length


def url(text: str | None, *, name: str, code: int = 21205) -> str | None:
    """Check a webhook's URL: absolute, http or https, no underscore in its host. An empty text takes the URL away.

    Source of the underscore: https://www.twilio.com/docs/voice/twiml (callback URLs).

    Args:
        text: The URL.
        name: The parameter's name, for the refusal.
        code: The provider's code to refuse with.
    """
    if not text:
        return None
    parts = http_url(text)
    if parts is None or not _URL.fullmatch(text):
        raise refused(code, f"{name} is not a valid http or https URL: {text[:200]!r}")
    if "_" in unquote(parts.hostname or ""):
        raise refused(code, f"{name} must not have an underscore in its host name: {text[:200]!r}")
    return text


def method(text: str, *, name: str, code: int = 21209) -> str:
    """Check a webhook's method: GET or POST, in any case."""
    if text.upper() not in {"GET", "POST"}:
        raise refused(code, f"{name} must be GET or POST (got {text[:20]!r})")
    return text.upper()


def webhooks(settings: Mapping[str, Any], *, url_code: int, method_code: int) -> dict[str, Any]:
    """Return settings with their URLs and methods checked: those whose names end so, or with "callback".

    Args:
        settings: By name, in small letters.
        url_code: The provider's code to refuse a URL with.
        method_code: The provider's code to refuse a method with.
    """
    kept = dict(settings)
    for key, value in settings.items():
        name = "".join(word.capitalize() for word in key.split("_"))
        if key.endswith(("_url", "_callback")):
            kept[key] = url(value, name=name, code=url_code)
        elif key.endswith("_method"):
            kept[key] = method(value or "POST", name=name, code=method_code)
    return kept


def sid(text: str | None, *, prefix: str, name: str, code: int = DOMAIN) -> str | None:
    """Check a reference to a resource that is stored, but not looked up. An empty text takes it away."""
    if not text:
        return None
    if not is_sid(prefix, text):
        raise refused(code, f"{name} must be {prefix} and 32 hexadecimal digits")
    return text


def one_of(text: str, words: tuple[str, ...], *, name: str) -> str:
    """Check a word out of a few, written as they are."""
    if text not in words:
        raise refused(20422, f"{name} must be {' or '.join(words)} (got {text[:20]!r})")
    return text


def phone_number(text: str, *, code: int) -> str:
    """Check a phone number in E.164 form: a plus sign and 7 to 15 digits, the first of them no zero.

    Source: https://www.twilio.com/docs/glossary/what-e164; that there are 7 digits at least is assumed.
    """
    if not _E164.fullmatch(text):
        raise refused(code, f"PhoneNumber must be in E.164 form, such as +15005550006 (got {text[:40]!r})")
    return text


def formatted_number(text: str) -> str:
    """Return a number as people write it: "(500) 555-0006" in North America, else as it is (assumed)."""
    if text.startswith("+1") and len(text) == 12:
        return f"({text[2:5]}) {text[5:8]}-{text[8:]}"
    return text
