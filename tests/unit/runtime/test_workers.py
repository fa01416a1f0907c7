"""Jobs in processes: none is lost silently, and all end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sipdomain.runtime.workers import Lost, Workers
from tests.unit.runtime.jobs import begin


@contextmanager
def workers(number: int) -> Iterator[Workers[str, str]]:
    made: Workers[str, str] = Workers(begin, number)
    try:
        yield made
    finally:
        made.close()


def never() -> bool:
    return False


def test_each_job_has_its_result_by_its_number() -> None:
    begun: list[int] = []
    with workers(2) as made:
        found = dict(made.results(["a", "b", "c"], stop=never, started=begun.append))
    assert found == {0: "A", 1: "B", 2: "C"}
    assert begun == [0, 1, 2]


def test_a_job_has_the_environment_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    with workers(1) as made:
        assert dict(made.results(["$GREETING"], stop=never, started=lambda _: None)) == {0: ""}
    monkeypatch.setenv("GREETING", "hello")
    with workers(1) as made:
        assert dict(made.results(["$GREETING"], stop=never, started=lambda _: None)) == {0: "hello"}


def test_a_job_whose_process_dies_is_lost_with_the_exit_code_and_the_others_go_on() -> None:
    with workers(1) as made:
        found = dict(made.results(["a", "die", "c"], stop=never, started=lambda _: None))
    assert found == {0: "A", 1: Lost(-9), 2: "C"}


def test_who_stops_begins_nothing_more_and_has_what_runs_broken_off() -> None:
    begun: list[int] = []
    with workers(1) as made:
        found = dict(made.results(["wait", "b"], stop=lambda: bool(begun), started=begun.append))
    assert found == {0: "broken off"}
    assert begun == [0]


def test_who_closes_does_not_wait_for_what_runs() -> None:
    with workers(1) as made:
        results = made.results(["a", "wait"], stop=never, started=lambda _: None)
        assert next(results) == (0, "A")
        results.close()
