"""What would hold whatever happens, because what it names is not there, is refused or fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import FileError
from sipdomain.scenario.given import Given
from sipdomain.scenario.keywords import expectation, judged
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.peers.watched import WatchedCall
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.worlds import maker
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
    with pytest.raises(FileError, match="no domain has a fallback URL, so none can be requested"):
        load_scenario_text(HEAD + NOT_ASKED)
    assert load_scenario_text(
        HEAD.replace("voice: /voice", "voice: /voice, fallback: /sorry") + NOT_ASKED
    ).scenario.steps


def test_a_path_that_is_no_fallback_cannot_be_expected_not_to_be_asked_as_one() -> None:
    head = HEAD.replace("voice: /voice", "voice: /voice, fallback: /sorry")
    step = "  - dial: sip:100@acme\n  - expect: {fallback: /voice, count: none}\n"
    with pytest.raises(
        FileError, match="no domain has the fallback URL /voice, so it cannot be requested as one"
    ):
        load_scenario_text(head + step)
    assert load_scenario_text(head + step.replace("/voice", "/sorry")).scenario.steps


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


GIVEN = """\
scenario: A call
given:
  access_lists: {{office: [127.0.0.1]}}
  domains: {{acme: {{calls: [office], voice: /voice}}}}
  app: {app}
  phones: {{alice: {{}}}}
