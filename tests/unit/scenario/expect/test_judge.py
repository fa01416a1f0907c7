"""Each expectation is judged when nothing can change it any more, or when the call is over; never by the clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sipdomain.entries import Alert, HttpAnswered, HttpRequested
from sipdomain.scenario.evidence import CAPACITY_PER_CALL
from sipdomain.scenario.runner import Result
from sipdomain.scenario.steps.expect import Expect
from tests.unit.scenario.paper import PaperCall, PaperPhone, PaperWorld, good_call, nothing, play, sid_of

HEAD = "scenario: A call\ngiven: {phones: {alice: {}}}\nsteps:\n  - dial: sip:100@acme\n"
PAGE = Path(__file__).parents[4] / "docs" / "reference" / "scenario-file.md"
NOT_OVER = "the call was not over after 5 s; raise `within`"
Plan = Callable[[PaperWorld, PaperCall], None]


def expected(expectation: str, plan: Plan) -> Result:
    return play(f"{HEAD}  - expect: {expectation}\n", plan)[0]


def ringing(world: PaperWorld, call: PaperCall) -> None:
    """100, 407, 100, 180 at once; the application is asked; nothing more for ever."""
    world.decide(call, "credentials", "challenged")
    world.change(call, "ringing")
    world.ask(call, "/voice")
    call.responses, call.state = [100, 407, 100, 180], "ringing"


def held(world: PaperWorld, call: PaperCall) -> None:
    """The same, answered: it lasts until somebody hangs up."""
    ringing(world, call)
    world.change(call, "in-progress")
    world.speak(call, "Pause")
    call.responses, call.state, call.answered_at = [100, 407, 100, 180, 200], "answered", world.now()
    call.final_headers = [("Server", "Twilio")]


@pytest.mark.parametrize(
    ("plan", "expectation"),
    [
        (held, "{alerts: []}"),
        (held, "{fallback: not asked}"),
        (held, "{webhooks: 1}"),
        (held, "{verbs: [Pause]}"),
        (held, "{callbacks: []}"),
        (held, "{heard: silence}"),
        (ringing, "{answered: false}"),
        (ringing, "{responses: [100, 407, 100, 180]}"),
        (nothing, "{webhooks: none}"),
        (nothing, "{responses: []}"),
    ],
)
def test_what_is_met_so_far_fails_when_the_call_was_not_over(plan: Plan, expectation: str) -> None:
    result = expected(expectation, plan)
    assert [each.got for each in result.mismatches] == [NOT_OVER]


def test_a_registration_that_lasts_is_not_yet_one_that_was_not_made() -> None:
    def waits(world: PaperWorld, call: PaperCall) -> None:
        call.method = "REGISTER"

    result = expected("{registered: false}", waits)
    assert [each.got for each in result.mismatches] == [
        "the registration was not over after 5 s; raise `within`"
    ]


def test_it_says_what_was_expected_and_what_came_so_far() -> None:
    (mismatch,) = expected("{callbacks: [completed], within: 0.5}", held).mismatches
    assert (mismatch.expected, mismatch.got) == ("completed", "none")
    assert mismatch.near == ("the call was not over after 0.5 s; raise `within`",)
    (mismatch,) = expected("{verbs: [Pause], within: 0.5}", held).mismatches
    assert (mismatch.expected, mismatch.near) == ("Pause", ("so far: Pause",))


@pytest.mark.parametrize("within", [0.01, 0.15, 0.3, 1.0, 1.7, 1.8, 5.0])
def test_a_beginning_of_the_responses_never_passes_for_all_of_them(within: float) -> None:
    def slow(world: PaperWorld, call: PaperCall) -> None:
        def answer() -> None:
            call.responses, call.state, call.answered_at = [100, 407, 200], "answered", world.now()

        world.after(0.1, lambda: call.responses.extend([100, 407]))
        world.after(1.75, answer)

    assert expected(f"{{responses: [100, 407], within: {within}}}", slow).outcome == "failed"
    begins = expected(f"{{responses_begin: [100, 407], within: {within}}}", slow)
    assert begins.outcome == ("passed" if within > 0.1 else "failed")
    complete = expected(f"{{responses: [100, 407, 200], within: {within}}}", slow)
    assert complete.outcome == ("passed" if within > 1.75 else "failed")


@pytest.mark.parametrize(
    ("plan", "expectation"),
    [
        (ringing, "{responses_begin: [100, 407]}"),
        (ringing, "{challenged: 407, status: ringing, webhook: /voice, signed: true}"),
        (held, "{responses: [100, 407, 100, 180, 200], answered: true, headers: {server: Twilio}}"),
        (held, "{status: in-progress, verbs_begin: [Pause]}"),
    ],
)
def test_what_nothing_can_change_passes_at_once(plan: Plan, expectation: str) -> None:
    text = f"{HEAD}  - expect: {expectation[:-1]}, within: 60}}\n  - rest: {{get: Now}}\n"
    asked_at: list[float] = []

    class Watch(PaperWorld):
        def rest(self, *_: object) -> tuple[int, dict[str, str]]:
            asked_at.append(self.now())
            return 200, {}

    result, _ = play(text, plan, world=Watch)
    assert (result.outcome, asked_at) == ("passed", [100.0])


@pytest.mark.parametrize(
    ("plan", "expectation"),
    [
        (ringing, "{responses: [100, 200]}"),
        (ringing, "{responses: [100, 407, 100]}"),
        (ringing, "{responses_begin: [180]}"),
        (ringing, "{webhooks: none}"),
        (ringing, "{dropped: address-not-listed}"),
        (held, "{responses: [100, 407, 100, 180, 200, 200]}"),
        (held, "{responses: [100, 407, 100, 180]}"),
        (held, "{responses_begin: [100, 407, 100, 180, 200, 200]}"),
        (held, "{answered: false}"),
        (held, "{refused: bad-credentials}"),
        (held, "{challenged: 401}"),
        (held, "{headers: {Server: Other}}"),
        (held, "{verbs: [Say]}"),
        (held, "{verbs: []}"),
        (held, "{verbs_begin: [Say]}"),
        (held, "{registered: true}"),
        (held, "{bindings: 1}"),
    ],
)
def test_what_nothing_can_mend_fails_at_once(plan: Plan, expectation: str) -> None:
    result = expected(f"{expectation[:-1]}, within: 60}}", plan)
    assert result.outcome == "failed"
    # Two seconds each are for calls that a scenario leaves standing.
    assert result.duration < 4.5


@pytest.mark.parametrize(
    "expectation",
    [
        "{webhook: /other}",
        "{callback: busy}",
        "{heard: {say: Farewell}}",
        "{alerts: [11200]}",
        "{webhooks: 7}",
    ],
)
def test_what_did_not_come_by_the_end_of_the_call_fails_then(expectation: str) -> None:
    result = expected(f"{expectation[:-1]}, within: 60}}", good_call)
    assert result.outcome == "failed"
    assert result.duration == pytest.approx(1.7 + 0.1, abs=0.05)


def test_what_only_waits_is_distinguished_from_what_is_lost() -> None:
    lost, waiting = expected("{responses: [404], heard: {say: Welcome}}", ringing).mismatches
    assert (lost.path, lost.near) == ("steps[1].expect.responses", ())
    assert waiting.near == (
        "not waited for any longer: something else that is expected here cannot come any more",
    )


def test_an_expectation_before_hang_up_is_judged_behind_it() -> None:
    steps = "  - hang_up:\n  - expect: {verbs: [Pause], alerts: [], webhooks: 1, ended_by: phone}\n"
    assert play(HEAD + steps, held)[0].outcome == "passed"


def test_a_call_is_not_over_while_the_emulator_has_work_with_it() -> None:
    class Recording(PaperWorld):
        def is_busy(self, call_id: str) -> bool:
            return self.now() < 104.0 and call_id == self.calls[0].call_id

    text = f"{HEAD}  - expect: {{webhooks: 1, within: %s}}\n"
    assert play(text % 3, good_call, world=Recording)[0].mismatches[0].got.startswith("the call was not over")
    assert play(text % 5, good_call, world=Recording)[0].outcome == "passed"


def test_a_call_that_is_over_but_not_quiet_is_not_judged() -> None:
    (mismatch,) = expected("{webhooks: 1, within: 1.75}", good_call).mismatches
    assert mismatch.got == "the call was over, but not yet quiet after 1.75 s; raise `within`"


def test_the_noise_of_other_calls_disturbs_nobody() -> None:
    def busy(world: PaperWorld, call: PaperCall) -> None:
        if call is world.calls[0]:
            good_call(world, call)
        else:
            for number in range(100):
                world.after(number / 10, lambda: world.decide(call, "domain", "passed"))

    text = f"{HEAD}  - dial: {{name: other, to: sip:1@acme}}\n  - expect: {{call: call, webhooks: 1, within: 2.2}}\n"
    assert play(text, busy)[0].outcome == "passed"


def test_a_slow_request_is_waited_for() -> None:
    def slow(world: PaperWorld, call: PaperCall) -> None:
        common: dict[str, Any] = {"call_sid": sid_of(call), "call_id": call.call_id, "purpose": "status"}
        call.state, call.ended_at = "refused", world.now()
        world.journal.append(
            HttpRequested(at=world.now(), token=9, method="POST", url="http://x/s", **common)
        )

        def fail() -> None:
            world.journal.append(
                HttpAnswered(at=world.now(), token=9, status=500, error_code=15003, **common)
            )
            world.journal.append(
                Alert(
                    at=world.now(), call_sid="", call_id=call.call_id, code=15003, level="warning", text="500"
                )
            )

        world.after(3.0, fail)

    assert expected("{alerts: [], within: 2}", slow).outcome == "failed"
    assert expected("{alerts: [], within: 60}", slow).outcome == "failed"
    assert expected("{alerts: [15003], within: 60}", slow).outcome == "passed"


@pytest.mark.parametrize(
    "expectation", ["{alerts: []}", "{callbacks: []}", "{webhooks: none}", "{fallback: not asked}"]
)
def test_what_was_let_go_is_not_held_to_be_nothing(expectation: str) -> None:
    def endless(world: PaperWorld, call: PaperCall) -> None:
        world.journal.append(
            Alert(at=world.now(), call_sid="", call_id=call.call_id, code=12100, level="error", text="bad")
        )
        for _ in range(CAPACITY_PER_CALL):
            world.decide(call, "domain", "passed")
        call.state, call.ended_at = "ended", world.now()

    (mismatch,) = expected(expectation, endless).mismatches
    assert mismatch.got == "cannot be judged: the first 1 entries of the call were dropped"


def test_silence_of_a_call_that_outlasts_the_ear_cannot_be_judged() -> None:
    def long(world: PaperWorld, call: PaperCall) -> None:
        call.state, call.answered_at = "answered", world.now()
        world.audio = np.zeros(8000, np.int16)
        world.after(601.0, lambda: PaperPhone(world, "alice").hang_up(call))

    (mismatch,) = expected("{heard: silence, within: 700}", long).mismatches
    assert mismatch.got == "cannot be judged: only the first 600 s of a call are kept"


def elsewhere(status: int) -> Plan:
    """An application that keeps no record is asked for instructions, and told of the end."""

    def plan(world: PaperWorld, call: PaperCall) -> None:
        for token, purpose, path in ((1, "voice", "/voice"), (2, "status", "/told")):
            names: dict[str, Any] = {"call_sid": sid_of(call), "call_id": call.call_id, "purpose": purpose}
            common = {"at": world.now(), "token": token, **names}
            told = (("CallStatus", "ringing" if purpose == "voice" else "busy"), ("SipDomain", "acme"))
            url = f"http://pbx.example{path}?shop=7"
            world.journal.append(HttpRequested(**common, method="POST", url=url, parameters=told))
            world.journal.append(HttpAnswered(**common, status=status))
        call.state, call.ended_at, call.responses = "refused", world.now(), [100, 486]

    return plan


def test_what_another_application_was_asked_counts_too() -> None:
    met = "{webhook: /voice, method: POST, parameters: {SipDomain: acme, shop: '7'}, absent: [Digits]}"
    assert expected(met, elsewhere(200)).outcome == "passed"
    assert expected("{webhooks: 1, callbacks: [busy]}", elsewhere(200)).outcome == "passed"
    assert expected("{callback: busy}", elsewhere(200)).outcome == "passed"
    assert expected("{webhook: /voice, signed: true}", elsewhere(200)).mismatches[0].got == "no verdict"
    for wrong in ("{webhooks: none}", "{callbacks: []}"):
        assert expected(wrong, elsewhere(200)).outcome == "failed"


def test_what_nobody_answered_was_asked_but_not_received() -> None:
    assert expected("{webhooks: 1}", elsewhere(0)).outcome == "passed"
    for wrong in ("{webhooks: none}", "{callbacks: []}", "{callbacks: [busy]}", "{webhook: /voice}"):
        assert expected(wrong, elsewhere(0)).outcome == "failed"
    assert expected("{callbacks: [busy]}", elsewhere(0)).mismatches[0].got == "busy (not delivered)"


def test_a_question_and_a_callback_at_the_same_path_are_distinguished() -> None:
    def same(world: PaperWorld, call: PaperCall) -> None:
        world.ask(call, "/all", CallStatus="ringing")
        world.ask(call, "/all", "status", CallStatus="ringing", CallbackSource="call-progress-events")
        # The application's threads wrote them down the other way round.
        world.requests.reverse()
        call.state, call.ended_at = "ended", world.now()

    assert expected("{callback: ringing, absent: [CallbackSource]}", same).outcome == "failed"
    assert expected("{webhook: /all, absent: [CallbackSource]}", same).outcome == "passed"


def test_a_message_that_was_broken_on_its_way_does_not_end_the_call() -> None:
    def broken(world: PaperWorld, call: PaperCall) -> None:
        world.decide(call, "message", "dropped", reason="broken-message")
        world.after(0.5, lambda: good_call(world, call))

    assert expected("{webhooks: none, within: 60}", broken).outcome == "failed"
    assert expected("{dropped: broken-message, within: 60}", broken).outcome == "failed"


def test_keys_cannot_be_pressed_in_a_call_that_is_over() -> None:
    def refused(world: PaperWorld, call: PaperCall) -> None:
        call.state, call.ended_at = "refused", world.now()

    result, world = play(f'{HEAD}  - press: {{keys: "1", within: 60}}\n', refused)
    assert [each.got for each in result.mismatches] == ["refused"]
    assert world.now() == 100.0


def test_every_expectation_says_when_it_is_judged() -> None:
    section = PAGE.read_text("utf-8").partition("### When an expectation is judged")[2].partition("\n### ")[0]
    rows = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`(\w+)", row)}
    details = {"method", "signed", "parameters", "absent", "request_headers", "body", "nth", "count", "save"}
    assert told | details == set(Expect.model_fields) - {"call", "track", "within", "soft"}
