"""HEP: the bytes of a packet, and each message once."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from sipdomain.entries import Note, SipMessage
from sipdomain.errors import SetupError
from sipdomain.journal import Journal
from sipdomain.runtime.hep import HepSender, collector, encoded
from sipdomain.sip.outputs import Address

ACK = b"ACK sip:100@acme SIP/2.0\r\nCall-ID: a\r\nContent-Length: 0\r\n\r\n"


def message(
    owner: str, lane: str, data: bytes = ACK, *, transport: str = "udp", host: str = "127.0.0.1"
) -> SipMessage:
    here, there = (f"{host}:5060", f"{host}:5070") if owner == "cloud" else (f"{host}:5070", f"{host}:5060")
    return SipMessage(
        at=1.0, owner=owner, lane="in" if lane == "in" else "out", transport=transport, local=here, remote=there, data=data
    )  # fmt: skip


def test_a_packet_of_ipv4() -> None:
    packet = encoded(message("cloud", "out"), 1_700_000_000.25)
    assert packet[:4] == b"HEP3"
    chunks = (
        "0000 0001 0007 02", "0000 0002 0007 11",
        "0000 0003 000a 7f000001", "0000 0004 000a 7f000001",
        "0000 0007 0008 13c4", "0000 0008 0008 13ce",
        "0000 0009 000a 6553f100", "0000 000a 000a 0003d090",
        "0000 000b 0007 01", "0000 000c 000a 000013c4",
        "0000 000f 0041",
    )  # fmt: skip
    assert packet[6:] == bytes.fromhex("".join(chunks)) + ACK
    assert int.from_bytes(packet[4:6]) == len(packet)


def test_ipv6_and_tls() -> None:
    packet = encoded(message("cloud", "in", transport="tls", host="[::1]"), 1.0)
    assert packet[6:20] == bytes.fromhex("0000 0001 0007 0a 0000 0002 0007 06")
    assert packet[20:26] == bytes.fromhex("0000 0005 0016")
    assert packet[26:42] == bytes(15) + b"\x01"
    assert bytes.fromhex("0000 0007 0008 13ce 0000 0008 0008 13c4") in packet


def test_secrets_are_hidden() -> None:
    secret = "0123456789abcdef" * 2
    login = (
        f'REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username="a", response="{secret}"\r\n\r\n'.encode()
    )
    packet = encoded(message("cloud", "in", login), 1.0)
    assert secret.encode() not in packet
    assert b'response="' in packet


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(10)
        yield opened


def test_of_a_long_message_whole_lines_are_sent() -> None:
    begin = b"MESSAGE sip:a SIP/2.0\r\n" + b"X-Padding: 1234567\r\n" * 750
    data = begin + b"X-Url: http://alice:" + b"Correct-Horse-" * 100 + b"@127.0.0.1/\r\n\r\n"
    packet = encoded(message("cloud", "in", data), 1.0)
    assert packet.endswith(begin)
    assert b"Correct-Horse" not in packet


def test_what_both_ends_of_a_call_write_down_is_sent_once(receiver: socket.socket) -> None:
    sender, journal = HepSender(Address(*receiver.getsockname())), Journal()
    stop = sender.hear(journal, 0.0)
    for entry in (
        message("pbx", "out", b"one"),
        message("pbx", "out", b"one"),
        message("cloud", "in", b"one"),
        message("cloud", "in", b"one"),
        Note(at=1.0, source="udp", text="x"),
        message("cloud", "in", b"two, of a stranger"),
        message("cloud", "out", b"three"),
    ):
        journal.append(entry)
    stop()
    journal.append(message("cloud", "out", b"four"))
    sender.hear(journal, 0.0)
    journal.append(message("cloud", "out", b"five"))
    sender.close()
    found = [receiver.recv(4096).rpartition(b"\x00\x0f")[2][2:] for _ in range(5)]
    assert found == [b"one", b"one", b"two, of a stranger", b"three", b"five"]
    assert sender.lost == 0


def test_what_cannot_be_sent_is_counted_and_holds_nothing_up() -> None:
    sender, journal = HepSender(Address("127.0.0.1", 9)), Journal()
    sender.hear(journal, 0.0)
    journal.append(message("cloud", "out", host="[not an address]"))
    sender.close()
    journal.append(message("cloud", "out"))
    assert sender.lost == 2


def test_a_collector_that_is_not_known_is_reported() -> None:
    assert collector(Address("127.0.0.1", 9060)) == Address("127.0.0.1", 9060)
    with pytest.raises(SetupError, match=r"^no address of nobody\.invalid: "):
        collector(Address("nobody.invalid", 9060))
