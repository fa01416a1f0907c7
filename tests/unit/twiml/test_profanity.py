"""What is left of profanities."""

from __future__ import annotations

import pytest

from sipdomain.twiml.profanity import filtered


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("what the fuck", "what the f***"),
        ("Shit happens, fucking always", "S*** happens, f****** always"),
        ("Scunthorpe and Dickens and shitake", "Scunthorpe and Dickens and shitake"),
        ("", ""),
    ],
)
def test_the_first_letter_stays(said: str, shown: str) -> None:
    assert filtered(said) == shown