steps:
"""
DIALLED = "  - dial: sip:100@acme\n"


def given(app: str) -> str:
    return GIVEN.format(app=app) + DIALLED


@pytest.mark.parametrize(
    ("app", "steps"),
    [
        ("{/voice: {say: Welcome}}", "  - expect: {unheard: {say: welcome}}\n"),
        ("{/voice: {say: [Hello, Welcome]}}", "  - expect: {unheard: [{say: Hello}, {say: Hello Welcome}]}\n"),
        ("{/voice: {verbs: [{gather: {say: Welcome}}]}}", "  - expect: {unheard: {say: Wellcome}}\n"),
        ("{/voice: {twiml: '<Response><Say>Welcome</Say></Response>'}}", "  - expect: {unheard: {say: Wellcome}}\n"),
        ("{/voice: {say: Hello}}", "  - say: Welcome\n  - expect: {unheard: {say: Wellcome}}\n"),
    ],
)  # fmt: skip
def test_words_that_nobody_says_cannot_be_expected_to_be_unheard(app: str, steps: str) -> None:
    with pytest.raises(FileError, match="nobody says these words, so nobody can hear them") as caught:
        load_scenario_text(given(app) + steps)
    assert caught.value.hint == "did you mean `Welcome`?"


@pytest.mark.parametrize(
    ("app", "steps"),
    [
        ("{/voice: {verbs: [{gather: {say: ' Welcome '}}]}}", ""),
        ("{/voice: {body: Welcome, content_type: text/plain}}", ""),
        ("{/voice: {hangup: }}", "  - say: Welcome\n"),
        ("{/voice: {verbs: [{connect: {conversationrelay: {url: /bot, welcomeGreeting: Welcome}}}]}}", ""),
        (
            "{/voice: {hangup: }}",
            "  - rest: {get: Calls, form: {Twiml: '<Response><ConversationRelay/></Response>'}}\n",
        ),
        ("{/voice: {redirect: 'http://127.0.0.2:5000/more'}}", ""),
        ("{/voice: {redirect: /greeting}}", ""),
        ("{/voice: {verbs: [{say: 'Welcome, ${faker.name}'}]}}", ""),
        ("{/voice: {hangup: }}", "  - external: {command: [/bin/true]}\n"),
        ("{/voice: {hangup: }}", "  - rest: {get: Calls, save: {it: end}, form: {Twiml: '${http}'}}\n"),
    ],
)
def test_words_that_somebody_may_say_can_be_unheard(app: str, steps: str) -> None:
    wanted = "Welcome, ${faker.name}" if "faker" in app else "Welcome"
    text = given(app) + steps + f"  - expect: {{call: call, unheard: {{say: '{wanted}'}}}}\n"
    assert load_scenario_text(text).scenario.steps


@pytest.mark.parametrize(
    ("app", "steps", "tone"),
    [
        ("{/voice: {say: Welcome}}", "", 1000),
        ("{/voice: {verbs: [{record: }]}}", "", 440),
        ("{/voice: {verbs: [{dial: sip:bob@acme}]}}", "", 1000),
        ("{/voice: {play: /tone}, /tone: {file: fixtures/audio/tone-1000-hz.wav}}", "", 440),
        ("{/voice: {say: Welcome}}", "  - play: fixtures/audio/tones/400-hz.wav\n", 1000),
        ("{/voice: {say: Welcome}}", "  - press: {keys: '5', as: inband}\n", 770),
        ("{/voice: {say: Welcome}, /tone: {file: fixtures/audio/tone-1000-hz.wav}}", "", 1000),
    ],
)
def test_a_tone_that_nothing_has_cannot_be_expected_to_be_unheard(app: str, steps: str, tone: int) -> None:
    text = f"{given(app)}{steps}  - expect: {{unheard: {{tone: {tone}}}}}\n"
    with pytest.raises(FileError, match="nothing that is played has this tone, so nobody can hear it"):
        load_scenario_text(text)


@pytest.mark.parametrize(
    ("app", "steps", "tone"),
    [
        ("{/voice: {verbs: [{record: {playBeep: 'false'}}]}}", "", 1000),
        ("{/voice: {verbs: [{dial: {ringTone: fr, text: 'sip:bob@acme'}}]}}", "", 440),
        ("{/voice: {verbs: [{dial: {conference: Weekly}}]}}", "", 800),
        ("{/voice: {verbs: [{enqueue: support}]}}", "", 400),
        ("{/voice: {play: /tone}, /tone: {file: fixtures/audio/tone-1000-hz.wav}}", "", 1000),
        ("{/voice: {play: /tone}, /tone: [{say: Wait}, {file: fixtures/audio/tone-1000-hz.wav}]}", "", 1000),
        ("{/voice: {say: Welcome}}", "  - play: fixtures/audio/tones/400-hz.wav\n", 400),
        ("{/voice: {say: Welcome}}", "  - behave: {cloud: [{early_media: {tone: de}}]}\n", 425),
        ("{/voice: {play: 'http://127.0.0.2:5000/tone.wav'}}", "", 440),
        ("{/voice: {redirect: /play}}", "", 440),
        ("{/voice: {say: Welcome}}", "  - external: {command: [/bin/true]}\n", 440),
        ("http://127.0.0.2:5000", "", 440),
    ],
)
def test_a_tone_that_something_may_have_can_be_unheard(app: str, steps: str, tone: int) -> None:
    text = f"{given(app)}{steps}  - expect: {{call: call, unheard: {{tone: {tone}}}}}\n"
    assert load_scenario_text(text).scenario.steps


@pytest.mark.parametrize("expected", ["marks: []", "cleared: none"])
def test_of_a_media_stream_that_no_call_has_nothing_is_expected_not_to_come(expected: str) -> None:
    step = f"  - expect: {{{expected}}}\n"
    with pytest.raises(FileError, match="no call has a media stream, so none of this can come"):
        load_scenario_text(given("{/voice: {say: Welcome}}") + step)
    streams = "{/voice: {verbs: [{connect: {stream: {url: /bot}}}]}}"
    assert load_scenario_text(given(streams) + step).scenario.steps
    assert load_scenario_text(given("http://127.0.0.2:5000") + step).scenario.steps


NOBODY_LEADS = "cannot be judged: nothing in this scenario leads there"


def played(text: str, folder: Path) -> tuple[str, ...]:
    (folder / "app.py").write_text(APP, encoding="utf-8")
    source = load_scenario_text(text, str(folder / "a.scenario.yaml"))
    result = run_scenario(source, maker("sim"), substrate="sim")
    return tuple(each.got for each in result.mismatches)


APP = """\
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [b"<Response><Gather action='/menu' timeout='1'/><Redirect>last</Redirect></Response>"
            if environ["PATH_INFO"] == "/voice" else b"<Response/>"]
