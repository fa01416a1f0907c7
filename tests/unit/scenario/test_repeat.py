"""`repeat` does the same several times, and counts."""

from __future__ import annotations

from tests.unit.scenario.paper import PaperCall, PaperWorld, good_call, play

HEAD = "scenario: Again\ngiven: {phones: {a: {}}}\nsteps:\n"


def test_each_round_has_its_number() -> None:
    text = f"""{HEAD}
  - repeat:
      times: 3
      steps:
        - dial: {{name: "call-${{index}}", to: "sip:10${{index}}@acme"}}
        - hang_up:
  - expect: {{call: call-2, ended_by: phone}}
"""
    result, world = play(text, good_call)
    assert result.outcome == "passed", result.mismatches
    assert [each[0] for each in world.dialled] == [
        "sip:101@acme.sip.twilio.com",
        "sip:102@acme.sip.twilio.com",
        "sip:103@acme.sip.twilio.com",
    ]
    assert list(result.calls.values()) == ["call-1", "call-2", "call-3"]


def test_a_failure_says_in_which_round() -> None:
    def second_is_refused(world: PaperWorld, call: PaperCall) -> None:
        if len(world.calls) == 2:
            call.state, call.responses, call.ended_at = "refused", [100, 404], world.now()
        else:
            good_call(world, call)

    text = f"{HEAD}  - repeat: {{times: 3, steps: [{{dial: sip:1@acme}}, {{press: {{keys: 1}}}}]}}\n"
    result, world = play(text, second_is_refused)
    assert [(each.path, each.got, each.near) for each in result.mismatches] == [
        ("steps[0].repeat.steps[1].press", "refused", ("in round 2",))
    ]
    where = result.mismatches[0].where
    assert where is not None
    assert (where.line, where.column) == (4, 53)
    assert len(world.calls) == 2


def test_the_inner_one_of_two_rounds_counts() -> None:
    text = f"""{HEAD}
  - repeat:
      times: 2
      steps:
        - repeat: {{times: 2, steps: [{{dial: "sip:${{index}}@acme"}}, {{hang_up: }}]}}
        - dial: sip:outer-${{index}}@acme
        - hang_up:
"""
    result, world = play(text, good_call)
    assert result.outcome == "passed", result.mismatches
    assert [each[0].partition("@")[0] for each in world.dialled] == [
        "sip:1", "sip:2", "sip:outer-1", "sip:1", "sip:2", "sip:outer-2",
    ]  # fmt: skip


def test_what_a_round_remembers_is_known_afterwards() -> None:
    def answers(world: PaperWorld) -> None:
        world.rest_answers = [(200, {"sid": "CA1"}), (200, {"sid": "CA2"}), (200, {})]

    text = f"""{HEAD}
  - repeat: {{times: 2, steps: [{{rest: {{get: "Calls/${{index}}", save: {{sid: sid}}}}}}]}}
  - rest: {{get: "Calls/${{sid}}"}}
"""
    result, world = play(text, prepare=answers)
    assert result.outcome == "passed", result.mismatches
    assert [each[1] for each in world.rest_asked] == ["Calls/1", "Calls/2", "Calls/CA2"]
