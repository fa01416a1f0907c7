"""Scenarios play to their end, stop at what fails, and leave nothing standing."""

from __future__ import annotations

from random import Random

import pytest

from sipdomain.errors import FileError, SetupError
from sipdomain.scenario.given import Given
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.world import Profile
from sipdomain.scenario.worlds import maker
from sipdomain.twilio.configuration.model import apply
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from tests.unit.scenario.paper import PaperCall, PaperWorld, good_call, nothing, play

HEAD = """\
scenario: A call
given:
  credential_lists: {staff: {alice: Correct-Horse-42}}
  phones: {alice: {address: 127.0.0.10}}
steps:
"""


def test_a_scenario_passes_when_all_that_is_expected_is_seen() -> None:
    text = f"""{HEAD}
  - dial: sip:100@acme
  - expect: {{responses: [100, 407, 100, 180, 200], answered: true, challenged: 407, status: in-progress}}
  - expect: {{webhook: /voice, method: POST, signed: true, parameters: {{SipHeader_X: a=1;b=2}}, absent: [Y]}}
  - expect: {{heard: {{say: Welcome}}, ended_by: cloud, status: completed}}
  - expect: {{callbacks: [completed], callback: completed, parameters: {{CallStatus: completed}}}}
  - expect: {{fallback: not asked, webhooks: 1, verbs: [Say], alerts: []}}
  - expect: {{headers: {{x-twilio-callsid: {{matches: "CA[0-9a-f]{{32}}"}}}}}}
"""
    result, world = play(text, good_call)
    assert result.outcome == "passed", result.mismatches
    assert world.dialled == [("sip:100@acme.sip.twilio.com", (), None, None, None)]
    assert result.calls == {"call-1@paper": "call"}
    assert world.closed


@pytest.mark.parametrize(
    ("put_off", "told"),
    [
        (0.0, ()),
        (
            0.52,
            (
                "the machine was too busy: audio stood still for 0.52 s in all, so what is said of it may not hold",
            ),
        ),
    ],
)
def test_a_failure_says_that_the_machine_could_not_keep_up(put_off: float, told: tuple[str, ...]) -> None:
    text = f"{HEAD}  - dial: sip:100@acme\n  - expect: {{ended_by: phone}}\n"
    result, _ = play(text, good_call, prepare=lambda world: setattr(world, "put_off", put_off))
    assert tuple(each for each in result.mismatches[0].near if "machine" in each) == told


def test_a_scenario_stops_at_the_first_step_that_fails() -> None:
    text = f"""{HEAD}
  - dial: sip:100@acme
  - expect: {{responses: [100, 180, 200]}}
  - hang_up:
"""
    result, world = play(text, good_call)
    assert result.outcome == "failed"
    mismatch = result.mismatches[0]
    assert (mismatch.path, mismatch.expected, mismatch.got) == (
        "steps[1].expect.responses",
        "100, 180, 200",
        "100, 407, 100, 180, 200",
    )
    assert mismatch.where is not None
    assert (mismatch.where.line, mismatch.where.column) == (8, 14)
    assert world.calls[0].ended_by == "them"


def test_a_call_that_is_left_standing_is_hung_up() -> None:
    def answered_for_ever(world: PaperWorld, call: PaperCall) -> None:
        call.state, call.answered_at = "answered", 100.0

    result, world = play(
        f"{HEAD}\n  - dial: sip:100@acme\n  - expect: {{answered: true}}\n", answered_for_ever
    )
    assert result.outcome == "passed"
    assert world.calls[0].ended_by == "us"


@pytest.mark.parametrize(
    ("steps", "got"),
    [
        ("  - dial: sip:100@acme\n", "none"),
        (
            "  - repeat: {times: 2, steps: [{parallel: [{dial: 'sip:1@acme'}, {register: {name: b}}]}]}\n",
            "none",
        ),
        (
            "  - dial: sip:100@acme\n  - expect: {answered: {observed: true}}\n",
            "none under the profile documented",
        ),
    ],
)
def test_a_scenario_of_which_no_step_says_what_must_be_seen_fails(steps: str, got: str) -> None:
    (mismatch,) = play(f"{HEAD}\n{steps}", good_call)[0].mismatches
    assert (mismatch.path, mismatch.got) == ("steps", got)
    assert mismatch.expected == "a step that says what must be seen: this would pass whatever happens"
    assert mismatch.near == ("write such as `- expect: {status: completed}`",)


