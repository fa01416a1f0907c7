"""Names that are almost those that are there: that nothing has a misspelt one proves nothing."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from sipdomain.sip.headers import USUAL, key_of

_ALIKE: Final = 0.85
"""How like two names are that are taken for one: of `DialCallStatus` and `CallStatus` it is 0.83."""
_OWN: Final = ("x-", "sipheader_")
"""Names that anybody gives: of several that differ in one letter each may be meant."""
_PAIRS: Final = (("called", "caller"), ("caller", "called"))
_KNOWN: Final = frozenset(map(key_of, USUAL))


def meant(name: str, there: Iterable[str]) -> str | None:
    """Return the name that is there of which another, which is not, is most likely a misspelling; None when there is none.

    Args:
        name: The name of a header field or a parameter.
        there: The names that are there.
    """
    lowered = {each.lower(): each for each in there}
    own = name.lower()
    if own in lowered or own.startswith(_OWN) or key_of(name) in _KNOWN:
        return None
    likely = next(
        iter(get_close_matches(own, [each for each in lowered if not each.startswith(_OWN)], 1, _ALIKE)), ""
    )
    if not likely or any(own.startswith(one) and likely.startswith(other) for one, other in _PAIRS):
        return None
    return lowered[likely]


def meant_in_its_case(name: str, there: Iterable[str]) -> str | None:
    """Return the like of `meant` where names are compared in their case: one in another case is a misspelling too."""
    names = list(there)
    if name in names:
        return None
    return next((each for each in names if each.lower() == name.lower()), None) or meant(name, names)


def in_words(name: str) -> str:
    """Return what came in place of a name that is misspelt."""
    return f"none is spelt so, but {name} is there"
