"""Which names of a certificate cover a domain."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import pytest
import trustme

from sipdomain.audit.certificate import covers, faults


@pytest.mark.parametrize(
    ("name", "domain", "is_covered"),
    [
        ("pbx.example", "PBX.example.", True),
        ("*.example", "pbx.example", True),
        ("*.example", "a.pbx.example", False),
        ("*.example", "example", False),
        ("other.example", "pbx.example", False),
        ("*.0.0.1", "127.0.0.1", False),
        ("127.0.0.1", "127.0.0.1", True),
    ],
)
def test_a_star_stands_for_the_first_label_of_a_name(name: str, domain: str, *, is_covered: bool) -> None:
    assert covers(name, domain) is is_covered


def test_what_is_no_certificate_cannot_be_judged() -> None:
    assert str(faults(b"none", "pbx.example", 0.0)).startswith("it cannot be read")


@pytest.mark.parametrize(
    ("now", "is_out"),
    [("2009-12-31", True), ("2010-06-01", False), ("2011-01-02", True)],
)
def test_a_certificate_is_good_from_its_first_day_until_its_last(now: str, *, is_out: bool) -> None:
    first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (2010, 2011))
    der = ssl.PEM_cert_to_DER_cert(
        trustme.CA()
        .issue_cert("pbx.example", not_before=first, not_after=last)
        .cert_chain_pems[0]
        .bytes()
        .decode()
    )
    found = faults(der, "pbx.example", datetime.fromisoformat(f"{now}T00:00:00+00:00").timestamp())
    assert not isinstance(found, str)
    assert [(what, evidence) for what, _, is_so, evidence, _ in found if is_so] == (
        [("The certificate has expired, or is not yet valid", ("from 2010-01-01 until 2011-01-01",))]
        if is_out
        else []
    )
