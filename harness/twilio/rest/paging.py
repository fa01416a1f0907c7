"""Pages of a list (https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information).

A page token names the last record seen by its number, so a record deleted between two pages loses nobody's place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from harness.errors import RestError
from harness.twilio.calls import CallRecord
from harness.twilio.exchanges import Exchange
from harness.twilio.logs import AlertRecord, EventRecord
from harness.twilio.recordings import RecordingRecord
from harness.twilio.rest.messages import Parameters
from harness.twilio.store import Record

DEFAULT_SIZE: Final = 50
LARGEST_SIZE: Final = 1000

# PA: after that record; PB: before it.
_TOKEN: Final = re.compile(r"P([AB])([0-9]{1,18})")

R = TypeVar("R", bound=Record | CallRecord | RecordingRecord | AlertRecord | EventRecord | Exchange)


def page(
    rows: Sequence[R], query: Parameters, path: str, *, newest_first: bool = False
) -> tuple[Sequence[R], dict[str, Any]]:
    """Cut a page.

    Args:
        rows: All records that match, in the order of their numbers.
        query: The request's parameters.
        path: The list's relative URI, without a query.
        newest_first: Whether the numbers go down.

    Returns:
        The page's records, and the fields that describe the page.

    Raises:
        RestError: 20007 a page too large, 21481 a wrong token, 20422 no whole number.
    """
    size = query.integer("PageSize", code=20422, least=1)
    if size is None:
        size = DEFAULT_SIZE
    if size > LARGEST_SIZE:
        raise RestError(400, 20007, f"Page size must be at most {LARGEST_SIZE}")
    index = query.integer("Page", code=20422, least=0) or 0
    token = query.text("PageToken") or ""
    first = _first(rows, token, index, size, newest_first=newest_first)
    last = min(first + size, len(rows))
    shown = rows[first:last]
    kept = query.others("PageSize", "Page", "PageToken")

    def link(number: int, token: str = "") -> str:
        place = [("PageSize", str(size)), ("Page", str(number))]
        return f"{path}?{urlencode([*kept, *place, *([('PageToken', token)] if token else [])])}"

    start = index * size
    more, less = last < len(rows), first > 0
    return shown, {
        "page": index,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(shown) - 1),
        "uri": link(index, token),
        "first_page_uri": link(0),
        "next_page_uri": link(index + 1, f"PA{rows[last - 1].number}") if more else None,
        "previous_page_uri": link(max(0, index - 1), f"PB{rows[first].number}" if shown else "")
        if less
        else None,
    }


def meta(fields: dict[str, Any], base_url: str, list_key: str) -> dict[str, Any]:
    """Return what describes a page of the Monitor API, out of what `page` returned: its URLs are absolute."""
    urls = {
        f"{name}url": link and base_url + link
        for name in ("", "first_page_", "next_page_", "previous_page_")
        for link in (fields[f"{name}uri"],)
    }
    return {"meta": {"key": list_key, "page": fields["page"], "page_size": fields["page_size"], **urls}}


def _first(rows: Sequence[R], token: str, index: int, size: int, *, newest_first: bool) -> int:
    """Return where the page begins."""
    if not token:
        return min(index * size, len(rows))
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise RestError(400, 21481, "Invalid PageToken")
    after, number = match[1] == "A", int(match[2])
    passed = 0  # how many rows stand before the place
    for row in rows:
        before = row.number > number if newest_first else row.number < number
        if not (before or (after and row.number == number)):
            break
        passed += 1
    return passed if after else max(0, passed - size)
