"""What is said of an expectation at another SIP domain: each look has its sight, and none passes by being unseen."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from sipdomain.entries import HttpRequested
from sipdomain.scenario import expect
from sipdomain.scenario.compare.comparison import Comparison
from sipdomain.scenario.compare.outside import OF_THE_APPLICATION, SIGHTS
from sipdomain.scenario.compare.provisionable import reason_not_to_compare
from sipdomain.scenario.compare.verdict import Verdict
from sipdomain.scenario.given import Given
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.world import Profile, World
from sipdomain.sip.outputs import Address
from tests.unit.scenario.paper import PaperCall, PaperWorld, good_call, nothing

LOOPBACK = Address("127.0.0.1", 5060)
GIVEN = (
    "credential_lists: {staff: {alice: Correct-Horse-42}}, domains: {acme: {calls: [staff], voice: /voice}}"
)


def looks() -> Iterator[Callable[..., Any]]:
    """Yield all that looks at an expectation: what takes a stage and a call, and returns a finding."""
    for each in pkgutil.iter_modules(expect.__path__):
        module = importlib.import_module(f"{expect.__name__}.{each.name}")
        for name, found in inspect.getmembers(module):
            if getattr(found, "__module__", "") != module.__name__ or name.startswith("_"):
                continue
            look = found.look if inspect.isclass(found) and hasattr(found, "look") else found
            if inspect.isfunction(look) and _is_look(look):
                yield look


def _is_look(function: Callable[..., Any]) -> bool:
    given = [each for each in inspect.signature(function).parameters if each != "self"]
    return given[:2] == ["stage", "call"] and inspect.signature(function).return_annotation == "Finding"


def test_of_every_look_it_is_said_how_much_is_seen_from_outside() -> None:
    known = {each for each in looks() if each.__name__ != "unless_lost"}
    assert len(known) > 20
    assert known - SIGHTS.keys() == set()
    assert SIGHTS.keys() - known == set()
    assert SIGHTS.keys() >= OF_THE_APPLICATION


def compared(
    expected: str, plan: Callable[[PaperWorld, PaperCall], None], *answers: tuple[int, dict[str, Any]]
) -> list[Verdict]:
    """Judge an expectation of one call, whose timetable a plan makes, from outside; the REST API gives the answers."""
    text = f"scenario: A call\ngiven: {{phones: {{alice: {{}}}}}}\nsteps:\n  - dial: sip:100@acme\n  - expect: {expected}\n"
    comparison = Comparison()

    def make(given: Given, *, profile: Profile, seed: int) -> World:
        world = PaperWorld(profile, plan)
        world.rest_answers = list(answers)
        return cast("World", world)

    run_scenario(load_scenario_text(text), make, substrate="live", comparison=comparison)
    return comparison.verdicts


def refusing(status: int) -> Callable[[PaperWorld, PaperCall], None]:
    """Return the plan of a call that is refused."""

    def plan(world: PaperWorld, call: PaperCall) -> None:
        def refuse() -> None:
            call.responses += [100, status]
            call.state, call.ended_at = "refused", world.now()

        world.after(0.2, refuse)

    return plan


def found(verdicts: list[Verdict]) -> list[tuple[str, str, str, str]]:
    """Return the outcome, the word, what was expected and what came of each."""
    return [(each.outcome, each.path.rpartition(".")[2], each.expected, each.came) for each in verdicts]


def test_a_refusal_with_the_same_status_is_not_known_to_have_the_same_reason() -> None:
    verdicts = compared("{refused: bad-credentials}", refusing(403))
    assert found(verdicts) == [("could not tell", "refused", "403 (bad-credentials)", "403")]
    assert verdicts[0].why == "the status is the same; the reason is not seen from outside"


@pytest.mark.parametrize(
    ("expected", "plan", "wanted", "came"),
    [
        ("refused: bad-credentials", refusing(404), "403 (bad-credentials)", "404"),
        ("refused: bad-credentials", good_call, "403 (bad-credentials)", "the call is answered"),
        ("dropped: address-not-listed", refusing(403), "no response (address-not-listed)", "100, 403"),
        ("challenged: 407", refusing(401), "a challenge with 407", "responses 100, 401"),
        ("responses: [100, 403]", refusing(404), "100, 403", "100, 404"),
        ("answered: true", nothing, "answered", "trying"),
    ],
)
def test_what_differs_is_named(
    expected: str, plan: Callable[[PaperWorld, PaperCall], None], wanted: str, came: str
) -> None:
    word = expected.partition(":")[0]
    assert found(compared(f"{{{expected}}}", plan)) == [("differs", word, wanted, came)]


def test_what_happens_within_the_target_could_not_be_told_whether_it_is_so_or_not() -> None:
    words = "verbs: [Say], pressed: none, decision: {check: domain, outcome: passed}, legs: none"
    verdicts = compared(f"{{{words}}}", good_call)
    assert [(each.outcome, each.expected) for each in verdicts] == [("could not tell", "")] * 4
    assert all(each.why for each in verdicts)


def test_silence_is_the_same_though_the_phone_still_tries() -> None:
    verdicts = compared("{responses: [], dropped: address-not-listed}", nothing)
    assert [each.outcome for each in verdicts] == ["same", "could not tell"]
    assert verdicts[0].came == "nothing came"


def test_each_expectation_is_judged_though_another_one_differs() -> None:
    verdicts = compared("{responses: [100, 200], answered: false}", refusing(403))
    assert [each.outcome for each in verdicts] == ["differs", "same"]


@pytest.mark.parametrize(
    ("given", "step", "why"),
    [
        ("bins: {a: <Response/>}", "dial: sip:1@acme", "TwiML bins cannot be made by the REST API"),
        (
            "cloud: {status: {code: 503}}",
            "dial: sip:1@acme",
            "what `cloud` asks of the far end, our emulator does, and no other does on purpose",
        ),
        (
            "dns: false",
            "behave: {cloud: {silence: {}}}",
            "what `cloud` asks of the far end, our emulator does, and no other does on purpose",
        ),
        (
            "webhook_faults: {double: {}}",
            "dial: sip:1@acme",
            "faults of webhooks and of audio are injected by our emulator",
        ),
        (
            "numbers: {'+15551234567': busy}",
            "dial: sip:1@acme",
            "simulated numbers and clients are of our emulator only",
        ),
        (
            "route_set: true",
            "dial: sip:1@acme",
            "`dns`, `ipv6`, `listen` and `route_set` are settings of our emulator",
        ),
        (
            "phones: {bob: {transport: tls}}",
            "dial: sip:1@acme",
            "the phone bob needs TLS, which is not compared",
        ),
        (
            "phones: {bob: {address: 127.0.0.10}}",
            "dial: sip:1@acme",
            "the phone bob calls from 127.0.0.10, from where 192.168.1.5 is not reached",
        ),
        (
            "phones: {bob: {}}",
            "wait_until: {calls: none}",
            "`wait_until` waits for something within the target, which is not seen from outside",
        ),
    ],
)
def test_what_a_target_cannot_be_given_is_known_beforehand(given: str, step: str, why: str) -> None:
    phones = "" if "phones" in given else "  phones: {bob: {}}\n"
    source = load_scenario_text(f"scenario: A\ngiven:\n  {given}\n{phones}steps:\n  - {step}\n")
    assert reason_not_to_compare(source, Address("192.168.1.5", 5060)) == why


def test_a_plain_scenario_can_be_compared() -> None:
    source = load_scenario_text(
        f"scenario: A\ngiven: {{{GIVEN}, app: {{/voice: {{say: Hi}}}}, phones: {{alice: {{address: 127.0.0.10}}}}}}\n"
        "steps:\n  - dial: sip:1@acme\n  - wait_until: {webhook: /voice}\n"
    )
    assert reason_not_to_compare(source, LOOPBACK) == ""


def alert(code: int, sid: str = "CA" + "1".zfill(32)) -> dict[str, str]:
    """Return an alert as the Monitor API has it."""
    return {"error_code": str(code), "resource_sid": sid}


@pytest.mark.parametrize(
    ("expected", "there", "outcome", "came"),
    [
        ("[11200]", [alert(13227, "CA" + "2".zfill(32)), alert(11200)], "same", "11200"),
        ("[11200, 13227]", [alert(13227), alert(11200)], "same", "11200, 13227"),
        ("[]", [alert(11200, "CA" + "2".zfill(32))], "same", "none"),
        ("[]", [alert(11200)], "differs", "11200"),
        ("[11200]", [alert(12100)], "differs", "12100"),
        ("[11200]", [], "could not tell", ""),
    ],
)
def test_alerts_are_looked_up(expected: str, there: list[dict[str, str]], outcome: str, came: str) -> None:
    (verdict,) = compared(f"{{alerts: {expected}}}", good_call, (200, {"alerts": there}))
    assert (verdict.outcome, verdict.came) == (outcome, came)


def test_where_there_is_no_monitor_alerts_could_not_be_told() -> None:
    (verdict,) = compared("{alerts: []}", good_call, (404, {}))
    assert (verdict.outcome, verdict.why) == ("could not tell", "its Monitor API answers 404")


def unnotified(world: PaperWorld, call: PaperCall) -> None:
    """A good call of whose end the application is not notified."""

    def answer() -> None:
        world.ask(call, "/voice")
        call.responses = [100, 200]
        call.state, call.answered_at = "answered", world.now()

    def end() -> None:
        call.state, call.ended_by, call.ended_at = "ended", "them", world.now()

    world.after(0.2, answer)
    world.after(1.7, end)


@pytest.mark.parametrize(("status", "outcome"), [("completed", "same"), ("failed", "differs")])
def test_a_status_of_which_the_application_was_not_notified_is_looked_up(status: str, outcome: str) -> None:
    (verdict,) = compared("{status: completed}", unnotified, (200, {"status": status}))
    assert (verdict.outcome, verdict.came) == (outcome, status)


def test_a_status_before_the_last_could_not_be_told_without_a_callback() -> None:
    (verdict,) = compared("{status: ringing}", unnotified)
    assert verdict.outcome == "could not tell"


def test_what_is_recorded_could_not_be_told_of_words_tones_and_lengths() -> None:
    for expected in ("{say: Welcome}", "{tone: 1000}", "{length: 1..2}"):
        (verdict,) = compared(f"{{recorded: {expected}}}", good_call)
        assert (verdict.outcome, verdict.why) == (
            "could not tell",
            "recordings of the target are not fetched",
        )


def test_words_in_silence_differ_and_words_in_another_voice_could_not_be_told() -> None:
    assert [each.outcome for each in compared("{heard: {say: Welcome}}", good_call)] == ["same"]
    assert [each.outcome for each in compared("{heard: {say: Welcome}}", unnotified)] == ["differs"]
    (verdict,) = compared("{heard: {say: Goodbye to all of you}}", good_call)
    assert (verdict.outcome, verdict.why[:43]) == (
        "could not tell",
        "its voice may be another one than ours (0.8",
    )


def test_a_request_that_names_no_call_may_be_the_one_that_is_missed() -> None:
    def plan(world: PaperWorld, call: PaperCall) -> None:
        good_call(world, call)
        world.journal.append(
            HttpRequested(
                at=world.now(),
                token=99,
                call_sid="",
                call_id="",
                purpose="recording",
                method="POST",
                url="http://127.0.0.1:5000/recorded",
            )
        )

    (verdict,) = compared("{webhook: /recorded}", plan)
    assert (verdict.outcome, verdict.why) == (
        "could not tell",
        "requests at /recorded came, but name no call",
    )
    (verdict,) = compared("{webhook: /other}", plan)
    assert (verdict.outcome, verdict.came) == ("differs", "no such request")


def registering(*contacts: str) -> Callable[[PaperWorld, PaperCall], None]:
    """Return the plan of a REGISTER that is accepted, with these bindings in its answer."""

    def plan(world: PaperWorld, call: PaperCall) -> None:
        call.method = "REGISTER"

        def accept() -> None:
            call.responses += [200]
            call.final_headers = [("Contact", each) for each in contacts]
            call.state, call.ended_at = "ended", world.now()

        world.after(0.2, accept)

    return plan


@pytest.mark.parametrize(
    ("expected", "contacts", "outcome"),
    [
        ("true", ("<sip:alice@127.0.0.1>",), "same"),
        ("true", (), "differs"),
        ("false", (), "same"),
        ("false", ("<sip:alice@127.0.0.1>",), "could not tell"),
    ],
)
def test_a_registration_is_known_by_the_bindings_in_its_answer(
    expected: str, contacts: tuple[str, ...], outcome: str
) -> None:
    (verdict,) = compared(f"{{registered: {expected}}}", registering(*contacts))
    assert verdict.outcome == outcome
