"""The words of `expect` in Python: those of scenario files, and a clear error for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sipdomain.scenario.given import Given
from sipdomain.scenario.keywords import expectation, given_in_words, with_application
from sipdomain.scenario.steps.expect import Expect


def test_python_s_values_are_what_yaml_would_read() -> None:
    words = expectation(
        {
            "responses": (100, 407), "answered": True, "heard": {"say": "Hello"}, "webhook": "/voice",
            "parameters": {"Digits": 42, "To": {"matches": "sip:.*"}}, "within": 0.5,
            "callbacks": {"documented": ["initiated"], "observed": ["completed"]},
        }
    )  # fmt: skip
    assert words == Expect.model_validate(
        {
            "responses": ["100", "407"], "answered": "true", "heard": {"say": "Hello"}, "webhook": "/voice",
            "parameters": {"Digits": "42", "To": {"matches": "sip:.*"}}, "within": "0.5",
            "callbacks": {"documented": ["initiated"], "observed": ["completed"]},
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"respones": [100]}, "expect(respones=…): unknown key `respones`; did you mean `responses`?"),
        ({"heard": {"sya": "x"}}, "expect(heard.sya=…): unknown key `sya`; did you mean `say`?"),
        ({"responses": [100, "ok"]}, "expect(responses[1]=…): `ok` is not a whole number; "),
        (
            {"message": {"method": "INVTE", "count": 0}},
            "expect(message.method=…): there is no method `INVTE`; did you mean `INVITE`?",
        ),
        (
            {"order": [{"method": "INVITE"}, {"status": 200, "of": "BUY"}]},
            "expect(order[1].of=…): there is no method `BUY`; did you mean `BYE`?",
        ),
        ({"status": "finished"}, "expect(status=…): `finished` is not known here; "),
        ({"call": "one"}, "expect: `call` is not a word here; the call is the first argument"),
        ({"answered": None}, "expect(answered=…): NoneType is not a value here; write text, a number, "),
        ({"headers": {"X": object()}}, "expect(headers.X=…): object is not a value here; "),
        ({}, "expect: nothing is expected here; the words are those of scenario files"),
        ({"alerts": {}}, "expect(alerts=…): a list is needed here; write `alerts: [1]`"),
        ({"headers": {}}, "expect: headers names nothing; "),
        ({"parameters": {"X": 1}}, "expect: parameters needs one of webhook, fallback and callback beside it; "),
        ({"transcript": [{"presses": 1}, {"sasy": "x"}]}, "expect(transcript[1].sasy=…): unknown key `sasy`; did you "),
        ({"transcript": []}, "expect(transcript=…): entries are missing here: at least 1; write `transcript: "),
        ({"pressed": "w"}, "expect(pressed=…): `w` is not a row of keys; write `123#`"),
        ({"recorded": {"length": "long"}}, "expect(recorded.length=…): `long` is not a length; write `2..4` or `3s`"),
        ({"heard": {"say": "x", "tone": 440}}, "expect(heard=…): exactly one of say, tone and words is needed; "),
    ],
)  # fmt: skip
def test_a_wrong_word_is_refused_with_what_to_write(words: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match="expect") as caught:
        expectation(words)
    assert str(caught.value).startswith(complaint)


GIVEN = {"domains": {"acme": {"voice": "/voice"}}, "app": {"/voice": {"say": "Welcome"}}}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"refused": "bad-credential"}, "expect(refused=…): there is no reason for a refusal `bad-credential`; did you "),
        ({"dropped": {"observed": "unknown"}}, "expect(dropped=…): there is no reason for a refusal `unknown`; "),
        ({"webhook": "/vioce", "count": 0}, "expect(webhook=…): the application has no `/vioce`; did you mean `/voice`?"),
        ({"fallback": "/sorry"}, "expect(fallback=…): the application has no `/sorry`; "),
        ({"fallback": "not asked"}, "expect(fallback=…): no domain has a fallback URL, so none can be requested; give "),
        ({"callbacks": []}, "expect(callbacks=…): no status URL is set, so no status callback can come; "),
        ({"callback": "busy", "count": "none"}, "expect(callback=…): no status URL is set, so no status callback can "),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_as_in_a_file(words: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match="expect") as caught:
        expectation(words, Given.model_validate(GIVEN))
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"domians": {}}, "given(domians=…): unknown key `domians`; did you mean `domains`?"),
        ({"domains": {"acme": {"voice": object()}}}, "given(domains.acme.voice=…): object is not a value here; write "),
    ],
)  # fmt: skip
def test_what_is_given_wrongly_is_refused_as_given(words: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match="given") as caught:
        given_in_words(words, Path())
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize("app", [lambda _environ, _start: [], {"/voice": {"body": b"<Response/>"}}])
def test_of_an_application_in_python_the_paths_are_not_known(app: Any) -> None:
    given = with_application(Given.model_validate({**GIVEN, "app": {}}), app)
    assert expectation({"webhook": "/vioce"}, given).webhook == "/vioce"


def test_replies_in_the_words_of_files_are_known_in_python_too() -> None:
    given = with_application(
        Given.model_validate({**GIVEN, "app": {}}), {"/voice": {"say": "Hello", "status": 200}}
    )
    assert set(given.paths) == {"/voice"}


def test_a_flow_as_the_application_is_asked_where_a_domain_has_no_voice_url() -> None:
    given = Given.model_validate(
        {
            "domains": {"acme": {}, "other": {"voice": "/greeting"}},
            "app": "flow:menu",
            "bots": {"/bot": {"kind": "echo"}},
        }
    )
    assert [each.voice for each in given.domains.values()] == ["/menu", "/greeting"]
    assert (given.app_is_ours, given.application_file, given.app_url) == (True, None, "")
