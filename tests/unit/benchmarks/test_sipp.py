from __future__ import annotations

from tests.benchmarks.sipp import Counts, counts

HEAD = "StartTime;CurrentTime;SuccessfulCall(C);FailedCall(C);Retransmissions(C)"
FIRST = "2026-01-01\t10:00:00.5\t1000.5;2026-01-01\t10:00:01.5\t1001.5;20;0;0"
LAST = "2026-01-01\t10:00:00.5\t1000.5;2026-01-01\t10:00:03.5\t1003.5;58;2;1"
MESSAGES = ["CurrentTime;0_INVITE_Sent;0_INVITE_Retrans;1_200_Recv;1_200_Retrans", "t;60;1;58;3"]


def test_the_last_row_counts() -> None:
    assert counts([HEAD, FIRST, LAST], []) == Counts(58, 2, 1, 0, 3.0)


def test_messages_received_again_are_those_that_were_not_sent_again() -> None:
    assert counts([HEAD, LAST], MESSAGES) == Counts(58, 2, 1, 3, 3.0)


def test_a_row_that_is_still_being_written_does_not_count() -> None:
    assert counts([HEAD, FIRST, LAST[:60]], []) == Counts(20, 0, 0, 0, 1.0)


def test_no_rows_are_no_calls_and_not_clean() -> None:
    assert counts([HEAD], []) == Counts()
    assert not counts([HEAD], []).clean


def test_a_run_is_clean_when_nothing_failed_or_came_twice() -> None:
    assert Counts(successful=10).clean
    assert not Counts(successful=10, failed=1).clean
    assert not Counts(successful=10, sent_again=1).clean
    assert not Counts(successful=10, received_again=1).clean
