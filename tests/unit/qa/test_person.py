"""Who sits at the PBX is asked what cannot be seen from the far end."""

from __future__ import annotations

import os
import pty
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from sipdomain.cli.interruption import Interruption
from sipdomain.cli.qa_keys import Keys
from sipdomain.errors import SetupError
from sipdomain.qa.bench import Bench
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.qa.situation import Play
from tests.unit.qa.played import PASSWORD, right


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A terminal as standard input: what is written to it was typed."""
    outer, inner = pty.openpty()
    kept = os.dup(0)
    os.dup2(inner, 0)
    with open(inner, closefd=False) as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield outer
    os.dup2(kept, 0)
    for each in (kept, outer, inner):
        os.close(each)


@pytest.mark.parametrize(("typed", "answer"), [(b"y\n", True), (b"No\n", False), (b"perhaps\n", None)])
def test_y_and_n_answer_a_question(terminal: int, typed: bytes, answer: bool | None) -> None:
    with Interruption() as interruption:
        keys = Keys(interruption)
        keys.ask()
        os.write(terminal, typed)

        assert keys.answer() is answer


def test_what_was_typed_before_a_question_does_not_answer_it(terminal: int) -> None:
    with Interruption() as interruption:
        keys = Keys(interruption)
        os.write(terminal, b"y\n")
        keys.ask()

        assert keys.answer() is None


def _asked(**keys: Any) -> dict[str, bool]:
    bench = make_bench(
        Wishes("phone", "", "demo", "alice", PASSWORD),
        tell=lambda _: None, skipped=lambda: False, substrate="sim", **keys,
    )  # fmt: skip

    def play(bench: Bench) -> Play:
        bench.driver.by_hand = True  # type: ignore[misc]
        yield from bench.ask("heard", "Did you hear it?")

    with closing(bench.world):
        return dict(bench.play(play, "").told)


def test_what_a_person_says_is_kept_by_the_name_of_the_question() -> None:
    assert _asked(question=lambda _: lambda: False) == {"heard": False}


def test_where_nobody_can_be_asked_nothing_is_said_and_nothing_is_waited_for() -> None:
    assert _asked() == {}


def test_a_tone_that_nobody_was_asked_about_is_neither_heard_nor_unheard() -> None:
    found = CHECKS["early-media-heard"].verdict(replace(right()["early-media"], told={}))

    assert (found.outcome, found.said) == ("could not tell", "nobody said whether the tone was heard")


def test_an_extension_that_nobody_can_call_is_refused_before_anything_begins() -> None:
    wishes = Wishes("phone", "", "demo", "alice", PASSWORD, extension="a b")

    with pytest.raises(SetupError) as caught:
        make_bench(wishes, tell=lambda _: None, skipped=lambda: False, substrate="sim")

    assert str(caught.value) == "--extension 'a b' cannot be the user part of a SIP URI; write such as 100"
