from __future__ import annotations

from sipdomain.error_codes import ErrorCode, lookup, more_info


def test_a_known_code_has_level_and_title() -> None:
    assert lookup(12100) == ErrorCode(12100, "error", "The document is not well-formed XML")
    assert lookup(13910) == ErrorCode(13910, "warning", "<Pause> length is not valid")


def test_an_unknown_code_is_none() -> None:
    assert lookup(99999) is None


def test_every_code_has_a_page() -> None:
    assert more_info(32201) == "https://www.twilio.com/docs/errors/32201"
