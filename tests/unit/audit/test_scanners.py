"""What sipvicious wrote, and what that is worth."""

from __future__ import annotations

import pytest

from sipdomain.audit.scanners import read

CRACKED = """\
+-----------+------------------+
| Extension | Password         |
+===========+==================+
| alice     | Correct-Horse-42 |
+-----------+------------------+
"""


def test_a_table_has_the_rows_below_its_heading() -> None:
    assert read(CRACKED, 40).rows == (("alice", "Correct-Horse-42"),)


@pytest.mark.parametrize(
    ("output", "code", "verdict"),
    [
        (CRACKED, 40, "found"),
        (CRACKED, 0, "found"),
        ("WARNING:root:found nothing\n", 0, "nothing"),
        (
            "ERROR:TakeASip:SIP server replied with an authentication request for an unknown extension. Set --force\n",
            0, "gave up",
        ),
        ("WARNING:TakeASip:We got an unknown response\nWARNING:root:found nothing\n", 0, "gave up"),
        ("WARNING:root:found nothing\n", 30, "gave up"),
        ("", None, "gave up"),
    ],
)  # fmt: skip
def test_an_exit_code_alone_says_nothing(output: str, code: int | None, verdict: str) -> None:
    assert read(output, code).verdict == verdict
