"""The files of which pages are made, and how their policy names what stands in them."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources


def asset(name: str) -> str:
    """Return one of the files beside this one."""
    return resources.files("sipdomain.report.page").joinpath(name).read_text("utf-8")


def policy_hash(text: str) -> str:
    """Return how a Content-Security-Policy names what stands between two tags (CSP Level 3, 2.3.1)."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
