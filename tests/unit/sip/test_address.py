"""Name addresses: From, To, Contact, Route."""

from __future__ import annotations

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.address import NameAddress
from sipdomain.sip.uri import Uri

ALICE = Uri("sip", "alice", "example.org")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("<sip:alice@example.org>", NameAddress(ALICE)),
        ("sip:alice@example.org", NameAddress(ALICE)),
        (" sip:alice@example.org ;tag=1", NameAddress(ALICE, "", {"tag": "1"})),
        ("Alice <sip:alice@example.org>;tag=1", NameAddress(ALICE, "Alice", {"tag": "1"})),
        ("Alice the First<sip:alice@example.org>", NameAddress(ALICE, "Alice the First")),
        ('"Alice"<sip:alice@example.org>;tag=1', NameAddress(ALICE, "Alice", {"tag": "1"})),
        ('"Alice" <sip:alice@example.org>;tag=1', NameAddress(ALICE, "Alice", {"tag": "1"})),
        ('"A, \\"B\\"; <C>" <sip:alice@example.org>', NameAddress(ALICE, 'A, "B"; <C>')),
        ('"" <sip:alice@example.org>', NameAddress(ALICE)),
        ("J. Müller <sip:alice@example.org>", NameAddress(ALICE, "J. Müller")),
        ("< sip:alice@example.org > ; tag = 1", NameAddress(ALICE, "", {"tag": "1"})),
        (
            "<sip:alice@example.org;lr>;Expires=60",
            NameAddress(Uri("sip", "alice", "example.org", parameters={"lr": None}), "", {"expires": "60"}),
        ),
        ("sip:alice@example.org;lr", NameAddress(ALICE, "", {"lr": None})),
        (
            '<sip:alice@example.org>;+sip.instance="<urn:uuid:0>"',
            NameAddress(ALICE, "", {"+sip.instance": '"<urn:uuid:0>"'}),
        ),
        ("tel:+15551230100;tag=1", NameAddress(Uri("tel", "+15551230100", ""), "", {"tag": "1"})),
    ],
)
def test_an_address_is_taken_apart(text: str, address: NameAddress) -> None:
    assert NameAddress.parse(text) == address
    assert NameAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "*", "alice", "<>", "<sip:alice@example.org", "sip:alice@example.org>", '"Alice <sip:alice@example.org>',
        "Alice, Bob <sip:alice@example.org>", "<sip:a@b> tag=1", "<sip:a@b>;", "Alice sip:alice@example.org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        NameAddress.parse(text)


def test_several_addresses_stand_in_one_list() -> None:
    found = NameAddress.parse_many('"A, B" <sip:a@x>;q=1, <sip:b,c@x>')

    assert [(each.name, each.uri.user, each.parameters) for each in found] == [
        ("A, B", "a", {"q": "1"}),
        ("", "b,c", {}),
    ]


def test_a_tag_is_put_on_a_copy() -> None:
    address = NameAddress.parse("Bob <sip:bob@example.org>;x=y")

    assert address.tag is None
    assert str(address.with_tag("77")) == '"Bob" <sip:bob@example.org>;x=y;tag=77'
    assert address.parameters == {"x": "y"}
