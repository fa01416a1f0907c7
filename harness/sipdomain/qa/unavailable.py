"""The 503 of an edge that a PBX called by name."""

from __future__ import annotations

from sipdomain.qa.by_name import FIRST
from sipdomain.qa.seen import Seen
from sipdomain.qa.wire import Wire


def unavailable(seen: Seen) -> Wire | None:
    """Return the first 503 of the edge that DNS names first, or None."""
    places = seen.found.places if seen.found is not None else {}
    found = (each for call in seen.calls for each in call.responses("INVITE", least=503))
    return next((each for each in found if each.status == 503 and places.get(each.source) == FIRST), None)
