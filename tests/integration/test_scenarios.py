"""Every scenario file, on both substrates; in virtual time under both profiles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import cast

import pytest

from sipdomain.entries import CallChanged, Decision, HttpAnswered, HttpRequested
from sipdomain.report.failure import failure
from sipdomain.report.ladder import ladders
from sipdomain.report.ladder.untimed import untimed
from sipdomain.scenario.loader import find, load_rows, load_scenario
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.world import Profile
from sipdomain.scenario.worlds import maker
from sipdomain.twilio.admission.admission import REFUSALS
from sipdomain.twilio.store.call_records import FINAL
from tests.conftest import PLAY
from tests.integration.ahead import AT_ONCE, Ahead, play, play_in_own_time

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = find([FOLDER])
NAMES = [str(path.relative_to(FOLDER)).removesuffix(".scenario.yaml") for path in FILES]


@lru_cache(maxsize=512)
def in_virtual_time(path: Path, profile: Profile) -> Result:
    return play(path, "sim", profile)


@pytest.fixture(scope="module")
def ahead() -> Iterator[Ahead]:
    made = Ahead()
    yield made
    made.close()


def live_result(ahead: Ahead, request: pytest.FixtureRequest, path: Path, profile: Profile) -> Result:
    """Play a scenario live, and begin those of the tests that follow in the order of collection."""
    items = request.session.items
    here = items.index(request.node)
    following = {}
    for item in items[here + 1 : here + AT_ONCE]:
        if isinstance(item, pytest.Function) and item.originalname == PLAY:
            path_of_it, profile_of_it = item.callspec.params["path"], item.callspec.params["profile"]
            assert isinstance(path_of_it, Path)
            scenario = load_scenario(path_of_it).scenario
            # A foreign program, or the audio of many phones, suffers from a busy machine: it is played in its turn.
            if not set(scenario.needs) - {"live", "speech"} and len(scenario.given.phones) < 3:
                following[item.nodeid] = (path_of_it, cast("Profile", profile_of_it))
    return ahead.play(request.node.nodeid, path, profile, following)


def pictures(result: Result) -> list[str]:
    return [untimed(each) for each in ladders(result.entries, result.calls)]


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_scenario_passes_in_virtual_time(path: Path, profile: Profile) -> None:
    result = in_virtual_time(path, profile)
    scenario = load_scenario(path).scenario
    if profile in scenario.profiles and not set(scenario.needs) - {"sim", "speech"}:
        assert result.outcome == "passed", failure(result)
    else:
        assert result.outcome == "not run"


@pytest.mark.parametrize("path", [path for path in FILES if "\nmatrix:" in path.read_text("utf-8")])
def test_the_further_rows_of_a_matrix_pass_in_virtual_time(path: Path) -> None:
    for source in load_rows(path)[1:]:
        result = run_scenario(source, maker("sim", speech=False), substrate="sim")
        assert result.outcome == "passed", failure(result)


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_in_virtual_time_all_comes_to_its_end_and_only_a_fault_loses_messages(
    path: Path, profile: Profile
) -> None:
    result = in_virtual_time(path, profile)
    rows = [row for each in ladders(result.entries, result.calls) for row in each.rows]
    lost = [row.text for row in rows if not row.arrived]
    assert lost == [] or "faults:" in path.read_text()
    last = {each.call_sid: each.status for each in result.entries if isinstance(each, CallChanged)}
    assert set(last.values()) <= FINAL
    asked = {each.token for each in result.entries if isinstance(each, HttpRequested)}
    assert asked == {each.token for each in result.entries if isinstance(each, HttpAnswered)}


REFUSING = {refusal.rule for refusal in REFUSALS.values()} - {"session-timer"}
"""The rules that a decision names when it refuses, and that say nothing else: a session timer may be granted too."""


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_scenario_that_says_it_shows_a_refusal_has_one_by_that_rule(path: Path) -> None:
    scenario = load_scenario(path).scenario
    results = [in_virtual_time(path, profile) for profile in scenario.profiles]
    cited = {each.rule for result in results for each in result.entries if isinstance(each, Decision)}
    if results[0].outcome != "not run":
        assert set(scenario.rules) & REFUSING <= cited


def live_plays() -> Iterator[tuple[Path, Profile]]:
    """Yield what is played live: each file under one profile, in turn.

    In virtual time each is played under both; some are played there alone.
    Where a file tells the profiles apart, or a foreign phone plays, which has no
    virtual time, both are played live too.
    """
    for number, path in enumerate(FILES):
        text = path.read_text("utf-8")
        # Every process collects all of them: to load each file takes a second.
        needs = re.findall(r"\w+", "".join(re.findall(r"^needs: \[(.*)\]$", text, re.MULTILINE)))
        if "sim" in needs:
            continue
        both: list[Profile] = ["documented", "observed"]
        if "observed" in text or set(needs) - {"speech"}:
            yield from ((path, each) for each in both)
        else:
            yield path, both[number % 2]


PLAYS = list(live_plays())


AT_A_TIME = 4
BUDGET = 100.0
"""How long the catalogue may take live, `AT_A_TIME` scenarios at a time, in seconds, to be over within two minutes."""
FOREIGN = 2.0
"""What a scenario with a foreign phone takes, which has no virtual time, in seconds: the mean of them."""


def test_the_whole_catalogue_is_played_live_within_its_budget() -> None:
    spent = {path: _seconds_live(path) for path, _ in PLAYS}
    longest = sorted(spent, key=lambda path: -spent[path])[:10]
    named = ", ".join(f"{NAMES[FILES.index(path)]} {spent[path]:.1f} s" for path in longest)
    taken = sum(spent.values()) / AT_A_TIME
    assert taken < BUDGET, f"shorten waits, {taken:.1f} s in all; the longest are {named}"


def _seconds_live(path: Path) -> float:
    scenario = load_scenario(path).scenario
    if set(scenario.needs) - {"live", "speech"}:
        return FOREIGN
    rows = len(load_rows(path)) if "\nmatrix:" in path.read_text("utf-8") else 1
    return rows * in_virtual_time(path, scenario.profiles[0]).duration


def test_all_are_played_live_but_what_needs_virtual_time_and_under_both_profiles_where_a_foreign_phone_plays() -> (
    None
):
    for path in FILES:
        needs = set(load_scenario(path).scenario.needs)
        profiles = [profile for each, profile in PLAYS if each == path]
        assert (profiles == []) == ("sim" in needs), path
        assert len(profiles) == 2 or not needs - {"speech", "sim"}, path


@pytest.mark.parametrize(
    ("path", "profile"), PLAYS, ids=[f"{NAMES[FILES.index(path)]}-{profile}" for path, profile in PLAYS]
)
def test_a_scenario_passes_live_with_the_ladder_of_virtual_time(
    path: Path, profile: Profile, ahead: Ahead, request: pytest.FixtureRequest
) -> None:
    live, sim = live_result(ahead, request, path, profile), in_virtual_time(path, profile)
    if profile not in load_scenario(path).scenario.profiles:
        assert live.outcome == "not run"
        return
    if live.outcome == "failed":
        # Beside other tests a voice may come too late for its frame: once more, alone in this process, and where no
        # foreign program has a time of its own, by a clock that stands still while other tests compute.
        is_foreign = bool(set(load_scenario(path).scenario.needs) - {"live", "speech"})
        live = play(path, "live", profile) if is_foreign else play_in_own_time(path, profile)
    assert live.outcome == "passed", failure(live)
    if sim.outcome == "passed":
        assert pictures(live) == pictures(sim)


def test_virtual_time_repeats_itself_to_the_byte() -> None:
    path = FOLDER / "first-call" / "the-example-message.scenario.yaml"
    assert play(path, "sim", "documented").entries == play(path, "sim", "documented").entries
