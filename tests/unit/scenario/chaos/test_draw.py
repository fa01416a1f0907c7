"""What a seed draws: the same each time, bounded, and only what may befall something."""

from __future__ import annotations

from hypothesis import given, strategies as st

from sipdomain.entries import HttpRequested, SipMessage
from sipdomain.scenario.chaos.draw import MOST_FAULTS, SOURCES, USUAL, Seen, drawn, seen
from sipdomain.scenario.chaos.injection import injected, written
from sipdomain.scenario.given import Given

SEEN = Seen(
    ((0.0, "INVITE", "phone"), (0.2, "200 INVITE", "cloud"), (0.2, "ACK", "phone"), (9.0, "BYE", "cloud")),
    (0.1, 9.0),
    (0.1,),
    (0.2,),
)


def message(at: float, data: bytes, transport: str = "udp", lane: str = "out") -> SipMessage:
    return SipMessage(
        at=at, owner="cloud", lane="in" if lane == "in" else "out", transport=transport, local="a", remote="b",
        data=data, call_id="",
    )  # fmt: skip


def asked(at: float, purpose: str) -> HttpRequested:
    return HttpRequested(
        at=at, token=1, call_sid="", call_id="", purpose=purpose, method="GET", url="http://a/"
    )


def test_what_was_sent_by_udp_is_seen_and_what_was_asked_but_no_provisional_response() -> None:
    answer = b"SIP/2.0 %d X\r\nCSeq: 1 INVITE\r\n\r\n"
    found = seen(
        [
            message(1.0, b"INVITE sip:a SIP/2.0\r\n\r\n"), message(1.0, answer % 180), message(2.0, answer % 200),
            message(2.0, answer % 200, lane="in"), message(3.0, b"BYE sip:a SIP/2.0\r\n\r\n", "tcp"),
            asked(4.0, "status"), asked(1.5, "voice"), asked(3.5, "recording"), asked(5.0, "media"),
        ]
    )  # fmt: skip
    assert found == Seen(((1.0, "INVITE", "cloud"), (2.0, "200 INVITE", "cloud")), (3.5, 4.0), (1.5,), (2.0,))


@given(st.integers(0, 100_000))
def test_a_seed_draws_the_same_each_time_and_within_bounds(seed: int) -> None:
    found = drawn(SEEN, seed)
    assert found == drawn(SEEN, seed)
    assert 1 <= len(found) <= MOST_FAULTS
    for each in found:
        values = each.values
        assert (
            0.0
            < values["until"] - values["since"]
            <= (0.3 if (each.place, each.word) == ("faults", "drop") else 5.0) + 0.001
        )
        assert each.place != "rtp_faults" or values.get("chance", 0.0) <= 0.05
        assert all(0.0 < values.get(key, 1.0) <= 2.0 for key in ("by", "within", "headers"))
        assert not {"100", "180"} & set(values.get("of", ()))
    given = injected(Given(), found)
    faults = (*given.faults.faults(), *given.webhook_faults.faults(), *given.rtp_faults.faults())
    assert len(faults) == len(found)


def test_only_faults_that_were_asked_for_and_that_meet_something_are_drawn() -> None:
    words = {(each.place, each.word) for seed in range(200) for each in drawn(SEEN, seed)}
    assert words == {(SOURCES[word].place, word.removeprefix("rtp ")) for word in USUAL}
    others = set(SOURCES) - set(USUAL)
    found = [each for seed in range(50) for each in drawn(SEEN, seed, others)]
    assert {each.word for each in found} == others
    assert injected(Given(), [each for each in found if each.place == "cloud"]).cloud
    assert {each.word for seed in range(50) for each in drawn(SEEN, seed, ["slow"])} == {"slow"}
    assert drawn(Seen((), (), ()), 1) == ()
    assert drawn(Seen((), (), (1.0,)), 1, ["drop", "double"]) == ()


def test_faults_are_written_beside_those_that_stand_in_the_file() -> None:
    drop = next(each for seed in range(100) for each in drawn(SEEN, seed, ["drop"]))
    own = {"drop": {"of": ["ACK"]}, "delay": [{"by": 1.0}]}
    assert written([drop], "faults", own) == {
        "drop": [{"of": ["ACK"]}, dict(drop.values)],
        "delay": {"by": 1.0},
    }
    assert written([drop], "webhook_faults", {}) == {}
