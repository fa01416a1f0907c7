"""The credentials that exist when nobody names any."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from sipdomain.runtime.development import ACCOUNT_SID, AUTH_TOKEN

ROOT = Path(__file__).parents[3]


def test_the_token_has_the_form_of_the_provider_s_and_is_made_from_what_anybody_may_know() -> None:
    assert AUTH_TOKEN == "75318466263e56808417a3d6afd3f45c"
    assert hashlib.md5(b"sipdomain development token").hexdigest() == AUTH_TOKEN
    assert re.fullmatch("AC[0-9a-f]{32}", ACCOUNT_SID)


def test_every_page_that_shows_credentials_shows_these() -> None:
    pages = {page.name: page.read_text() for page in (ROOT / "docs").rglob("*.md")}
    given = {
        name
        for name, text in pages.items()
        if re.search(r"auth.token|Client\(|curl -u", text) and AUTH_TOKEN in text
    }
    assert given >= {"use-the-sdk.md", "cli.md", "first-call.md", "mock-webhooks.md"}
    after = {
        each
        for text in pages.values()
        for each in re.findall(rf"{ACCOUNT_SID}[:\",' ]+([0-9a-z-]{{20,}})", text)
    }
    assert after == {AUTH_TOKEN}
