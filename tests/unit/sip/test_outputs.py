"""Addresses and flows."""

from __future__ import annotations

import pytest

from sipdomain.sip.outputs import Address, Flow


@pytest.mark.parametrize(
    ("address", "text"),
    [(Address("127.0.0.1", 5060), "127.0.0.1:5060"), (Address("::1", 5061), "[::1]:5061")],
)
def test_an_address_is_written_with_its_port(address: Address, text: str) -> None:
    assert str(address) == text


@pytest.mark.parametrize(("transport", "reliable"), [("udp", False), ("tcp", True), ("tls", True)])
def test_a_flow_knows_whether_it_retransmits_by_itself(transport: str, reliable: bool) -> None:
    assert Flow(transport, Address("::1", 1), Address("::1", 2)).reliable is reliable
