"""What both ends of a call write down counts once."""

from __future__ import annotations

from sipdomain.entries import SipMessage
from sipdomain.runtime.copies import Copies


def sent(data: bytes) -> SipMessage:
    return SipMessage(
        at=1.0, owner="pbx", lane="out", transport="udp", local="127.0.0.1:5070", remote="127.0.0.1:5060", data=data
    )  # fmt: skip


def received(data: bytes) -> SipMessage:
    return SipMessage(
        at=1.0, owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060", remote="127.0.0.1:5070", data=data
    )  # fmt: skip


def test_each_message_that_was_sent_is_received_once() -> None:
    copies = Copies()
    messages = (
        sent(b"one"),
        sent(b"one"),
        received(b"one"),
        received(b"one"),
        received(b"one"),
        sent(b"one"),
    )
    assert [copies.has(each) for each in messages] == [False, False, True, True, False, False]


def test_past_the_most_the_oldest_is_forgotten() -> None:
    copies = Copies(2)
    messages = (sent(b"1"), sent(b"2"), sent(b"3"), received(b"1"), received(b"2"), received(b"3"))
    assert [copies.has(each) for each in messages] == [False, False, False, False, True, True]


def test_both_ends_say_where_a_message_came_from_and_where_it_went_to() -> None:
    assert sent(b"1").ends == received(b"1").ends == ("127.0.0.1:5070", "127.0.0.1:5060")
