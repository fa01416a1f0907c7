"""Where an application of the user's may run: on this machine, or on a host of a private network."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from sipdomain.twilio.webhooks.urls import http_url

_PRIVATE_NAMES: Final = (".localhost", ".local", ".lan", ".internal", ".test", ".home.arpa")


def checked_app_url(text: str) -> str:
    """Return the base of an application, without a final slash.

    Raises:
        ValueError: It is not a URL of HTTP that is a host alone, or the host is public.
    """
    url = http_url(text)
    if url is None or url.path.strip("/") or url.query or url.username:
        raise ValueError(
            f"`{text}` is not the base of an application; write such as `app: http://127.0.0.1:5000`, "
            "the paths stand in `voice`, `status`, …"
        )
    if not _is_private(url.hostname or ""):
        raise ValueError(
            f"`{url.hostname}` is not a private host; where it is meant, write the whole URL in `voice`"
        )
    return f"{url.scheme}://{url.netloc}"


def _is_private(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.lower().endswith(_PRIVATE_NAMES)
    return address.is_private or address.is_loopback or address.is_link_local
