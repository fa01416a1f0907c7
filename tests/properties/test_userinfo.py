"""Passwords in addresses are found near an `@` as the whole pattern finds them from left to right."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings, strategies as st

from sipdomain.userinfo import PLAIN_URL, SIP, URL, UserInfo

PIECES = st.sampled_from(
    [
        "sip:", "SIPS%3a", "//", "/", "\\/", "a", ":", "%3A", "%252f", "@", "%40", " ", ",", ",sip:", ",<sips:", "<",
        "?", "#", "1", "\\u003a", "&colon;", "\u2026", "[", "x" * 100, "y" * 255, "z" * 5_000, "\n", '"', "\u017fip:",
    ]
)  # fmt: skip


@pytest.mark.parametrize("form", [URL, PLAIN_URL, SIP], ids=["url", "plain", "sip"])
@settings(max_examples=300)
@given(pieces=st.lists(PIECES, max_size=60))
@example(pieces=["sip:", "a", ",sip:", "b", ":", "c", "@"])
@example(pieces=["sip:", "sip:", ":", "y" * 255, "1", "@"])
@example(pieces=["//", "a", ":", "y" * 255, "11", "@"])
def test_the_same_is_hidden_as_by_the_whole_pattern(form: UserInfo, pieces: list[str]) -> None:
    text = "".join(pieces)
    assert form.hide(text, "***") == form.whole.sub(r"\g<1>***\g<2>", text)
