"""A stranger's call to a server that refuses it, one that answers it, and one that says nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing

import pytest

from sipdomain.runtime.sip.stranger import ADDRESS, Stranger
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, respond
from sipdomain.sip.outputs import Address
from tests.integration.served import until
from tests.patience import PATIENCE


def _called(statuses: list[int]) -> tuple[tuple[int, ...], list[str], str]:
    """Answer a stranger by these; return what it saw, the methods that came, and where they came from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENCE)
        target = Address(*server.getsockname())
        methods = []

        def received() -> tuple[Request, tuple[str, int]]:
            data, source = server.recvfrom(65_535)
            request = parse(data)
            assert isinstance(request, Request)
            methods.append(request.method)
            return request, source

        with closing(Stranger(target, f"sip:100@{target}")) as stranger:
            invite, source = received()
            for status in statuses:
                server.sendto(bytes(respond(invite, status, tag="b")), source)
            until(_all(stranger, len(statuses)))
            found = stranger.statuses
            if any(each >= 200 for each in statuses):
                received()
        if not any(each >= 300 for each in statuses):
            received()
        return found, methods, source[0]


def _all(stranger: Stranger, count: int) -> Callable[[], bool]:
    return lambda: len(stranger.statuses) == count


@pytest.mark.parametrize(
    ("statuses", "methods"),
    [
        ([403], ["INVITE", "ACK"]),
        ([100, 180, 200], ["INVITE", "ACK", "BYE"]),
        ([100, 180], ["INVITE", "CANCEL"]),
        ([], ["INVITE", "CANCEL"]),
    ],
)
def test_a_stranger_ends_what_it_began(statuses: list[int], methods: list[str]) -> None:
    assert _called(statuses) == (tuple(statuses), methods, ADDRESS)