"""


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("webhook: /typo, count: none", (NOBODY_LEADS,)),
        ("webhook: /men, count: none", (NOBODY_LEADS,)),
        ("fallback: /sorry, count: none", (NOBODY_LEADS,)),
        ("webhook: /menu, count: none", ()),
        ("webhook: /last, count: none", ("1",)),
        ("webhook: /voice, parameters: {CallStatus: busy}, count: none", ()),
    ],
)
def test_of_an_unknown_application_a_path_is_not_asked_where_something_leads_there(
    expected: str, got: tuple[str, ...], tmp_path: Path
) -> None:
    text = given("app.py") + f"  - expect: {{{expected}, within: 9}}\n"
    assert played(text, tmp_path) == got


def test_a_path_that_a_step_gave_to_the_rest_api_may_be_asked(tmp_path: Path) -> None:
    steps = (
        "  - rest: {get: SIP/Domains, save: {sid: domains.0.sid}}\n"
        "  - rest: {post: 'SIP/Domains/${sid}', form: {VoiceFallbackUrl: '${app}/new'}}\n"
        "  - expect: {fallback: /new, count: none, within: 9}\n"
    )
    assert played(given("app.py") + steps, tmp_path) == ()


@pytest.mark.parametrize(
    "expected",
    ["callbacks: []", "callback: busy, count: none", "callbacks: {documented: [], observed: [busy]}"],
)
def test_callbacks_that_nobody_could_be_told_cannot_be_expected_not_to_come(expected: str) -> None:
    text = given("{/voice: {say: Welcome}, /status: {status: 204}}") + f"  - expect: {{{expected}}}\n"
    with pytest.raises(FileError, match="no status URL is set, so no status callback can come"):
        load_scenario_text(text)
    assert load_scenario_text(
        text.replace("voice: /voice}", "voice: /voice, status: /status}")
    ).scenario.steps
    dials = "{/voice: {verbs: [{dial: {number: {statusCallback: /status, text: '+15551230001'}}}]}, /status: {status: 204}}"
    step = f"  - expect: {{{expected}}}\n"
    assert load_scenario_text(given(dials) + step).scenario.steps


NO_TONE = "cannot be judged: nothing was played that may have a tone"
NO_STREAM = "cannot be judged: no call has a media stream"


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("unheard: {tone: 440}", (NO_TONE,)),
        ("marks: []", (NO_STREAM,)),
        ("cleared: none", (NO_STREAM,)),
        ("callbacks: []", ("cannot be judged: no status URL is set",)),
        ("callback: busy, count: none", ("cannot be judged: no status URL is set",)),
        ("marks: [greeting]", ("none",)),
    ],
)
@pytest.mark.parametrize("app", ["app.py", "flow:greeting"])
def test_of_an_unknown_application_what_must_not_come_could_have_come(
    app: str, expected: str, got: tuple[str, ...], tmp_path: Path
) -> None:
    head = given(app).replace(", voice: /voice", "" if app.startswith("flow") else ", voice: /voice")
    assert played(head + f"  - expect: {{{expected}, within: 20}}\n", tmp_path) == got


def test_a_tone_may_be_unheard_where_a_file_was_played(tmp_path: Path) -> None:
    head = given("flow:play").replace(", voice: /voice", "")
    assert played(head + "  - expect: {unheard: {tone: 3333}, within: 30}\n", tmp_path) == ()


def test_the_path_of_another_flow_proves_nothing_where_nothing_leads_there(tmp_path: Path) -> None:
    head = given("flow:greeting").replace(", voice: /voice", "")
    assert played(head + "  - expect: {webhook: /menu, count: none, within: 20}\n", tmp_path) == (
        NOBODY_LEADS,
    )
