"""The REST step sends what it is told, compares text, and remembers what later steps need."""

from __future__ import annotations

import pytest

from sipdomain.errors import FileError
from tests.unit.scenario.paper import PaperWorld, play

HEAD = "scenario: REST\nsteps:\n"


def domains(world: PaperWorld) -> None:
    world.rest_answers = [
        (201, {"sid": "SD1", "secure": False, "voice_url": None, "domain_name": "acme.sip.twilio.com"}),
        (200, {"domains": [{"sid": "SD1"}], "page": 0}),
        (400, {"code": 21232, "message": "Domain acme.sip.twilio.com already exists."}),
    ]


def test_answers_are_compared_as_text_and_saved() -> None:
    text = f"""{HEAD}
  - rest:
      post: SIP/Domains
      form: {{DomainName: acme.sip.twilio.com, VoiceUrl: "${{app}}/voice"}}
      status: 201
      body: {{secure: false, voice_url: null, domain_name: acme.sip.twilio.com}}
      missing: [password]
      save: {{domain: sid}}
  - rest: {{get: "SIP/Domains/${{domain}}", body: {{domains.0.sid: "${{domain}}", page: 0}}}}
  - rest: {{post: SIP/Domains, status: 400, body: {{code: 21232, message: {{matches: ".*already exists."}}}}}}
"""
    result, world = play(text, prepare=domains)
    assert result.outcome == "passed", result.mismatches
    assert world.rest_asked[:2] == [
        (
            "POST",
            "SIP/Domains",
            {"DomainName": "acme.sip.twilio.com", "VoiceUrl": "http://127.0.0.1:5000/voice"},
        ),
        ("GET", "SIP/Domains/SD1", {}),
    ]


def test_each_difference_is_reported() -> None:
    text = f"""{HEAD}
  - rest: {{post: SIP/Domains, status: 200, body: {{secure: true, nothing: x}}, missing: [sid]}}
"""
    result, _ = play(text, prepare=domains)
    assert [(each.path, each.expected, each.got) for each in result.mismatches] == [
        ("steps[0].rest.status", "200", "201"),
        ("steps[0].rest.body.secure", "true", "false"),
        ("steps[0].rest.body.nothing", "x", "no such field"),
        ("steps[0].rest.missing", "no field `sid`", "SD1"),
    ]


@pytest.mark.parametrize(
    ("field", "above"),
    [("domain.0.sid", "domain.0"), ("domains.zero.sid", "domains.zero"), ("domains.1.sid", "domains.1"),
     ("page.sid", "page"), ("domains.0.sid.x", "domains.0.sid")],
)  # fmt: skip
def test_a_field_is_missing_only_from_what_is_there(field: str, above: str) -> None:
    def a_list(world: PaperWorld) -> None:
        world.rest_answers = [(200, {"domains": [{"sid": "SD1"}], "page": 0})] * 2

    text = f"{HEAD}  - rest: {{get: SIP/Domains, missing: [nothing, domains.1, domains.0.nothing]}}\n"
    result, _ = play(f"{text}  - rest: {{get: SIP/Domains, missing: [{field}]}}\n", prepare=a_list)
    assert [(each.path, each.expected, each.got) for each in result.mismatches] == [
        ("steps[1].rest.missing", f"no field `{field}`", f"nothing at `{above}` to look at")
    ]


@pytest.mark.parametrize(
    ("field", "meant"),
    [("voice_ur", "voice_url"), ("Voice_Url", "voice_url"), ("owner.sdi", None), ("owner.voice_ulr", "voice_url"),
     ("voice_application_sid", None)],
)  # fmt: skip
def test_a_field_that_is_only_misspelt_is_not_missing(field: str, meant: str | None) -> None:
    def an_answer(world: PaperWorld) -> None:
        world.rest_answers = [(200, {"voice_url": "/voice", "owner": {"sid": "AC1", "voice_url": ""}})]

    result, _ = play(f"{HEAD}  - rest: {{get: SIP/Domains/SD1, missing: [{field}]}}\n", prepare=an_answer)
    assert [(each.path, each.expected, each.got) for each in result.mismatches] == (
        [("steps[0].rest.missing", f"no field `{field}`", f"none is spelt so, but {meant} is there")]
        if meant else []
    )  # fmt: skip


def test_a_name_that_was_never_saved_is_an_error() -> None:
    with pytest.raises(FileError, match=r"nothing is known as `\$\{domain\}` here"):
        play(f"{HEAD}\n  - rest: {{get: 'SIP/Domains/${{domain}}'}}\n", prepare=domains)


def test_the_secret_of_a_key_is_known_as_one() -> None:
    def a_key(world: PaperWorld) -> None:
        world.rest_answers = [(201, {"sid": "SK1", "secret": "5ecre7"})]

    result, _ = play(f"{HEAD}\n  - rest: {{post: Keys, status: 200}}\n", prepare=a_key)
    assert result.outcome == "failed"
    assert "5ecre7" in result.secrets


def test_it_asks_again_until_the_answer_is_as_expected() -> None:
    def later(world: PaperWorld) -> None:
        world.rest_answers = [(404, {}), (200, {"calls": []}), (200, {"calls": [{"status": "completed"}]})]

    text = f"{HEAD}  - rest: {{get: Calls, body: {{calls.0.status: completed}}, lengths: {{calls: 1}}, within: 5}}\n"
    result, world = play(text, prepare=later)
    assert (result.outcome, len(world.rest_asked)) == ("passed", 3)


def test_an_answer_that_never_comes_to_be_so_fails_when_the_time_is_up() -> None:
    def never(world: PaperWorld) -> None:
        world.rest_answers = [(200, {"calls": [{}, {}]})] * 30

    text = f"{HEAD}  - rest: {{get: Calls, lengths: {{calls: 1, page: none}}, within: 1}}\n"
    result, world = play(text, prepare=never)
    assert [(each.path, each.expected, each.got) for each in result.mismatches] == [
        ("steps[0].rest.lengths.calls", "a list of 1", "a list of 2"),
        ("steps[0].rest.lengths.page", "a list of 0", "no such list"),
    ]
    assert 1 < len(world.rest_asked) < 30


@pytest.mark.parametrize("step", ["{post: Calls, status: 200}", "{get: Calls, status: 200}"])
def test_without_a_time_of_its_own_it_asks_once(step: str) -> None:
    def refuse(world: PaperWorld) -> None:
        world.rest_answers = [(404, {})]

    result, world = play(f"{HEAD}  - rest: {step}\n", prepare=refuse)
    assert (result.outcome, len(world.rest_asked)) == ("failed", 1)


def test_the_time_that_a_scenario_gives_its_steps_is_not_for_what_would_be_carried_out_again() -> None:
    def refuse(world: PaperWorld) -> None:
        world.rest_answers = [(404, {})]

    text = HEAD.replace("steps:", "within: 3\nsteps:", 1)
    result, world = play(f"{text}  - rest: {{post: Calls, status: 200}}\n", prepare=refuse)
    assert (result.outcome, len(world.rest_asked)) == ("failed", 1)
