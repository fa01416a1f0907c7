"""Live and in virtual time an expectation is judged at the same moment, and says the same."""

from __future__ import annotations

import pytest

from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.world import Substrate
from sipdomain.scenario.worlds import maker

HEAD = """\
scenario: A call that lasts until it is hung up
given:
  credential_lists: {staff: {alice: Correct-Horse-42}}
  domains:
    acme: {calls: [staff], registrations: [staff], voice: /voice, fallback: /sorry}
    other: {calls: [staff], voice: /voice, status: /status}
  app: {/voice: {say: Welcome, pause: 20}, /sorry: {say: Sorry}, /status: {status: 204}}
  phones: {alice: {}}
steps:
"""
DIAL = "  - dial: sip:100@acme\n"
SUBSTRATES: list[Substrate] = ["sim", "live"]

pytestmark = pytest.mark.parametrize("substrate", SUBSTRATES)


def played(substrate: Substrate, steps: str) -> Result:
    return run_scenario(load_scenario_text(HEAD + steps), maker(substrate, speech=False), substrate=substrate)


def said(result: Result) -> list[tuple[str, str]]:
    return [(each.path.rpartition("expect.")[2], each.got) for each in result.mismatches]


def test_a_beginning_of_the_responses_is_not_all_of_them(substrate: Substrate) -> None:
    begins = "  - expect: {responses_begin: [100, 407]}\n"
    result = played(substrate, f"{DIAL}{begins}  - expect: {{responses: [100, 407]}}\n  - hang_up:\n")
    ((field, got),) = said(result)
    assert field == "responses"
    assert got.startswith("100, 407, 100")


def test_what_must_not_be_is_not_judged_before_the_end(substrate: Substrate) -> None:
    wanted = "{alerts: [], fallback: not asked, webhooks: 1, callbacks: [], verbs: [Say, Pause], within: 1.5}"
    assert said(played(substrate, f"{DIAL}  - expect: {wanted}\n")) == [
        (field, "the call was not over after 1.5 s; raise `within`")
        for field in ("verbs", "alerts", "fallback", "webhooks", "callbacks")
    ]


def test_behind_hang_up_it_is(substrate: Substrate) -> None:
    steps = f"{DIAL}  - expect: {{verbs_begin: [Say, Pause]}}\n  - hang_up:\n"
    wanted = (
        "{alerts: [], fallback: not asked, webhooks: 1, callbacks: [], verbs: [Say, Pause], ended_by: phone}"
    )
    assert said(played(substrate, f"{steps}  - expect: {wanted}\n")) == []


def test_what_is_for_good_is_judged_at_once(substrate: Substrate) -> None:
    met = "{responses: [100, 407, 100, 180, 200], status: in-progress, answered: true, webhook: /voice, within: 60}"
    result = played(substrate, f"{DIAL}  - expect: {met}\n  - expect: {{answered: false, within: 60}}\n")
    assert said(result) == [("answered", "answered")]
    # A call that is left standing is given two seconds, and hung up.
    assert result.duration < 10.0


def test_each_register_of_a_phone_is_judged_by_its_own(substrate: Substrate) -> None:
    right = "  - register: {name: right}\n  - expect: {call: right, registered: true}\n"
    wrong = "  - register: {name: wrong, password: Wrong-Horse-42}\n"
    met = "  - expect: {call: wrong, refused: bad-credentials, registered: false, responses: [407, 403]}\n"
    still = "  - expect: {call: right, registered: true, bindings: 1, responses: [407, 200]}\n"
    assert said(played(substrate, f"{right}{wrong}{met}{still}")) == []
    lies = played(substrate, f"{right}{wrong}  - expect: {{call: wrong, registered: true, within: 60}}\n")
    assert said(lies) == [("registered", "not registered")]
    after = "  - register: {name: again}\n  - expect: {call: again, refused: bad-credentials, within: 60}\n"
    ((field, got),) = said(played(substrate, f"{wrong}{met}{after}"))
    assert (field, got) == ("refused", "not refused; the registration is accepted")


def test_a_refresh_is_waited_for_when_the_time_reaches_so_far(substrate: Substrate) -> None:
    twice = "{call: desk, responses: [407, 200, 407, 200], within: %d}"
    steps = "  - register: {name: desk, expires: 600}\n  - expect: {call: desk, responses: [407, 200], within: 60}\n"
    if substrate == "sim":
        assert said(played(substrate, f"{steps}  - expect: {twice % 600}\n")) == []
    soon = played(substrate, f"{steps}  - expect: {twice % 500}\n")
    assert said(soon) == [("responses", "407, 200")]
    assert soon.duration < 10.0


def test_what_has_no_audio_is_silent(substrate: Substrate) -> None:
    refused = "  - dial: {name: call, to: sip:100@acme, password: Wrong-Horse-42}\n"
    assert said(played(substrate, f"{refused}  - expect: {{heard: silence}}\n")) == []


def test_a_registration_never_has_audio_and_is_not_expected_to_be_silent(substrate: Substrate) -> None:
    steps = "  - register: {name: call}\n  - expect: {heard: silence, alerts: []}\n"
    assert said(played(substrate, steps)) == [("heard", "the registration")]
