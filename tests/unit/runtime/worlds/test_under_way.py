"""Messages under way are told from those that arrived by what their two ends recorded."""

from __future__ import annotations

from sipdomain.entries import Lane, Note, SipMessage
from sipdomain.runtime.worlds.under_way import UnderWay

BYE = b"BYE sip:pbx@127.0.0.10 SIP/2.0\r\nCall-ID: a\r\n\r\n"
CLOUD, PHONE, STRANGER = "127.0.0.1:5060", "127.0.0.10:5070", "127.0.0.99:5060"


def message(lane: Lane, local: str, remote: str, data: bytes = BYE) -> SipMessage:
    return SipMessage(at=0.0, owner="", lane=lane, transport="udp", local=local, remote=remote, data=data)


def counted(*entries: SipMessage | Note) -> list[int]:
    under_way, counts = UnderWay(), []
    for each in entries:
        under_way.take(each)
        counts.append(under_way.count)
    return counts


def test_a_message_is_under_way_until_its_other_end_recorded_it() -> None:
    first = message("out", PHONE, CLOUD, b"INVITE")
    assert counted(
        first,
        message("in", CLOUD, PHONE, b"INVITE"),
        message("out", CLOUD, PHONE),
        message("in", PHONE, CLOUD),
    ) == [0, 0, 1, 0]


def test_each_copy_has_to_arrive() -> None:
    known = message("in", PHONE, CLOUD, b"100")
    sent, came = message("out", CLOUD, PHONE), message("in", PHONE, CLOUD)
    assert counted(known, sent, sent, came, came) == [0, 1, 1, 1, 0]


def test_what_a_stranger_receives_is_never_under_way() -> None:
    assert counted(message("out", CLOUD, STRANGER), Note(at=0.0, source="sip", text="")) == [0, 0]
