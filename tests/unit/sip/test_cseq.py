"""The CSeq header field."""

from __future__ import annotations

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.cseq import CSeq


@pytest.mark.parametrize(
    ("text", "cseq"),
    [
        ("1 INVITE", CSeq(1, "INVITE")),
        ("0 ACK", CSeq(0, "ACK")),
        (" 0009 \t invite ", CSeq(9, "invite")),
        ("2147483647 !interesting-Method0123456789_*+`.%'~", CSeq(2**31 - 1, "!interesting-Method0123456789_*+`.%'~")),
    ],
)  # fmt: skip
def test_a_cseq_is_a_number_and_a_method(text: str, cseq: CSeq) -> None:
    assert CSeq.parse(text) == cseq
    assert CSeq.parse(str(cseq)) == cseq


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "INVITE",
        "1INVITE",
        "-1 INVITE",
        "1 IN VITE",
        "2147483648 INVITE",
        "36893488147419103232 A",
        "٣ A",
    ],
)
def test_what_is_no_cseq_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        CSeq.parse(text)
