"""Captures: file names that are safe, and messages that are there once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sipdomain.entries import HttpAnswered, HttpRequested, Note, SipMessage
from sipdomain.mask import masking
from sipdomain.report.capture import Segment, segments
from sipdomain.report.files.pcap import captures
from sipdomain.report.secured import encrypted
from sipdomain.runtime.media.tap import Traffic
from sipdomain.scenario.runner import Result

ACK = b"ACK sip:100@acme SIP/2.0\r\nCall-ID: a\r\nContent-Length: 0\r\n\r\n"


def message(owner: str, lane: str, data: bytes = ACK, transport: str = "udp") -> SipMessage:
    local, remote = ("127.0.0.1:5060", "127.0.0.2:5070")
    if owner != "cloud":
        local, remote = remote, local
    return SipMessage(
        at=1.0, owner=owner, lane="in" if lane == "in" else "out", transport=transport, local=local, remote=remote,
        data=data,
    )  # fmt: skip


PHONE, CLOUD = ("127.0.0.2", 5070), ("127.0.0.1", 5060)


@pytest.mark.parametrize(
    ("entries", "ways"),
    [
        ([message("pbx", "out"), message("cloud", "in")], [(PHONE, CLOUD)]),
        ([message("pbx", "out"), message("pbx", "out"), message("cloud", "in")], [(PHONE, CLOUD)] * 2),
        ([message("cloud", "in")], [(PHONE, CLOUD)]),
        ([message("cloud", "out"), message("pbx", "in"), message("pbx", "in")], [(CLOUD, PHONE)] * 2),
        ([Note(at=1.0, source="udp", text="x")], []),
    ],
    ids=["seen by both ends", "lost once", "of a foreign phone", "doubled by the line", "nothing"],
)
def test_each_message_is_there_as_often_as_it_was_on_the_wire(
    entries: list[SipMessage], ways: list[tuple[tuple[str, int], tuple[str, int]]]
) -> None:
    assert [(each.source, each.target) for each in segments(entries, masking(()))] == ways


def test_a_message_without_a_secret_keeps_every_byte() -> None:
    odd = b"INVITE sip:\xff SIP/2.0\r\n\x00\x1b[2J\r\n\r\nbody\xfe"
    assert [each.data for each in segments([message("pbx", "out", odd)], masking(()))] == [odd]


def test_the_length_follows_a_body_in_which_a_secret_was_hidden() -> None:
    secret = b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 14\r\n\r\npin is Horse-9"
    (found,) = segments([message("pbx", "out", secret)], masking({"Horse-9"}))
    assert found.data == b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 15\r\n\r\npin is ********"


def test_a_webhook_is_written_as_http() -> None:
    asked = HttpRequested(
        at=1.0, token=7, call_sid="CA1", call_id="a", purpose="voice", method="POST", url="http://hooks.example:81/v?x=1",
        parameters=(("From", "sip:a@b"),), headers=(("Content-Type", "application/x-www-form-urlencoded"),),
    )  # fmt: skip
    answer = HttpAnswered(
        at=2.0, token=7, call_sid="CA1", call_id="a", purpose="voice", status=200, body=b"<a/>"
    )
    comment = (
        "HTTP (voice), written anew from the journal; 192.0.2.1 stands for an address that it does not know"
    )
    assert list(segments([asked, answer], masking(()))) == [
        Segment(
            1.0, "tcp", ("127.0.0.1", 20_007), ("192.0.2.1", 81),
            b"POST /v?x=1 HTTP/1.1\r\nHost: hooks.example:81\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 16\r\n\r\nFrom=sip%3Aa%40b", comment,
        ),
        Segment(
            2.0, "tcp", ("192.0.2.1", 81), ("127.0.0.1", 20_007),
            b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>", comment,
        ),
    ]  # fmt: skip


def result(file: str) -> Result:
    return Result(file, "T", "passed", "documented", "sim", entries=(message("pbx", "out"),))


def test_names_are_safe_and_none_replaces_another() -> None:
    files = [
        "a/one.scenario.yaml",
        "b/one.scenario.yaml",
        "../../etc/\x1b[2Jx y.scenario.yaml",
        ".scenario.yaml",
    ]
    assert list(captures([result(each) for each in files])) == [
        "one.pcapng",
        "one-2.pcapng",
        "2Jx-y.pcapng",
        "scenario.pcapng",
    ]


def test_a_title_without_end_is_cut() -> None:
    played = replace(result("a.scenario.yaml"), title="\U0001f600" * 70_000)
    [made] = captures([played]).values()
    assert made.count("\U0001f600".encode()) == 10_000


def test_audio_that_was_left_out_is_counted_where_none_is_left() -> None:
    [data] = captures([replace(result("a.scenario.yaml"), traffic=Traffic((), 5))]).values()
    said = b"5 packets of RTP are left out: 16 MB of one scenario and 256 MB of a run are kept"
    assert data.count(said) == 1


def test_what_was_not_played_has_no_capture() -> None:
    assert captures([Result("a.scenario.yaml", "T", "not run", "documented", "sim")]) == {}


def test_no_secret_of_a_call_by_tls_is_in_the_file_that_can_be_decrypted() -> None:
    secret = b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 14\r\n\r\npin is Horse-9"
    played = Result(
        "tls.scenario.yaml", "T", "passed", "documented", "sim",
        entries=(message("pbx", "out", secret, "tls"), message("cloud", "out", ACK, "tls")),
        secrets=frozenset({"Horse-9"}),
    )  # fmt: skip
    clear, keyed = captures([played]).items()
    assert (clear[0], keyed[0]) == ("tls.pcapng", "tls-with-keys.pcapng")
    assert b"Horse-9" not in clear[1]
    assert b"pin is ********" in clear[1]
    assert b"pin is" not in keyed[1]
    # The block of keys stands before the packets: section, interface, keys.
    places = [
        keyed[1].index(each)
        for each in (b"\x0a\x0d\x0d\x0a", b"\x0a\0\0\0", b"KSLT", b"CLIENT_TRAFFIC_SECRET_0")
    ]
    assert places == sorted(places)


def test_a_connection_by_tls_is_opened_once_and_carries_both_directions() -> None:
    found = [
        Segment(1.0, "tls", PHONE, CLOUD, b"one"),
        Segment(1.5, "udp", PHONE, CLOUD, b"beside"),
        Segment(2.0, "tls", CLOUD, PHONE, b"two"),
    ]
    made, keys = encrypted(found)
    assert keys.startswith((b"#", b"SERVER", b"CLIENT"))
    assert [each for each in made if each.transport == "udp"] == [found[1]]
    records = [each for each in made if each.transport == "tcp"]
    # A handshake record, and records of data, by their types (RFC 8446 section 5.1).
    assert (records[0].source, records[0].data[0]) == (PHONE, 22)
    said = [each for each in records if each.comment]
    assert [(each.at, each.source, each.data[0]) for each in said] == [(1.0, PHONE, 23), (2.0, CLOUD, 23)]
    assert not any(b"one" in each.data or b"two" in each.data for each in made)
