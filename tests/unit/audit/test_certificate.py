"""Which names of a certificate cover a domain."""

from __future__ import annotations

import pytest

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
