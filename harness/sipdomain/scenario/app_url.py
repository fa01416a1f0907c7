"""Where an application of the user's may run, on this machine or on a host of a private network, and its public name."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final

from sipdomain.twilio.webhooks.urls import http_url

_PRIVATE_NAMES: Final = (".localhost", ".local", ".lan", ".internal", ".test", ".home.arpa")
_PUBLIC_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


def checked_app_url(text: str) -> str:
    """Return the base of an application, without a final slash; behind its public name and `=` where it has one.

    Raises:
        ValueError: It is not a URL of HTTP that is a host alone, the host is public, or the name is not one of a host.
    """
    name, equals, base = text.rpartition("=")
    if equals and not _PUBLIC_NAME.fullmatch(name.lower()):
        raise ValueError(
            f"`{name}` is not a host's public name; write such as `app: bot.example=http://127.0.0.1:5000`"
        )
    url = http_url(base)
    if url is None or url.path.strip("/") or url.query or url.username:
        raise ValueError(
            f"`{text}` is not the base of an application; write such as `app: http://127.0.0.1:5000`, "
            "the paths stand in `voice`, `status`, …"
        )
    if not _is_private(url.hostname or ""):
        raise ValueError(
            f"`{url.hostname}` is not a private host; where it is meant, write the whole URL in `voice`"
        )
    return f"{name.lower()}{equals}{url.scheme}://{url.netloc}"


def public_base(app_url: str) -> tuple[str, dict[str, str]]:
    """Return by which base an application is asked, and which public host name is answered where.

    Args:
        app_url: What `checked_app_url` returned, or "".
    """
    name, equals, base = app_url.rpartition("=")
    return (f"https://{name}", {name: base}) if equals else (base, {})


def _is_private(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.lower().endswith(_PRIVATE_NAMES)
    return address.is_private or address.is_loopback or address.is_link_local
