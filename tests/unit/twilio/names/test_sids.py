"""SIDs."""

from __future__ import annotations

import random

import pytest

from sipdomain.twilio.names.sids import Ids, is_sid


def test_a_seed_gives_the_same_sids_again() -> None:
    assert Ids(random.Random(1)).new("CA") == "CAcd613e30d8f16adf91b7584a2265b1f5"


def test_a_sid_has_all_its_digits_even_when_the_number_is_small() -> None:
    class One:
        def getrandbits(self, k: int, /) -> int:
            assert k == 128
            return 1

    assert Ids(One()).new("SD") == "SD00000000000000000000000000000001"


@pytest.mark.rule("sid-prefixes")
@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("SD00000000000000000000000000000001", True),
        ("SDABCDEFabcdef00000000000000000001", True),
        ("CL00000000000000000000000000000001", False),
        ("SD0000000000000000000000000000001", False),
        ("SD000000000000000000000000000000011", False),
        ("SD0000000000000000000000000000000g", False),
        ("", False),
    ],
)
def test_the_form_of_a_sid_is_two_letters_and_32_digits(text: str, valid: bool) -> None:
    assert is_sid("SD", text) is valid
