"""A request that none of a path's replies is for fails the scenario, whatever else was expected."""

from __future__ import annotations

from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

TEXT = """scenario: Replies
given:
  access_lists: {office: [127.0.0.1]}
  domains: {acme: {calls: [office], voice: /voice}}
  app:
    /voice: [{when: {method: GET}, say: Hello}, {when: {parameters: {To: "sip:200@acme.sip.twilio.com"}}, reject: busy}]
  phones: {alice: {}}
steps:
  - dial: sip:NUMBER@acme
  - expect: {webhook: /voice}
"""


def test_a_request_without_a_reply_fails_the_scenario_and_is_named_at_the_path() -> None:
    source = load_scenario_text(TEXT.replace("NUMBER", "100"), "replies.scenario.yaml")
    result = run_scenario(source, maker("sim", speech=False), substrate="sim")
    assert result.outcome == "failed"
    (mismatch,) = result.mismatches
    assert (mismatch.path, mismatch.got) == (
        "given.app./voice", "none for POST /voice with To=sip:100@acme.sip.twilio.com",
    )  # fmt: skip
    assert mismatch.where is not None
    assert (mismatch.where.line, mismatch.where.column) == (6, 5)


def test_a_request_with_a_reply_passes() -> None:
    source = load_scenario_text(TEXT.replace("NUMBER", "200"), "replies.scenario.yaml")
    assert run_scenario(source, maker("sim", speech=False), substrate="sim").outcome == "passed"


def test_a_reply_is_for_what_matches_a_pattern() -> None:
    text = TEXT.replace('To: "sip:200@acme.sip.twilio.com"', "To: {matches: 'sip:2[0-9]+@.*'}")
    outcomes = [
        run_scenario(
            load_scenario_text(text.replace("NUMBER", number), "replies.scenario.yaml"),
            maker("sim", speech=False),
            substrate="sim",
        ).outcome
        for number in ("200", "277", "300")
    ]
    assert outcomes == ["passed", "passed", "failed"]
