"""A failed expectation is explained by what bears on it: the alert and the apology, not the challenge that was answered."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.entries import (
    Alert,
    Announced,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    Registered,
    Unregistered,
    VerbStarted,
)
from sipdomain.report.causes import EXPLAINED_BY, MOST_LINES, explanation, field_of
from sipdomain.report.ladder import ladders, text, untimed
from sipdomain.scenario.steps.expect import Expect

CALL: dict[str, Any] = {"call_id": "c1@phone"}
SID: dict[str, Any] = {**CALL, "call_sid": "CA1"}
INVITE: dict[str, Any] = {**CALL, "method": "INVITE"}
APOLOGY = "We're sorry, an application error has occurred. Goodbye."

DOMAIN = Decision(at=0, check="domain", outcome="passed", rule="domain-by-request-uri", got="acme", **INVITE)
CHALLENGED = Decision(at=0, check="credentials", outcome="challenged", rule="challenge-407", **INVITE)
PASSED = Decision(at=1, check="credentials", outcome="passed", rule="credentials", got="alice", **INVITE)
REFUSED = Decision(
    at=1, check="credentials", outcome="refused", reason="bad-credentials", rule="bad-credentials", code=32202,
    got="alice with a wrong password", mend="check the password", **INVITE,
)  # fmt: skip
DROPPED = Decision(
    at=0,
    check="access-list",
    outcome="dropped",
    reason="address-not-listed",
    rule="acl-drop",
    code=32201,
    **INVITE,
)
NOTED = Decision(
    at=0, check="headers", outcome="noted", reason="header-too-long", rule="custom-headers", **INVITE
)
ASKED = HttpRequested(at=2, token=1, purpose="voice", method="POST", url="http://app.test/voice", **SID)
FAILED = HttpAnswered(
    at=2, token=1, purpose="voice", status=500, error_code=11200, error="HTTP status 500", **SID
)
ALERT = Alert(at=2, code=11200, level="error", text="http://app.test/voice: HTTP status 500", token=1, **SID)
SORRY = Announced(at=2, text=APOLOGY, **SID)
TOLD = HttpRequested(
    at=3, token=2, purpose="status", method="POST", url="http://app.test/status",
    parameters=(("CallStatus", "ringing"),), **SID,
)  # fmt: skip
NOT_TOLD = HttpAnswered(
    at=3, token=2, purpose="status", status=0, error_code=15003, error="connection refused", **SID
)
BINDING: dict[str, Any] = {
    **CALL,
    "domain": "acme",
    "user": "alice",
    "contact": "<sip:alice@127.0.0.10:5070>",
}
REGISTERED = Registered(at=1, received="127.0.0.10:5070", expires=600, bindings=1, **BINDING)
UNREGISTERED = Unregistered(at=9, cause="expired", bindings=0, **BINDING)

FAILING = [DOMAIN, CHALLENGED, PASSED, ASKED, FAILED, ALERT, SORRY]
SAID = [
    "  error 11200: http://app.test/voice: HTTP status 500",
    f"  said without a document: {APOLOGY}",
]
BAD_PASSWORD = [
    "  credentials: refused bad-credentials (32202), rule bad-credentials",
    "    got     alice with a wrong password",
    "    fix     check the password",
]


def explained(field: str, *entries: Entry) -> list[str]:
    return explanation(entries, {field}, {"c1@phone"})


FATE = [
    "responses", "headers", "answered", "ended_by", "status", "verbs", "heard", "said", "recorded", "transfer", "alerts",
    "webhook", "fallback", "webhooks", "answers_within", "stops_within", "marks_after", "silence_at_most", "stale_audio",
    "talk_over", "track", "relay",
]  # fmt: skip


@pytest.mark.parametrize("field", FATE)
def test_how_a_call_went_is_explained_by_the_alert_and_the_apology(field: str) -> None:
    assert explained(field, *FAILING) == SAID


@pytest.mark.parametrize("field", [*FATE, "callback", "callbacks", "registered", "bindings"])
def test_a_refusal_explains_all_that_did_not_come(field: str) -> None:
    assert explained(field, DOMAIN, CHALLENGED, REFUSED) == BAD_PASSWORD
    assert explained(field, DROPPED) == ["  access-list: dropped address-not-listed (32201), rule acl-drop"]


@pytest.mark.parametrize("field", [*FATE, "callback", "callbacks", "registered", "bindings"])
def test_a_challenge_that_nobody_answered_explains_it_too(field: str) -> None:
    assert explained(field, DOMAIN, CHALLENGED) == ["  credentials: challenged, rule challenge-407"]
    assert explained(field, DOMAIN, CHALLENGED, PASSED) == []


@pytest.mark.parametrize("field", ["challenged", "refused", "dropped"])
def test_a_check_that_was_expected_to_end_otherwise_is_explained_by_all_checks(field: str) -> None:
    assert explained(field, *FAILING) == [
        "  domain: passed, rule domain-by-request-uri",
        "    got     acme",
        "  credentials: challenged, rule challenge-407",
        "  credentials: passed, rule credentials",
        "    got     alice",
    ]


@pytest.mark.parametrize("field", ["callback", "callbacks"])
def test_callbacks_are_explained_by_callbacks_that_failed(field: str) -> None:
    assert explained(field, *FAILING, TOLD, NOT_TOLD) == [
        "  POST /status ringing: connection refused (15003)"
    ]


def test_a_callback_that_failed_and_raised_an_alert_is_reported_once() -> None:
    alert = Alert(at=3, code=15003, level="warning", text="not told", token=2, **SID)
    assert explained("callbacks", TOLD, NOT_TOLD, alert) == ["  warning 15003: not told"]


@pytest.mark.parametrize("field", FATE)
def test_a_callback_that_failed_explains_nothing_else(field: str) -> None:
    assert explained(field, TOLD, NOT_TOLD) == []


@pytest.mark.parametrize("field", ["method", "signed", "parameters", "absent"])
def test_the_look_of_a_request_is_explained_by_the_request(field: str) -> None:
    assert explained(field, *FAILING) == ["  POST /voice: HTTP status 500 (11200)"]


@pytest.mark.parametrize("field", ["parameters", "absent"])
def test_a_parameter_is_explained_by_what_was_noted_of_the_header_fields(field: str) -> None:
    assert explained(field, NOTED) == ["  headers: noted header-too-long, rule custom-headers"]


@pytest.mark.parametrize("field", ["registered", "bindings"])
def test_a_registration_is_explained_by_what_became_of_its_bindings(field: str) -> None:
    assert explained(field, CHALLENGED, PASSED, REGISTERED, UNREGISTERED) == [
        "  registered: alice at <sip:alice@127.0.0.10:5070> for 600 s, binding 1",
        "  binding expired: alice at <sip:alice@127.0.0.10:5070>, 0 left",
    ]


def test_another_step_is_explained_by_all_that_went_wrong() -> None:
    assert explanation([*FAILING, TOLD, NOT_TOLD], {""}) == [
        *SAID,
        "  POST /status ringing: connection refused (15003)",
    ]


def test_every_field_of_expect_has_its_explanation() -> None:
    assert set(EXPLAINED_BY) == set(Expect.model_fields) - {"call", "within", "soft"}


def test_another_call_explains_nothing() -> None:
    assert explanation(FAILING, {"heard"}, {"c2@phone"}) == []


def test_of_much_evidence_the_newest_is_shown() -> None:
    lines = explained("heard", *[ALERT] * 100, SORRY)
    assert len(lines) == MOST_LINES
    assert lines[-1] == SAID[1]


def test_a_long_line_is_cut() -> None:
    alert = Alert(at=2, code=12200, level="warning", text="x" * 50_000, **SID)
    assert explained("heard", alert) == [f"  warning 12200: {'x' * 382}…"]


def test_no_evidence_steers_the_terminal() -> None:
    line = Alert(at=2, code=11200, level="error", text="a\x1b[31m\nb", **SID)
    assert explained("heard", line) == [
        "  error 11200: a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"
    ]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("steps[3].expect.parameters.To", "parameters"),
        ("steps[0].expect.heard", "heard"),
        ("expect.alerts", "alerts"),
        ("steps[1].sipp.failed", ""),
        ("steps[1].dial", ""),
    ],
)
def test_the_field_of_a_mismatch_is_in_its_path(path: str, field: str) -> None:
    assert field_of(path) == field


def test_the_apology_stands_in_the_ladder() -> None:
    entries = [*FAILING, VerbStarted(at=4, verb="Say", text="Welcome", **SID)]
    rows = [row for row in ladders(entries)[0].rows if row.text.startswith("▸")]
    assert [(row.lane, row.text, row.tone) for row in rows] == [
        ("decisions", f"▸ apology: {APOLOGY}", "bad"),
        ("decisions", "▸ Say Welcome", "plain"),
    ]
    assert "▸ apology: We're sorry, an" in text(ladders(entries)[0])
    assert f"▸ apology: {APOLOGY}" in untimed(ladders(entries)[0])
