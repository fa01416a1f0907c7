"""Which words of a foreign application the emulator has to render, to know them."""

from __future__ import annotations

from sipdomain.scenario.foreign_words import words_to_know
from sipdomain.scenario.loader import load_scenario_text

TEXT = """scenario: Words
given:
  domains: {acme: {voice: /voice}}
  app: http://127.0.0.1:5000
  phones: {alice: {}, bob: {}}
steps:
  - dial: {to: sip:100@acme, phone: alice}
  - expect: {heard: {say: One}}
  - expect: {heard: [{tone: 440}, {say: Two}]}
  - expect: {heard: silence}
  - expect: {webhook: /voice, save: {known: parameters.CallSid}}
  - expect: {heard: {say: "Not ${known}"}}
  - parallel:
      - [{dial: {to: sip:100@acme, phone: bob, name: second}}, {expect: {call: second, heard: {say: Three}}}]
      - [{expect: {heard: {say: Four}}}]
"""


def test_all_words_that_phones_are_to_hear_are_known_but_those_that_are_filled_in_later() -> None:
    scenario = load_scenario_text(TEXT, "words.scenario.yaml").scenario
    assert list(words_to_know(scenario.steps)) == ["One", "Two", "Three", "Four"]
