"""What a failing test of a user's project says of its calls."""

from __future__ import annotations

import re

import pytest

APOLOGY = "We're sorry, an application error has occurred. Goodbye."
BROKEN = """
    import pytest

    @pytest.fixture
    def twiml_app():
        return {"/voice": {"status": 500}, "/fallback": {"status": 503}, "/status": {"status": 204, "body": ""}}
"""
SHOWN = [
    "*SIP calls of demo.sip.twilio.com, the newest first*",
    "call 1 · *",
    "  alerts:",
    "    error 11200: http://127.0.0.1:*/voice: HTTP status 500",
    "  said:",
    f"    apology: {APOLOGY}",
    "*alice*cloud*app*",
    "*INVITE*",
    "*POST /fallback*",
    "*apology*",
]


def failed(pytester: pytest.Pytester, test: str, *options: str, conftest: str = BROKEN) -> pytest.RunResult:
    pytester.makeconftest(conftest)
    pytester.makepyfile(test)
    return play(pytester, *options)


def play(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run pytest; within this process, where a worker of its own or real sockets do not forbid it."""
    return pytester.runpytest_inprocess(*options)


@pytest.mark.parametrize("options", [[], ["--sip-net=live", "-n", "1"], ["--tb=short", "--show-capture=no"]])
def test_a_failed_assertion_comes_with_alerts_words_and_ladder(
    pytester: pytest.Pytester, options: list[str]
) -> None:
    done = failed(
        pytester,
        """
        def test_the_caller_is_greeted(sip_domain):
            call = sip_domain.dial()
            sip_domain.wait_until_over(call)
            assert sip_domain.heard(call, "Hello") > 0.8
        """,
        *options,
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(SHOWN)


def test_each_way_to_fail_is_explained(pytester: pytest.Pytester) -> None:
    """One run plays them all: a call of the fixture sip_phone, no traceback, no call, set-up, teardown."""
    done = failed(
        pytester,
        """
        import pytest

        @pytest.fixture
        def before(sip_domain):
            sip_domain.wait_until_over(sip_domain.dial())
            assert False

        @pytest.fixture
        def after(sip_domain):
            yield sip_domain.wait_until_over(sip_domain.dial())
            assert False

        def test_1_in_set_up(before):
            pass

        def test_2_in_teardown(after):
            pass

        def test_3_of_the_phone(sip_phone):
            call = sip_phone.dial("sip:100@demo.sip.twilio.com")
            assert call.state == "ended"

        def test_4_without_a_traceback(sip_domain):
            sip_domain.wait_until_over(sip_domain.dial())
            pytest.fail("no", pytrace=False)

        def test_5_without_a_call(sip_domain):
            assert False
        """,
    )
    done.assert_outcomes(errors=2, passed=1, failed=3)
    parts = re.split(r"^_+ (?:ERROR at \w+ of )?test_(\w+) _+$", done.stdout.str(), flags=re.MULTILINE)[1:]
    shown = {
        name: pytest.LineMatcher(text.splitlines())
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }
    for name in ("1_in_set_up", "2_in_teardown", "4_without_a_traceback"):
        shown[name].fnmatch_lines(SHOWN)
    shown["3_of_the_phone"].fnmatch_lines(
        ["*SIP calls of demo.sip.twilio.com*", "call · *", "*alice*cloud*app*", "*INVITE*"]
    )
    shown["5_without_a_call"].fnmatch_lines(["*SIP calls of*", "no SIP message was sent: no call was placed"])


def test_a_test_that_passes_says_nothing(pytester: pytest.Pytester) -> None:
    done = failed(
        pytester,
        """
        import pytest

        def test_dial(sip_domain):
            sip_domain.wait_until_over(sip_domain.dial())

        @pytest.mark.xfail(strict=True)
        def test_known(sip_domain):
            sip_domain.dial()
            assert False
        """,
        "-rA",
    )
    done.assert_outcomes(passed=1, xfailed=1)
    assert "SIP calls" not in done.stdout.str()


def test_no_password_and_no_digest_is_shown(pytester: pytest.Pytester) -> None:
    done = failed(
        pytester,
        """
        def test_it(sip_domain):
            sip_domain.wait_until_over(sip_domain.dial(password="Other-Horse-43"))
            sip_domain.expect(sip_domain.dial(), heard={"say": "Hello"}, within=9)
        """,
        "--tb=short",
        conftest="""
        import pytest

        @pytest.fixture
        def twiml_app():
            return {"/voice": {"say": "Correct-Horse-42 and Other-Horse-43"}}
        """,
    )
    done.assert_outcomes(failed=1)
    report = done.stdout.str()
    assert "bad-credentials" in report
    shown = report.partition("error: expect.heard")[2]
    assert "Correct-Horse-42" not in shown
    assert "Other-Horse-43" not in shown
    assert "Say: ******** and ********" in shown


def test_the_words_of_scenario_files_are_taken(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_it(sip_domain):
            call = sip_domain.dial(headers=[("X-Order", "7")])
            sip_domain.expect(call, responses=[100, 407, 100, 180, 200], webhook="/voice",
                              parameters={"SipHeader_X-Order": 7}, signed=True, heard={"say": "Hello"})
            sip_domain.expect(call, ended_by="cloud", alerts=[], fallback="not asked", verbs=("Say",), within=10)

        def test_a_call_of_the_phone(sip_domain, sip_phone):
            call = sip_phone.dial("sip:100@demo.sip.twilio.com")
            sip_domain.expect(call, answered=True)
            other = sip_domain.dial("200", password="Wrong-Horse-42")
            sip_domain.expect(other, refused="bad-credentials", webhooks=0)
            sip_domain.expect(call, webhook="/voice", parameters={"To": {"matches": "sip:100@.*"}})
        """
    )
    play(pytester).assert_outcomes(passed=2)


