"""Moments as the API writes and reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.rest.messages import Parameters

_DAY: Final = 86_400.0
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rfc2822(at: float | None) -> str | None:
    """Return Unix seconds as "Mon, 20 Jul 2015 17:27:10 +0000", whatever the locale; None stays None."""
    if at is None:
        return None
    moment = datetime.fromtimestamp(int(at), UTC)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment:%Y %H:%M:%S} +0000"


def iso8601(at: float) -> str:
    """Return Unix seconds as "2015-07-20T17:27:10Z"."""
    return f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%M:%SZ}"


def parse_date(text: str, *, name: str) -> datetime:
    """Return a moment given as "2015-07-20" or "2015-07-20T17:27:10Z"; UTC when no zone is given.

    Args:
        text: The date.
        name: The parameter's name, for the refusal.

    Raises:
        RestError: 400, it is not a date.
    """
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise RestError(400, 20422, f"{name} must be a date such as 2015-07-20 (got {text[:40]!r})") from None


class Span:
    """A filter by time: `Name` means that day, `Name<` before the moment, `Name>` at it or later."""

    def __init__(self, query: Parameters, name: str) -> None:
        self.first, self.end = float("-inf"), float("inf")
        for sign in ("", "<", ">"):
            text = query.text(name + sign)
            if not text:
                continue
            at = parse_date(text, name=name).timestamp()
            if sign == "<":
                self.end = min(self.end, at)
            elif sign == ">":
                self.first = max(self.first, at)
            else:
                day = at // _DAY * _DAY
                self.first, self.end = max(self.first, day), min(self.end, day + _DAY)

    def holds(self, at: float | None) -> bool:
        """Return whether a moment lies within; None does only when there is no filter."""
        if at is None:
            return self.first == float("-inf") and self.end == float("inf")
        return self.first <= at < self.end


def period(query: Parameters) -> tuple[float, float]:
    """Return the first moment that `StartDate` and `EndDate` let through, and the one after the last.

    Both count in full, as seconds are shown; that an `EndDate` without a time is the whole day is assumed.

    Raises:
        RestError: 400, one of them is not a date.
    """
    start, end = query.text("StartDate"), query.text("EndDate")
    first = parse_date(start, name="StartDate").timestamp() if start else float("-inf")
    if not end:
        return first, float("inf")
    return first, parse_date(end, name="EndDate").timestamp() + (_DAY if len(end) <= 10 else 1.0)
