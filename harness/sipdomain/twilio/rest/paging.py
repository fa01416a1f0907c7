"""Pages of a list (https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information).

A page token names the last record seen by its number, so a record deleted between two pages loses nobody's place.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from sipdomain.errors import RestError
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.store import Record
from sipdomain.twilio.store.answered_requests import Exchange
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.logs import AlertRecord, EventRecord
from sipdomain.twilio.store.recordings import RecordingRecord

_BREATH: Final = 256
DEFAULT_SIZE: Final = 50
LARGEST_SIZE: Final = 1000

# PA: after that record; PB: before it.
_TOKEN: Final = re.compile(r"P([AB])([0-9]{1,18})")

R = TypeVar("R", bound=Record | CallRecord | RecordingRecord | AlertRecord | EventRecord | Exchange)


@dataclass(frozen=True, slots=True)
class Place:
    """Which page is asked for.

    Attributes:
        size: How many records it has.
        index: Its number, from 0.
        token: Which record it comes after (PA) or before (PB), or "".
    """

    size: int
    index: int
    token: str


def read_place(query: Parameters) -> Place:
    """Return which page a request asks for.

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
    if token and _TOKEN.fullmatch(token) is None:
        raise RestError(400, 21481, "Invalid PageToken")
    return Place(size, index, token)


def page(
    rows: Iterable[R | None], place: Place, query: Parameters, path: str, *, newest_first: bool = False
) -> Generator[None, None, tuple[list[R], dict[str, Any]]]:
    """Cut a page. No more records are looked at than stand before it, and one after it; yields now and then.

    Args:
        rows: All records, in the order of their numbers, those that do not match being None.
        place: Which page.
        query: The request's parameters.
        path: The list's relative URI, without a query.
        newest_first: Whether the numbers go down.

    Returns:
        The page's records, and the fields that describe the page.
    """
    size, index, token = place.size, place.index, place.token
    stands_before = _before(place, newest_first=newest_first)
    # A page before a record is made of the last ones that stand before it.
    last: deque[R] = deque(maxlen=size if token.startswith("PB") else 0)
    shown: list[R] | None = None
    passed, more = 0, False
    for count, row in enumerate(rows):
        if count % _BREATH == 0:
            yield
        if row is None:
            continue
        if shown is None:
            if stands_before(passed, row.number):
                passed += 1
                last.append(row)
                continue
            shown = list(last)
        if len(shown) == size:
            more = True
            break
        shown.append(row)
    shown = list(last) if shown is None else shown
    less = passed > len(last)
    kept = query.others("PageSize", "Page", "PageToken")

    def link(number: int, token: str = "") -> str:
        place = [("PageSize", str(size)), ("Page", str(number))]
        return f"{path}?{urlencode([*kept, *place, *([('PageToken', token)] if token else [])])}"

    start = index * size
    return shown, {
        "page": index,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(shown) - 1),
        "uri": link(index, token),
        "first_page_uri": link(0),
        "next_page_uri": link(index + 1, f"PA{shown[-1].number}") if more else None,
        "previous_page_uri": link(max(0, index - 1), f"PB{shown[0].number}" if shown else "")
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


def _before(place: Place, *, newest_first: bool) -> Callable[[int, int], bool]:
    """Return what says whether a record stands before a page, by how many were passed and by its number."""
    match = _TOKEN.fullmatch(place.token)
    if match is None:
        return lambda passed, _: passed < place.index * place.size
    sign = -1 if newest_first else 1
    end = sign * int(match[2]) + (match[1] == "A")
    return lambda _, number: sign * number < end
