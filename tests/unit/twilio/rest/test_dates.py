"""Moments as the API writes and reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sipdomain.errors import RestError
from sipdomain.twilio.rest.dates import parse_date, rfc2822


@pytest.mark.rule("rest-dates")
@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0.0, "Thu, 01 Jan 1970 00:00:00 +0000"),
        (1437413230.9, "Mon, 20 Jul 2015 17:27:10 +0000"),
        (951782400.0, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (None, None),
    ],
)
def test_dates_are_written_as_in_mail(at: float | None, text: str | None) -> None:
    assert rfc2822(at) == text


@pytest.mark.parametrize("text", ["2015-07-20", "2015-07-20T00:00:00Z", "2015-07-20T02:00:00+02:00"])
def test_a_date_may_have_a_time_and_a_zone(text: str) -> None:
    assert parse_date(text, name="StartTime") == datetime(2015, 7, 20, tzinfo=UTC)


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(RestError, match="StartTime must be a date") as refused:
        parse_date("yesterday", name="StartTime")
    assert refused.value.status == 400
