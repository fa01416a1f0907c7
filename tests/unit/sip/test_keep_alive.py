"""Datagrams that only keep a binding open."""

from __future__ import annotations

import pytest

from sipdomain.sip.keep_alive import MOST_SOURCES, KeepAlives, is_keep_alive

BINDING_REQUEST = bytes.fromhex("000100002112a442") + b"twelve bytes"
WITH_SOFTWARE = bytes.fromhex("0001005c2112a442") + b"twelve bytes" + bytes.fromhex("80220058") + b"x" * 88
OF_RFC_3489 = bytes.fromhex("00010008") + b"sixteen bytes id" + bytes.fromhex("0003000400000000")


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b" ",
        b"\r\n",
        b"\r\n\r\n",
        b"\r\n\0",
        b"\0",
        b"\0\0\0\0",
        b"\0" * 100,
        b"jaK",
        b"keep-alive\r\n",
        b"hello\0",
        b"PING",
        b"\xff\xfe",
        BINDING_REQUEST,
        WITH_SOFTWARE,
        OF_RFC_3489,
    ],
)
def test_a_datagram_may_only_keep_a_binding_open(datagram: bytes) -> None:
    assert is_keep_alive(datagram)


@pytest.mark.parametrize(
    "datagram",
    [
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n",
        b"SIP/2.0 200 OK\r\n\r\n",
        b"OPTIONS sip:a sip/2.0",
        b"x" * 65,
        bytes.fromhex("00010008") + b"sixteen bytes id" + b"longer than the length says" * 3,
    ],
)
def test_what_names_sip_or_is_long_is_none(datagram: bytes) -> None:
    assert not is_keep_alive(datagram)


def test_all_are_counted_and_text_is_reported_once_for_each_source() -> None:
    seen = KeepAlives()

    assert seen.take(b"jaK", "127.0.0.2") == (
        "b'jaK' is not a SIP message: taken for a keep-alive, like all that follow from there"
    )
    assert [seen.take(b"jaK", "127.0.0.2"), seen.take(b"other", "127.0.0.2")] == ["", ""]
    assert seen.take(b"jaK", "127.0.0.3") != ""
    assert seen.count == 4


def test_what_a_standard_has_is_counted_in_silence() -> None:
    seen = KeepAlives()

    assert [seen.take(each, "127.0.0.2") for each in (b"\r\n\0", BINDING_REQUEST, OF_RFC_3489)] == [""] * 3
    assert seen.count == 3
    assert seen.take(b"jaK", "127.0.0.2") != ""


def test_of_so_many_sources_it_is_known_that_they_were_reported() -> None:
    seen = KeepAlives()
    for number in range(MOST_SOURCES + 1):
        seen.take(b"jaK", f"source {number}")

    assert seen.take(b"jaK", "source 1") == ""
    assert seen.take(b"jaK", "source 0") != ""
