"""Decisions in words."""

from __future__ import annotations

from typing import Any

from sipdomain.entries import Alert, Announced, Decision
from sipdomain.report.explain import explain

PASSED = Decision(
    at=10.0, call_id="c", method="INVITE", check="domain", outcome="passed", rule="domain-by-request-uri",
    got="acme.sip.twilio.com", wanted="acme.sip.twilio.com",
)  # fmt: skip
CHALLENGED = Decision(
    at=10.0, call_id="c", method="INVITE", check="credentials", outcome="challenged", rule="challenge-407",
    got="credentials: none", wanted="Proxy-Authorization",
)  # fmt: skip
REFUSED = Decision(
    at=10.25, call_id="c", method="INVITE", check="credentials", outcome="refused", rule="bad-credentials",
    got="bob with an unknown user name", wanted="a user name", reason="bad-credentials", code=32202,
    mend="check the user name",
)  # fmt: skip


def test_each_request_has_a_paragraph_that_ends_with_how_to_mend_it() -> None:
    assert explain([PASSED, CHALLENGED, REFUSED]) == (
        "INVITE  at 0.000 s\n"
        "  + domain        passed\n"
        "      got      acme.sip.twilio.com\n"
        "      wanted   acme.sip.twilio.com\n"
        "      rule     domain-by-request-uri, documented: The host of the Request-URI names the domain, "
        "whatever address the request reached.\n"
        "  ? credentials   challenged\n"
        "      got      credentials: none\n"
        "      wanted   Proxy-Authorization\n"
        "      rule     challenge-407, documented: A domain with a credential list challenges with 407 "
        "Proxy Authentication required.\n"
        "\n"
        "INVITE  at 0.250 s\n"
        "  x credentials   refused 32202 (bad-credentials)\n"
        "      got      bob with an unknown user name\n"
        "      wanted   a user name\n"
        "      rule     bad-credentials, observed: A wrong password and an unknown user both get 403, "
        "with 32202 Authentication failure - bad user credentials.\n"
        "      fix      check the user name\n"
    )


def test_nothing_is_said_of_nothing() -> None:
    assert explain([]) == ""


def test_a_password_in_a_url_and_what_steers_a_terminal_are_hidden() -> None:
    odd = Decision(
        at=0.0, call_id="c", method="INVITE", check="voice-url", outcome="passed", rule="of a later version",
        got="http://user:secret@app.test/\x1b[31m",
    )  # fmt: skip
    told = explain([odd])
    assert "secret" not in told
    assert "\x1b" not in told
    assert "rule     of a later version\n" in told


def test_what_went_wrong_afterwards_is_explained_too() -> None:
    about: dict[str, Any] = {"call_id": "c", "call_sid": "CA1"}
    alert = Alert(
        at=10.5, code=11200, level="error", text="http://u:secret@app.test/voice: HTTP status 500", **about
    )
    sorry = Announced(at=10.5, text="We're sorry", **about)
    assert explain([PASSED], [alert, sorry]).splitlines()[-4:] == [
        "",
        "afterwards  at 0.500 s",
        "  ! error 11200: http://u:********@app.test/voice: HTTP status 500",
        "  ! said without a document: We're sorry",
    ]
    assert explain([], [sorry]) == "afterwards  at 0.000 s\n  ! said without a document: We're sorry\n"


def test_a_status_that_is_less_sure_than_its_rule_is_reported() -> None:
    decision = Decision(
        at=0.0, call_id="c", method="REGISTER", check="bindings", outcome="refused", rule="register-most",
    )  # fmt: skip
    assert (
        "register-most, documented: An address of record has at most ten bindings; the eleventh is refused "
        "with 32007. Its status is assumed: The eleventh binding gets 403.\n"
    ) in explain([decision])