@pytest.mark.parametrize("ci", ["", "true"])
def test_what_is_not_met_reads_as_in_a_scenario_and_has_its_ladder_once(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str
) -> None:
    monkeypatch.setenv("CI", ci)
    done = failed(
        pytester,
        """
        def test_it(sip_domain):
            call = sip_domain.dial()
            sip_domain.expect(call, heard={"say": "Hello"}, within=8)
        """,
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "*UnmetError: error: expect.heard is not met",
            "E*expected  the words “Hello”",
            "E*got *",
            f"E*seen      apology: {APOLOGY}",
            "E*why the emulator decided so:",
            "E*error 11200: http://127.0.0.1:*/voice: HTTP status 500",
            "E*error 11200: http://127.0.0.1:*/fallback: HTTP status 503",
            f"E*said without a document: {APOLOGY}",
            "E*INVITE*",
        ]
    )
    assert done.stdout.str().count("POST /fallback") == 1
    assert "challenged" not in done.stdout.str().partition("why the emulator")[2].partition("alice")[0]


def test_an_application_of_one_s_own_is_recorded_too(pytester: pytest.Pytester) -> None:
    done = failed(
        pytester,
        """
        def test_it(sip_domain):
            call = sip_domain.dial("42", headers=[("X-Order", "7")])
            sip_domain.expect(call, webhook="/voice", signed=True, parameters={"SipHeader_X-Order": "7"}, method="POST")
            sip_domain.expect(call, callbacks=["initiated", "ringing", "answered", "completed"], within=20)
            assert [each.path for each in sip_domain.requests if each.path == "/voice"] == ["/voice"]
        """,
        conftest="""
        import flask, pytest

        @pytest.fixture
        def twiml_app():
            app = flask.Flask("mine")

            @app.post("/voice")
            def voice():
                return flask.Response(f"<Response><Say>Hello {flask.request.form['SipHeader_X-Order']}</Say></Response>",
                                      mimetype="text/xml")

            @app.post("/status")
            def status():
                return "", 204

            return app
        """,
    )
    done.assert_outcomes(passed=1)


@pytest.mark.parametrize("options", [[], ["--sip-net=live"]])
def test_messages_that_are_under_way_when_a_test_fails_are_not_shown_as_lost(
    pytester: pytest.Pytester, options: list[str]
) -> None:
    done = failed(
        pytester,
        """
        def test_the_phone_hangs_up(sip_domain, sip_phone):
            call = sip_domain.dial()
            assert sip_domain.wait(lambda: call.answered_at is not None)
            sip_phone.hang_up(call)
            assert call.state == "answered"

        def test_the_call_is_answered_at_once(sip_domain):
            call = sip_domain.dial()
            sip_domain.wait(lambda: 407 in call.responses)
            sip_domain.expect(call, responses=[100, 500], within=0.001)
        """,
        *options,
        conftest="",
    )
    done.assert_outcomes(failed=2)
    done.stdout.no_fnmatch_line("*(lost)*")
