"""The pure core of a queue: literal cases, and what holds of any queue whatever happens to it."""

from __future__ import annotations

from hypothesis import given, strategies as st

from sipdomain.twilio.rooms import queue
from sipdomain.twilio.rooms.queue import Match
from sipdomain.twilio.store.queue_lines import Line, QueueLines, QueueMember


def come(line: Line, name: str, now: float = 0.0, most: int = 1000) -> bool:
    return queue.enter(line, "QU1", name, most, now) is not None


def test_who_came_first_is_first() -> None:
    line = Line()
    assert [come(line, name, at) for name, at in (("anna", 0.0), ("bert", 10.0), ("carl", 20.5))] == [
        True
    ] * 3
    assert [queue.position(line, name) for name in ("anna", "bert", "carl", "dora")] == [1, 2, 3, 0]
    assert queue.front(line) == QueueMember(call_sid="anna", queue_sid="QU1", enqueued_at=0.0, number=1)
    assert queue.average_wait(line, 30.4) == (30 + 20 + 9) // 3
    left = queue.leave(line, "anna")
    assert left is not None
    assert queue.wait_time(left, 30.9) == 30
    assert [queue.position(line, name) for name in ("anna", "bert", "carl")] == [0, 1, 2]
    assert queue.leave(line, "anna") is None


def test_a_full_queue_takes_nobody_until_one_has_left() -> None:
    line = Line()
    assert [come(line, name, most=2) for name in ("anna", "bert", "carl")] == [True, True, False]
    queue.leave(line, "bert")
    assert come(line, "carl", most=2)
    assert list(line.members) == ["anna", "carl"]


def test_nobody_in_it_has_no_front_and_no_wait() -> None:
    assert (queue.front(Line()), queue.average_wait(Line(), 5.0), queue.position(Line(), "anna")) == (
        None,
        0,
        0,
    )


def test_who_dials_it_gets_the_front_or_waits_for_the_next_one() -> None:
    line = Line()
    queue.dial(line, "first")
    queue.dial(line, "second")
    assert queue.match(line) is None
    come(line, "anna")
    found = queue.match(line)
    assert found is not None
    assert (found.dialler, found.member.call_sid, queue.match(line)) == ("first", "anna", None)
    queue.give_up(line, "second")
    queue.give_up(line, "second")
    come(line, "bert")
    assert queue.match(line) is None


def test_a_line_where_nobody_stands_is_not_kept() -> None:
    lines = QueueLines()
    line = lines.open("QU1")
    come(line, "anna")
    lines.close_if_empty("QU1")
    assert (len(lines), lines.find("QU1") is line) == (1, True)
    queue.leave(line, "anna")
    lines.close_if_empty("QU1")
    lines.close_if_empty("QU1")
    assert (len(lines), lines.find("QU1").members) == (0, {})


ACTS = st.lists(st.tuples(st.sampled_from(["come", "leave", "dial", "give up", "match"]), st.integers(0, 7)))


@given(ACTS, st.integers(1, 4))
def test_each_is_taken_out_once_in_the_order_of_arrival(acts: list[tuple[str, int]], most: int) -> None:
    line, model, diallers, matches = Line(), list[str](), list[str](), list[Match]()
    for now, (act, number) in enumerate(acts):
        name = f"call-{number}"
        match act:
            case "come" if name not in model:
                assert come(line, name, float(now), most) == (len(model) < most)
                model += [name] if len(model) < most else []
            case "leave":
                assert (queue.leave(line, name) is not None) == (name in model)
                model = [each for each in model if each != name]
            case "dial" if name not in diallers:
                queue.dial(line, name)
                diallers.append(name)
            case "give up":
                queue.give_up(line, name)
                diallers = [each for each in diallers if each != name]
            case "match":
                found = queue.match(line)
                if model and diallers:
                    assert found is not None
                    assert (found.dialler, found.member.call_sid) == (diallers.pop(0), model.pop(0))
                    matches.append(found)
                else:
                    assert found is None
            case _:
                pass
        assert (list(line.members), line.diallers) == (model, diallers)
        assert [queue.position(line, each) for each in model] == list(range(1, len(model) + 1))
        assert 0 <= queue.average_wait(line, now + 1.0) <= now + 1
    numbers = [each.member.number for each in matches]
    assert numbers == sorted(numbers)