def test_hang_up_waits_for_the_answer() -> None:
    result, world = play(f"{HEAD}\n  - dial: sip:100@acme\n  - hang_up:\n", good_call)
    assert result.outcome == "passed"
    assert world.calls[0].ended_at == pytest.approx(100.2)


def test_hang_up_of_a_call_that_is_never_answered_fails() -> None:
    result, _ = play(f"{HEAD}\n  - dial: sip:100@acme\n  - hang_up: {{within: 1}}\n")
    assert [(each.path, each.got) for each in result.mismatches] == [("steps[1].hang_up", "trying")]


def test_keys_are_pressed_in_an_answered_call() -> None:
    result, world = play(f'{HEAD}\n  - dial: sip:100@acme\n  - press: {{keys: "12#"}}\n', good_call)
    assert result.outcome == "passed"
    assert world.calls[0].done == ["pressed 12#"]


@pytest.mark.parametrize("how", ["inband", "info"])
def test_keys_are_pressed_as_it_is_said(how: str) -> None:
    text = f'{HEAD}\n  - dial: sip:100@acme\n  - press: {{keys: "1", as: {how}}}\n'
    result, world = play(text, good_call)
    assert (result.outcome, world.calls[0].done) == ("passed", [f"pressed 1 {how}"])


def test_cancel_waits_for_a_provisional_response() -> None:
    def rings(world: PaperWorld, call: PaperCall) -> None:
        def ring() -> None:
            call.responses, call.state = [100, 180], "ringing"

        world.after(0.3, ring)

    text = f"{HEAD}\n  - dial: sip:100@acme\n  - cancel:\n  - expect: {{responses: [100, 180, 487]}}\n"
    assert play(text, rings)[0].outcome == "passed"


def test_another_profile_is_not_run() -> None:
    text = HEAD.replace("given:", "profiles: [observed]\ngiven:") + "  - dial: sip:100@acme\n"
    result, _ = play(text)
    assert (result.outcome, result.reason) == ("not run", "applies to profile observed only")


def test_what_needs_live_sockets_is_not_run_in_virtual_time() -> None:
    text = HEAD.replace("given:", "needs: [sipp]\ngiven:") + "  - dial: sip:100@acme\n"
    result, _ = play(text)
    assert (result.outcome, result.reason) == ("not run", "needs live sockets")


def test_what_needs_virtual_time_is_not_run_live() -> None:
    text = (
        HEAD.replace("given:", "needs: [sim]\ngiven:")
        + "  - dial: sip:100@acme\n  - expect: {webhooks: none}\n"
    )
    source = load_scenario_text(text)
    assert run_scenario(source, maker("sim"), substrate="sim").outcome == "passed"
    result = run_scenario(source, maker("live"), substrate="live")
    assert (result.outcome, result.reason) == ("not run", "needs virtual time")


def test_a_world_that_cannot_be_set_up_is_not_run() -> None:
    def make(given: Given, *, profile: Profile, seed: int) -> PaperWorld:
        raise SetupError("port 5060 is busy")

    source = load_scenario_text(HEAD + "  - dial: sip:100@acme\n")
    result = run_scenario(source, make, substrate="live")
    assert (result.outcome, result.reason) == ("not run", "port 5060 is busy")


def test_what_the_emulator_cannot_be_given_is_shown_in_the_file() -> None:
    def make(given: Given, *, profile: Profile, seed: int) -> PaperWorld:
        store = Store(Ids(Random(seed)))
        owner = store.accounts.create(now=0.0).sid
        apply(given.configuration(), store, owner, now=0.0, base_url="http://127.0.0.1:5000")
        return PaperWorld(profile, nothing)

    text = f"{HEAD}  - dial: sip:100@acme\n".replace("Correct-Horse-42", "short")
    with pytest.raises(FileError) as caught:
        run_scenario(load_scenario_text(text, "weak.scenario.yaml"), make, substrate="sim")
    assert str(caught.value).splitlines()[1] == " --> weak.scenario.yaml:3:30"


def test_passwords_are_known_as_secrets() -> None:
    text = f"{HEAD}\n  - dial: {{to: sip:100@acme, password: Wrong-Horse-42}}\n"
    result, _ = play(text)
    assert result.secrets == {"Correct-Horse-42", "Wrong-Horse-42"}
