"""Signatures against the values of the provider's own libraries."""

from __future__ import annotations

import pytest

from sipdomain.twilio.webhooks.signature import sign

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = [
    ("CallSid", "CA1234567890ABCDE"), ("Caller", "+14158675309"), ("Digits", "1234"),
    ("From", "+14158675309"), ("To", "+18005551212"),
]  # fmt: skip


@pytest.mark.rule("signature")
@pytest.mark.parametrize("form", [FORM, FORM[::-1], FORM + FORM[:2]], ids=["sorted", "unsorted", "repeated"])
def test_a_form_is_signed_by_name_whatever_its_order(form: list[tuple[str, str]]) -> None:
    assert sign("12345", URL, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.rule("signature")
def test_a_request_without_a_form_is_signed_by_its_url() -> None:
    digest = "5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9"
    assert (
        sign("12345", f"https://example.com/myapp?bodySHA256={digest}", ()) == "hPXmLwIy3Fgqv1i9KPmH/HhQ6zo="
    )


def test_an_odd_byte_is_signed_as_it_will_be_read() -> None:
    assert sign("12345", URL, [("X", "\udcff")]) == sign("12345", URL, [("X", "�")])
