"""URIs that mean the same: the examples of RFC 3261 section 19.1.4, and what a registrar meets."""

from __future__ import annotations

import pytest

from sipdomain.sip.equivalence import equivalent
from sipdomain.sip.uri import Uri


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ),
        ("sip:alice@127.0.0.1:5070", "sip:alice@127.0.0.1:5070;ob"),
        ("tel:+15551234567", "tel:+15551234567"),
    ],
)
def test_these_mean_the_same(one: str, other: str) -> None:
    assert equivalent(Uri.parse(one), Uri.parse(other))
    assert equivalent(Uri.parse(other), Uri.parse(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:bob@biloxi.com", "sips:bob@biloxi.com"),
        ("sip:biloxi.com", "sip:@biloxi.com"),
        ("sip:bob:one@biloxi.com", "sip:bob:two@biloxi.com"),
        ("tel:+15551234567", "tel:+15551234568"),
        ("sip:bob@biloxi.com;lr", "sip:bob@biloxi.com;lr=1"),
    ],
)
def test_these_do_not(one: str, other: str) -> None:
    assert not equivalent(Uri.parse(one), Uri.parse(other))
