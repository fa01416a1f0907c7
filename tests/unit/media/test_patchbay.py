"""Who hears whom."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sipdomain.errors import MediaError
from sipdomain.media.patchbay import ECHO, MOST_EDGES, MOST_ROOMS, OPEN, Edge, Patchbay

ROOM = "room"
MUTED = Edge(muted=True)


def room_of(*members: str) -> Patchbay:
    bay = Patchbay()
    bay.open_room(ROOM)
    for member in members:
        bay.patch(member, ROOM, Edge())
        bay.patch(ROOM, member, Edge())
    return bay


def bridge(one: str, other: str) -> Patchbay:
    bay = Patchbay()
    bay.patch(one, other, Edge())
    bay.patch(other, one, Edge())
    return bay


def test_in_a_room_each_hears_the_others_and_what_is_played_to_all() -> None:
    bay = room_of("a", "b", "c")

    assert bay.heard_by("a") == {"room": 1.0, "b": 1.0, "c": 1.0}
    assert bay.heard_by("room") == {"a": 1.0, "b": 1.0, "c": 1.0}


def test_one_way_is_no_way_back() -> None:
    bay = Patchbay()
    bay.patch("a", "b", Edge())

    assert (bay.heard_by("b"), bay.heard_by("a")) == ({"a": 1.0}, {})


def test_the_gains_of_a_way_multiply() -> None:
    bay = room_of("a", "b")
    bay.patch("a", ROOM, Edge(gain=0.5))
    bay.patch(ROOM, "b", Edge(gain=0.25))

    assert bay.heard_by("b") == {"room": 0.25, "a": 0.125}


def test_a_muted_one_is_not_heard_and_hears() -> None:
    bay = room_of("a", "b", "c")
    bay.patch("a", ROOM, MUTED)

    assert bay.heard_by("b") == {"room": 1.0, "c": 1.0}
    assert bay.heard_by("a") == {"room": 1.0, "b": 1.0, "c": 1.0}


def test_a_coach_is_heard_by_one_only() -> None:
    bay = room_of("agent", "customer", "coach")
    bay.patch("coach", ROOM, Edge(coached="agent"))

    assert bay.heard_by("agent") == {"room": 1.0, "customer": 1.0, "coach": 1.0}
    assert bay.heard_by("customer") == {"room": 1.0, "agent": 1.0}
    assert bay.heard_by("coach") == {"room": 1.0, "agent": 1.0, "customer": 1.0}
    assert bay.heard_by(ROOM) == {"agent": 1.0, "customer": 1.0}


def test_who_is_taken_away_leaves_nothing_behind() -> None:
    bay = room_of("a", "b")
    bay.remove("a")
    assert (bay.heard_by("b"), bay.sinks(ROOM)) == ({"room": 1.0}, ("b",))
    bay.remove(ROOM)

    assert bay.is_empty
    assert bay.rooms == bay.listeners() == bay.speakers() == ()


def test_what_makes_no_sense_is_refused() -> None:
    bay = room_of("a")
    bay.open_room("other")
    for source, sink in (("a", "a"), (ROOM, ROOM), (ROOM, "other")):
        with pytest.raises(MediaError):
            bay.patch(source, sink, Edge())
    with pytest.raises(MediaError, match="open already"):
        bay.open_room(ROOM)


def test_rooms_and_edges_have_their_bounds() -> None:
    bay = Patchbay()
    for number in range(MOST_ROOMS):
        bay.open_room(f"room {number}")
    with pytest.raises(MediaError, match="1000 rooms"):
        bay.open_room("one more")
    for number in range(MOST_EDGES):
        bay.patch(f"{number}", "room 0", Edge())
    bay.patch("7", "room 0", MUTED)
    with pytest.raises(MediaError, match="300 edges"):
        bay.patch("one more", "room 0", Edge())

    assert len(bay.heard_by("room 0")) == MOST_EDGES - 1


NAMES = st.sampled_from(["a", "b", "c", "d", "room", "hall"])
EDGES = st.builds(
    Edge,
    st.sampled_from([0.0, 0.5, 1.0]),
    st.booleans(),
    st.sampled_from(["", "", "a", "b", "nobody"]),
    st.just(False),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("patch"), NAMES, NAMES, EDGES),
        st.tuples(st.just("unpatch"), NAMES, NAMES, EDGES),
        st.tuples(st.just("remove"), NAMES, NAMES, EDGES),
        st.tuples(st.just("open"), NAMES, NAMES, EDGES),
    ),
    max_size=30,
)


def played(steps: list[tuple[str, str, str, Edge]]) -> Patchbay:
    bay = Patchbay()
    for what, one, other, edge in steps:
        try:
            match what:
                case "patch":
                    bay.patch(one, other, edge)
                case "unpatch":
                    bay.unpatch(one, other)
                case "remove":
                    bay.remove(one)
                case _:
                    # Only these two are ever rooms: who has edges cannot become one.
                    bay.open_room("room" if one < "d" else "hall")
        except MediaError:
            continue
    return bay


def everything(bay: Patchbay) -> dict[str, dict[str, float]]:
    return {name: bay.heard_by(name) for name in ("a", "b", "c", "d", "room", "hall")}


@given(STEPS)
def test_nobody_ever_hears_himself(steps: list[tuple[str, str, str, Edge]]) -> None:
    for name, heard in everything(played(steps)).items():
        assert name not in heard


def test_only_an_echo_leads_from_a_session_to_itself() -> None:
    bay = Patchbay()
    with pytest.raises(MediaError, match="a cannot hear itself"):
        bay.patch("a", "a", OPEN)
    bay.patch("a", "a", ECHO)
    assert bay.heard_by("a") == {"a": 1.0}
    bay.unpatch("a", "a")
    assert bay.is_empty


@given(STEPS, NAMES, NAMES)
def test_to_unmute_undoes_to_mute(steps: list[tuple[str, str, str, Edge]], one: str, other: str) -> None:
    bay = played(steps)
    edge = bay.into(other).get(one)
    if edge is None:
        return
    before = everything(bay)
    bay.patch(one, other, edge._replace(muted=True))
    bay.patch(one, other, edge)

    assert everything(bay) == before


@given(STEPS, NAMES)
def test_to_take_an_endpoint_away_leaves_no_edge_of_it(
    steps: list[tuple[str, str, str, Edge]], name: str
) -> None:
    bay = played(steps)
    bay.remove(name)

    assert (bay.heard_by(name), bay.sinks(name)) == ({}, ())
    assert all(name not in heard for heard in everything(bay).values())


@given(st.sampled_from([0.0, 0.5, 1.0]), st.booleans(), st.booleans())
def test_a_room_of_two_is_a_bridge(gain: float, one_muted: bool, other_muted: bool) -> None:
    room, both = room_of("a", "b"), bridge("a", "b")
    for speaker, listener, edge in (("a", "b", Edge(gain, one_muted)), ("b", "a", Edge(gain, other_muted))):
        room.patch(speaker, ROOM, edge)
        both.patch(speaker, listener, edge)
    for name in ("a", "b"):
        heard = room.heard_by(name)
        heard.pop(ROOM)
        assert heard == both.heard_by(name)


@given(st.lists(st.sampled_from("abcdef"), unique=True, min_size=3), st.data())
def test_a_coach_is_heard_by_nobody_else_whoever_is_there(members: list[str], data: st.DataObject) -> None:
    coach, coached = data.draw(st.permutations(members))[:2]
    bay = room_of(*members)
    bay.patch(coach, ROOM, Edge(coached=coached))

    assert [name for name in (*members, ROOM) if coach in bay.heard_by(name)] == [coached]
