"""What would hold whatever happens, because what it names is not there, is refused or fails."""

from __future__ import annotations

import pytest

from sipdomain.errors import FileError
from sipdomain.scenario.given import Given
from sipdomain.scenario.keywords import expectation, judged
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.peers.watched import WatchedCall
from sipdomain.scenario.stage import Stage
from tests.unit.scenario.paper import PaperWorld, nothing

HEAD = """\
scenario: A call
given:
  domains: {acme: {voice: /voice}}
  app: {/voice: {say: Welcome}, /sorry: {say: Sorry}}
  phones: {alice: {}}
steps:
"""
NOT_ASKED = "  - dial: sip:100@acme\n  - expect: {fallback: not asked}\n"


def test_a_fallback_that_no_domain_has_cannot_be_expected_not_to_be_asked() -> None:
    with pytest.raises(FileError, match="no domain has a fallback URL that could be asked"):
        load_scenario_text(HEAD + NOT_ASKED)
    assert load_scenario_text(
        HEAD.replace("voice: /voice", "voice: /voice, fallback: /sorry") + NOT_ASKED
    ).scenario.steps


@pytest.mark.parametrize(
    "step",
    [
        "  - rest: {post: SIP/Domains, form: {DomainName: new.sip.twilio.com, VoiceFallbackUrl: '${app}/sorry'}}\n",
        "  - external: {command: [/bin/true]}\n",
    ],
)
def test_a_step_may_give_a_domain_its_fallback(step: str) -> None:
    assert load_scenario_text(HEAD + step + NOT_ASKED).scenario.steps


@pytest.mark.parametrize(
    ("request_", "hint"),
    [
        ("get: SIP/Domians", "did you mean `SIP/Domains`?"),
        ("delete: SIP/CredentialList/CL9", "did you mean `SIP/CredentialLists`?"),
        ("post: Call", "did you mean `Calls`?"),
        ("get: /2010-04-01/Accounts/AC9/Call.json", "`Calls`"),
        ("get: /v2/Events", ""),
    ],
)
def test_what_the_rest_api_does_not_have_is_not_found_whatever_happens(request_: str, hint: str) -> None:
    with pytest.raises(FileError, match="the REST API has no `") as caught:
        load_scenario_text(f"{HEAD}  - rest: {{{request_}, status: 404}}\n")
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "request_",
    [
        "get: SIP/Domains/SD9", "delete: Recordings/RE9", "get: Calls/CA9/Recordings", "get: Recordings/RE9.wav",
        "get: /2010-04-01/Accounts/AC9.json", "get: /v1/Alerts/NO9",
    ],
)  # fmt: skip
def test_what_the_rest_api_may_have_is_looked_for(request_: str) -> None:
    assert load_scenario_text(f"{HEAD}  - rest: {{{request_}, status: 404}}\n").scenario.steps


def test_what_a_rest_answer_saved_may_be_a_path() -> None:
    steps = (
        "  - rest: {get: SIP/Domains, save: {domain: domains.0.sid, uri: domains.0.uri}}\n"
        "  - rest: {get: 'SIP/Domains/${domain}', status: 404}\n"
        "  - rest: {get: '${uri}', status: 404}\n"
    )
    assert load_scenario_text(HEAD + steps).scenario.steps


@pytest.mark.parametrize(
    "words",
    [
        {"webhooks": 0}, {"callbacks": ()}, {"alerts": ()}, {"verbs": ()}, {"legs": 0}, {"pressed": "none"},
        {"fallback": "not asked"}, {"answered": False}, {"registered": False}, {"dialled": ()},
        {"message": {"method": "BYE", "count": "none"}}, {"callback": "busy", "count": "none"},
    ],
    ids=lambda words: next(iter(words)),
)  # fmt: skip
def test_of_a_foreign_call_that_never_came_nothing_holds(words: dict[str, object]) -> None:
    world = PaperWorld("documented", nothing)
    stage = Stage(world, Given())
    watched = WatchedCall(world.journal, known=())
    stage.add_foreign_call("sipp", watched)
    watched.phone_is_gone(world.now())
    (mismatch,) = world.run(judged(expectation(words), stage, watched))
    assert mismatch.got == "no such call came: the foreign phone made none"
