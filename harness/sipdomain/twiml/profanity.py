"""What profanityFilter leaves of a profanity: its first letter (https://www.twilio.com/docs/voice/twiml/gather)."""

from __future__ import annotations

import re
from typing import Final

_STEMS: Final = ("arsehole", "asshole", "bastard", "bitch", "bullshit", "cunt", "dick", "fuck", "motherfuck", "piss",
                 "shit", "slut", "twat", "wank", "whore")  # fmt: skip
"""Which words count is not published: these and their inflections are ours."""
_PROFANITY: Final = re.compile(
    rf"\b(?:{'|'.join(_STEMS)})(?:s|es|ed|er|ers|ing|y|head|heads)?\b", re.IGNORECASE
)


def filtered(text: str) -> str:
    """Return a text whose profanities have stars in place of all letters but the first: `f***`."""
    return _PROFANITY.sub(lambda found: found[0][0] + "*" * (len(found[0]) - 1), text)
