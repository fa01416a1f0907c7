"""The pure core of a conference: literal cases, and what holds of any conference whatever happens to it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from sipdomain.media.patchbay import Edge
from sipdomain.twilio.rooms import conference
from sipdomain.twilio.rooms.conference import Event, ParticipantChange, RefusedError
from sipdomain.twilio.store.conferences import ConferenceRecord, ParticipantRecord


def room() -> ConferenceRecord:
    return ConferenceRecord(sid="CF1", account_sid="AC1", friendly_name="Room", created_at=0.0)


def person(name: str, **settings: object) -> ParticipantRecord:
    return ParticipantRecord(call_sid=name, joined_at=0.0, **settings)  # type: ignore[arg-type]


def come(record: ConferenceRecord, name: str, most: int = 250, **settings: object) -> list[str]:
    return [each.name for each in conference.join(record, person(name, **settings), most)]


def named(events: list[Event]) -> list[tuple[str, str | None, str | None]]:
    return [
        (each.name, each.participant.call_sid if each.participant is not None else None, each.reason)
        for each in events
    ]


def test_it_starts_with_two_of_whom_one_may_start_it() -> None:
    record = room()
    assert come(record, "anna", start_on_enter=False) == ["participant-join"]
    assert come(record, "bert", start_on_enter=False) == ["participant-join"]
    assert (record.status, conference.wiring(record)) == ("init", {})
    assert come(record, "carl") == ["participant-join", "conference-start"]
    assert record.status == "in-progress"
    assert conference.wiring(record) == {
        ("anna", "CF1"): Edge(), ("CF1", "anna"): Edge(), ("bert", "CF1"): Edge(), ("CF1", "bert"): Edge(),
        ("carl", "CF1"): Edge(), ("CF1", "carl"): Edge(),
    }  # fmt: skip


def test_one_alone_waits_and_its_exit_ends_a_conference_that_never_started() -> None:
    record = room()
    come(record, "anna")
    assert (record.status, conference.hears_waiting_music(record, record.participants["anna"])) == (
        "init",
        True,
    )
    assert named(conference.leave(record, "anna", "left", "participant_hung_up")) == [
        ("participant-leave", "anna", "participant_hung_up"),
        ("conference-end", None, None),
    ]
    assert (record.status, record.end_reason, record.ended_by) == (
        "completed", "last-participant-left", "anna",
    )  # fmt: skip


def test_the_exit_of_a_moderator_takes_all_others_out() -> None:
    record = room()
    come(record, "anna")
    come(record, "bert", end_on_exit=True)
    assert named(conference.leave(record, "bert", "kicked", "participant_updated_via_api")) == [
        ("participant-leave", "bert", "participant_updated_via_api"),
        ("participant-leave", "anna", "moderator_ended_conference"),
        ("conference-end", None, None),
    ]
    assert record.end_reason == "participant-with-end-conference-on-exit-kicked"
    assert conference.leave(record, "anna", "left", "participant_hung_up") == []
    assert conference.end(record) == []


def test_who_is_muted_hears_who_is_on_hold_does_not_and_a_coach_is_heard_by_one() -> None:
    record = room()
    for name in ("anna", "bert", "carl", "dora"):
        come(record, name)
    change = conference.change
    assert named(change(record, "anna", ParticipantChange(muted=True))) == [
        ("participant-mute", "anna", None)
    ]
    assert named(change(record, "bert", ParticipantChange(hold=True))) == [("participant-hold", "bert", None)]
    assert named(change(record, "carl", ParticipantChange(coached="dora"))) == [
        ("participant-modify", "carl", None)
    ]
    assert conference.wiring(record) == {
        ("anna", "CF1"): Edge(muted=True), ("CF1", "anna"): Edge(), ("carl", "CF1"): Edge(coached="dora"),
        ("CF1", "carl"): Edge(), ("dora", "CF1"): Edge(), ("CF1", "dora"): Edge(),
    }  # fmt: skip
    assert change(record, "anna", ParticipantChange(muted=True)) == []
    assert change(record, "emil", ParticipantChange(muted=True)) == []
    with pytest.raises(RefusedError, match="'emil', who is to be coached, is not in the conference"):
        change(record, "carl", ParticipantChange(coached="emil"))


@pytest.mark.parametrize(
    ("settings", "most", "code"),
    [({}, 2, 16020), ({"label": "boss"}, 250, 16025), ({"coached": "nobody"}, 250, 13240)],
)
def test_who_cannot_take_part_changes_nothing(settings: dict[str, object], most: int, code: int) -> None:
    record = room()
    come(record, "anna", label="boss")
    come(record, "bert")
    with pytest.raises(RefusedError) as refused:
        come(record, "carl", most, **settings)
    assert refused.value.code == code
    assert list(record.participants) == ["anna", "bert"]


def test_a_conference_has_250_participants_at_most() -> None:
    record = room()
    for number in range(250):
        come(record, str(number), most=1000)
    with pytest.raises(RefusedError) as refused:
        come(record, "251", most=1000)
    assert refused.value.code == 16020


NAMES = st.sampled_from(["anna", "bert", "carl", "dora"])
FLAGS = st.booleans()
STEPS = st.one_of(
    st.tuples(st.just("join"), NAMES, FLAGS, FLAGS),
    st.tuples(st.just("leave"), NAMES, FLAGS, FLAGS),
    st.tuples(st.just("mute"), NAMES, FLAGS, FLAGS),
    st.tuples(st.just("hold"), NAMES, FLAGS, FLAGS),
    st.tuples(st.just("end"), NAMES, FLAGS, FLAGS),
)


@given(st.lists(STEPS, max_size=40))
def test_whatever_happens_counts_agree_and_events_are_in_an_order_that_the_documentation_allows(
    steps: list[tuple[str, str, bool, bool]],
) -> None:
    record = room()
    log: list[Event] = []
    for act, name, first, second in steps:
        if record.status == "completed":
            break
        present = name in record.participants
        match act:
            case "join" if not present:
                log += conference.join(record, person(name, start_on_enter=first, end_on_exit=second), 3 + first) if (
                    len(record.participants) < 3
                ) else []  # fmt: skip
            case "leave":
                log += conference.leave(
                    record, name, "left" if first else "kicked",
                    "participant_hung_up" if first else "participant_updated_via_api",
                )  # fmt: skip
            case "mute":
                log += conference.change(record, name, ParticipantChange(muted=first))
            case "hold":
                log += conference.change(record, name, ParticipantChange(hold=first))
            case "end" if first and second:
                log += conference.end(record)
            case _:
                pass
        check(record, log)


def check(record: ConferenceRecord, log: list[Event]) -> None:
    """See that a conference and what was told of it agree."""
    names = [each.name for each in log]
    joined, left = names.count("participant-join"), names.count("participant-leave")
    assert joined - left == len(record.participants)
    assert names.count("conference-start") == (1 if "conference-start" in names else 0)
    assert (record.status == "completed") == (names[-1:] == ["conference-end"])
    assert names.count("conference-end") <= 1
    if joined:
        assert names[0] == "participant-join"
        assert (record.status == "completed") == (not record.participants)
    if "conference-start" in names:
        assert names[: names.index("conference-start")].count("participant-join") >= 2
    inside: set[str] = set()
    for before, event in pairwise([Event("conference-start"), *log]):
        one = event.participant
        assert before.name != "conference-end"
        if one is None:
            continue
        assert (one.call_sid in inside) == (event.name != "participant-join")
        if event.name == "participant-join":
            inside.add(one.call_sid)
        elif event.name == "participant-leave":
            inside.remove(one.call_sid)
    assert inside == set(record.participants)
    patched = {source for source, _ in conference.wiring(record)} - {record.sid}
    assert patched <= inside
