"""What a history keeps beside a list that is gone through, whatever is done to it."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, strategies as st

from sipdomain.twilio.store.changes import Replaced
from sipdomain.twilio.store.history import History

CAPACITY, MOST_BYTES = 4, 10


@dataclass(frozen=True, slots=True)
class Thing:
    sid: str
    account_sid: str
    number: int
    size: int


class Plain:
    """The same, in lists."""

    def __init__(self) -> None:
        self.open: list[Thing] = []
        self.finished: list[Thing] = []
        self.deleted: list[tuple[int, Thing]] = []

    def forget_first(self) -> None:
        while len(self.finished) > CAPACITY or (
            sum(each.size for each in self.finished) > MOST_BYTES and len(self.finished) > 1
        ):
            self.finished.pop(0)

    def newest_first(self, account: str) -> list[str]:
        mine = [each for each in (*self.open, *self.finished) if each.account_sid == account]
        return [each.sid for each in sorted(mine, key=lambda each: -each.number)]


def made(number: int, account: str, size: int) -> Thing:
    return Thing(f"X{number}", account, number, size)


steps = st.lists(
    st.tuples(
        st.sampled_from(["begin", "begin", "finish", "finish", "give up", "delete", "undo", "clear", "take back"]),
        st.integers(0, 5),
        st.sampled_from(["AC1", "AC2"]),
        st.integers(0, 4),
    ),
    max_size=60,
)  # fmt: skip


@given(steps)
def test_a_history_keeps_what_a_list_would(done: list[tuple[str, int, str, int]]) -> None:
    history: History[Thing] = History(CAPACITY, MOST_BYTES, lambda each: each.size)
    plain, number = Plain(), 0
    cleared: tuple[list[Replaced], list[Thing]] | None = None
    for what, which, account, size in done:
        if what == "begin":
            number += 1
            history.begin(made(number, account, size))
            plain.open.append(made(number, account, size))
        elif what in {"finish", "give up"} and plain.open:
            thing = plain.open.pop(which % len(plain.open))
            if what == "give up":
                history.give_up(thing.sid)
                continue
            assert history.close(thing.sid) == thing
            history.keep(thing)
            plain.finished.append(thing)
            plain.forget_first()
        elif what == "delete" and plain.finished:
            at = which % len(plain.finished)
            thing = plain.finished.pop(at)
            assert history.delete(thing.sid)
            assert not history.delete(thing.sid)
            if size % 2:
                history.put_back([thing])
                plain.finished.insert(at, thing)
        elif what == "clear":
            cleared = [*history.clear()], plain.finished
            plain.finished = []
        elif what == "take back" and cleared is not None:
            history.put_all_back(cleared[0][0])
            plain.finished, cleared = [*cleared[1], *plain.finished], None
        assert [each.sid for each in history.finished] == [each.sid for each in plain.finished]
        for one in ("AC1", "AC2"):
            assert [each.sid for each in history.newest_first(one)] == plain.newest_first(one)
        assert history.size == sum(each.size for each in plain.finished)
        assert (history.active, len(history)) == (len(plain.open), len(plain.open) + len(plain.finished))


def test_what_was_forgotten_is_let_go_of_in_steps() -> None:
    history: History[Thing] = History(1_000, 1_000_000, lambda each: each.size)
    for number in range(1, 1_001):
        history.keep(made(number, f"AC{number % 2}", 1))
    (gone,) = history.clear()
    assert len(list(gone.items())) == 1_000
    assert sum(1 for _ in gone.free()) == 20
    assert list(gone.items()) == []


def test_the_numbers_of_what_was_forgotten_take_no_room() -> None:
    history: History[Thing] = History(10, 1_000_000, lambda each: each.size)
    for number in range(1, 10_001):
        history.keep(made(number, "AC1", 1))
    assert [each.number for each in history.newest_first("AC1")] == list(range(10_000, 9_990, -1))
    for number in range(10_001, 20_001):
        history.keep(made(number, "AC1", 1))
        history.delete(f"X{number}")
    assert [each.number for each in history.newest_first("AC1")] == [10_000, *range(9_999, 9_991, -1)]
