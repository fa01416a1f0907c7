"""Phone numbers as people write them, and those of emergency services."""

from __future__ import annotations

import re
from typing import Final

EMERGENCY: Final = frozenset({"911", "933", "112", "999", "000"})
"""Numbers of emergency services; 933 reads back the address on record.

https://www.twilio.com/docs/voice/tutorials/emergency-calling-for-programmable-voice; 999 and 000 are assumed.
"""
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_NORTH_AMERICAN: Final = re.compile(r"1?([2-9][0-9]{9})")
_BETWEEN_DIGITS: Final = re.compile(r"[ ().\-\u00a0]")


def read_number(text: str) -> str | None:
    """Return a number in E.164 form, or one of emergency services as it is; None for what is neither.

    Blanks, brackets, hyphens and dots do not matter; ten digits, or a 1 and ten, are a number of North America
    (https://www.twilio.com/docs/voice/twiml/number#phone-number-formatting).
    """
    digits = _BETWEEN_DIGITS.sub("", text.strip())
    if digits in EMERGENCY or _E164.fullmatch(digits):
        return digits
    found = _NORTH_AMERICAN.fullmatch(digits)
    return f"+1{found[1]}" if found is not None else None
