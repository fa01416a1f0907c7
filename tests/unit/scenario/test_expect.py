"""Every expectation is met by what it names, and says what came instead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sipdomain.entries import Alert
from sipdomain.scenario.expect.ear import tone_share
from tests.unit.scenario.paper import PaperCall, PaperWorld, good_call, play

HEAD = "scenario: A call\ngiven: {phones: {alice: {}}}\nsteps:\n  - dial: sip:100@acme\n"


def refused(world: PaperWorld, call: PaperCall) -> None:
    def refuse() -> None:
        world.decide(call, "credentials", "challenged")
        world.decide(call, "credentials", "refused", reason="bad-credentials", code=32202)
        call.responses, call.state = [100, 407, 100, 403], "refused"
        call.final_headers = [("X-Twilio-Error", "32202 Authentication failure - bad user credentials.")]

    world.after(0.1, refuse)


def dropped(world: PaperWorld, call: PaperCall) -> None:
    world.after(0.1, lambda: world.decide(call, "access-list", "dropped", reason="address-not-listed"))


def fell_back(world: PaperWorld, call: PaperCall) -> None:
    def answer() -> None:
        world.ask(call, "/voice", error_code=11200)
        world.journal.append(
            Alert(at=world.now(), call_sid="", call_id=call.call_id, code=11200, level="error", text="500")
        )
        world.ask(call, "/sorry", "fallback", ErrorCode="11200", ErrorUrl=f"{world.app_url}/voice")
        call.responses, call.state, call.answered_at = [100, 180, 200], "answered", world.now()
        world.audio = np.full(8000, 3, np.int16)

    def end() -> None:
        call.state, call.ended_by = "ended", "them"

    world.after(0.1, answer)
    world.after(0.5, end)


Plan = Callable[[PaperWorld, PaperCall], None]


@pytest.mark.parametrize(
    ("plan", "expectation"),
    [
        (refused, "{refused: bad-credentials, webhooks: none, challenged: 407}"),
        (refused, '{headers: {X-Twilio-Error: {matches: "32202 .*"}}, answered: false}'),
        (dropped, "{dropped: address-not-listed, webhooks: none, responses: []}"),
        (dropped, "{dropped: {documented: address-not-listed}, refused: {observed: address-not-listed}}"),
        (fell_back, "{fallback: /sorry, parameters: {ErrorCode: 11200}}"),
        (fell_back, "{webhooks: 2, alerts: [11200], ended_by: cloud}"),
        (fell_back, "{heard: silence}"),
        (good_call, "{callbacks: {documented: [completed], observed: []}}"),
    ],
)
def test_what_is_seen_is_met(plan: Plan, expectation: str) -> None:
    result, _ = play(f"{HEAD}  - expect: {expectation}\n", plan)
    assert result.outcome == "passed", result.mismatches


@pytest.mark.parametrize(
    ("plan", "expectation", "path", "expected", "got"),
    [
        (refused, "{refused: unknown-domain}", "refused", "unknown-domain", "refused for bad-credentials"),
        (refused, "{dropped: bad-credentials}", "dropped", "bad-credentials", "not dropped; the call is refused"),
        (good_call, "{refused: bad-credentials}", "refused", "bad-credentials", "not refused; the call is answered"),
        (good_call, "{challenged: 401}", "challenged", "a challenge with 401", "responses 100, 407, 100, 180, 200"),
        (good_call, "{answered: false}", "answered", "never answered", "answered"),
        (good_call, "{ended_by: phone}", "ended_by", "the phone", "the cloud"),
        (good_call, "{status: busy}", "status", "busy", "ringing → in-progress → completed"),
        (good_call, "{verbs: [Say, Hangup]}", "verbs", "Say, Hangup", "Say"),
        (good_call, "{alerts: [11200]}", "alerts", "11200", "none"),
        (good_call, "{webhook: /other}", "webhook", "/other", "no such request"),
        (good_call, "{webhook: /voice, method: GET}", "method", "GET", "POST"),
        (good_call, "{webhook: /voice, signed: false}", "signed", "an invalid or missing signature",
         "a valid signature"),
        (good_call, "{webhook: /voice, parameters: {SipHeader_X: a=1}}", "parameters.SipHeader_X", "a=1", "a=1;b=2"),
        (good_call, "{webhook: /voice, parameters: {sipheader_x: a=1}}", "parameters.sipheader_x", "a=1",
         "no such parameter"),
        (good_call, "{webhook: /voice, absent: [From]}", "absent", "no parameter From",
         "sip:alice@acme.sip.twilio.com"),
        (good_call, "{webhook: /voice, absent: [from]}", "absent", "no parameter from",
         "none is spelt so, but From is there"),
        (good_call, "{webhooks: none}", "webhooks", "none", "1"),
        (good_call, "{webhooks: 2}", "webhooks", "2", "1"),
        (good_call, "{callbacks: [ringing, answered]}", "callbacks", "ringing, answered", "completed"),
        (good_call, "{callback: busy}", "callback", "busy", "no such request"),
        (good_call, "{headers: {Serve: Twilio}}", "headers.Serve", "Twilio", "no such header field"),
        (good_call, "{heard: silence}", "heard", "silence", "sound with a peak of"),
        (good_call, "{heard: {say: Farewell}}", "heard", "the words “Farewell”", "0.8 s of audio, at best"),
        (good_call, "{heard: {tone: 440}}", "heard", "a tone of 440 Hz", "at best"),
        (fell_back, "{fallback: not asked}", "fallback", "not asked", "http://127.0.0.1:5000/sorry"),
        (fell_back, "{fallback: /voice}", "fallback", "/voice", "no such request"),
    ],
)  # fmt: skip
def test_what_is_not_seen_is_said(plan: Plan, expectation: str, path: str, expected: str, got: str) -> None:
    result, _ = play(f"{HEAD}  - expect: {expectation}\n", plan)
    assert result.outcome == "failed"
    mismatch = result.mismatches[0]
    assert mismatch.path == f"steps[1].expect.{path}"
    assert mismatch.expected == expected
    assert mismatch.got.startswith(got)


def test_a_missing_parameter_names_those_that_are_nearly_called_so() -> None:
    result, _ = play(f"{HEAD}  - expect: {{webhook: /voice, parameters: {{sipheader_x: a}}}}\n", good_call)
    assert result.mismatches[0].near == ("SipHeader_X = a=1;b=2",)


def test_a_missing_webhook_names_what_was_asked() -> None:
    result, _ = play(f"{HEAD}  - expect: {{webhook: /vioce}}\n", good_call)
    assert result.mismatches[0].near == ("POST /voice (voice)",)


def test_all_that_is_unmet_at_once_is_reported() -> None:
    result, _ = play(f"{HEAD}  - expect: {{ended_by: phone, webhook: /other}}\n", good_call)
    assert [each.path for each in result.mismatches] == [
        "steps[1].expect.ended_by",
        "steps[1].expect.webhook",
    ]


def test_none_is_judged_only_when_the_call_is_over_and_quiet() -> None:
    def late(world: PaperWorld, call: PaperCall) -> None:
        refused(world, call)
        world.after(0.1, lambda: world.ask(call, "/voice"))

    assert play(f"{HEAD}  - expect: {{webhooks: none}}\n", late)[0].outcome == "failed"


@pytest.mark.parametrize(("frequency", "share"), [(440.0, 1.0), (450.0, 1.0), (480.0, 0.0), (880.0, 0.0)])
def test_a_tone_is_known_by_its_frequency(frequency: float, share: float) -> None:
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(1600) / 8000)).astype(np.int16)
    assert tone_share(tone, frequency) == pytest.approx(share, abs=0.01)
