"""What the finished journal contradicts never passes, at any `within`; `verdicts` plays more examples by hand."""

from __future__ import annotations

from functools import cache

import pytest

from tests.properties.verdicts import EXPECTED, Outcome, Play, check, played

CHUNK = 50


@cache
def outcome(first: int) -> Outcome:
    found = Outcome()
    for seed in range(first, first + CHUNK):
        check(seed, found)
    return found


@pytest.mark.parametrize("first", range(0, 5 * CHUNK, CHUNK))
def test_what_the_finished_journal_contradicts_never_passes_and_what_agrees_does_at_the_end(
    first: int,
) -> None:
    assert outcome(first).problems == []


def test_the_examples_are_of_every_kind() -> None:
    """Each word is expected, both ways, and neither the time nor the end decides alone."""
    outcomes = [outcome(first) for first in range(0, 5 * CHUNK, CHUNK)]
    words = {word for each in outcomes for word in each.words}
    assert words == EXPECTED
    verdicts = sum((each.verdicts for each in outcomes), Outcome().verdicts)
    for verdict in ("at the end: failed, contradicts", "at the end: passed, agrees",
                    "in time: failed, contradicts", "in time: passed, agrees", "in time: failed, agrees"):  # fmt: skip
        assert verdicts[verdict] > 5 * CHUNK / 20


@pytest.mark.parametrize(
    ("within", "got"), [(35, "the call was not over after 35 s; raise `within`"), (900, "1")]
)
def test_what_a_slow_line_still_holds_may_come(within: int, got: str) -> None:
    """The phone gives up after 32 s; its INVITE arrives after 40, and the application is asked."""
    given = {
        "access_lists": {"office": ["127.0.0.1"]},
        "domains": {"acme": {"calls": ["office"], "voice": "/voice"}},
        "app": {"/voice": {"say": "Welcome"}},
        "phones": {"alice": {}},
        "faults": {"delay": {"by": 40}},
    }
    steps = [{"dial": "sip:100@acme"}, {"expect": {"webhooks": "none", "within": within}}]
    result, _ = played(Play(given, [], [], "documented", "call"), steps, 0)
    assert [each.got for each in result.mismatches] == [got]
