"""The pytest plugin, as a user's project meets it."""

from __future__ import annotations

import pytest

GOOD = """
scenario: A greeting
given:
  credential_lists: {staff: {alice: Correct-Horse-42}}
  domains: {acme: {calls: [staff], voice: /voice}}
  app: {/voice: {say: Welcome}}
  phones: {alice: {}}
steps:
  - dial: sip:100@acme
  - expect: {responses: [100, 407, 100, 180, 200], heard: {say: Welcome}}
"""


def test_a_scenario_file_is_a_test(pytester: pytest.Pytester) -> None:
    pytester.makefile(".scenario.yaml", good=GOOD)
    # As a user starts it; the others are of what it says, and are run within this process.
    pytester.runpytest_subprocess("-v").assert_outcomes(passed=1)


def test_a_failing_scenario_shows_what_came_and_the_ladder(pytester: pytest.Pytester) -> None:
    pytester.makefile(".scenario.yaml", bad=GOOD.replace("heard: {say: Welcome}", "webhook: /greeting"))
    done = pytester.runpytest_inprocess()
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*expected*/greeting*", "*INVITE*"])
    assert "Correct-Horse-42" not in done.stdout.str()


def test_a_wrong_scenario_file_is_a_collection_error_with_a_caret(pytester: pytest.Pytester) -> None:
    pytester.makefile(".scenario.yaml", wrong=GOOD.replace("dial:", "diall:"))
    done = pytester.runpytest_inprocess()
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*wrong.scenario.yaml:8:*", "*did you mean `dial`?*"])


def test_what_cannot_be_given_is_a_collection_error(pytester: pytest.Pytester) -> None:
    changes = {
        "reply": ("{say: Welcome}}", "{say: Welcome, twiml: x}}"),
        "address": ("phones: {alice: {}}", "phones: {alice: {address: 192.0.2.7}}"),
        "account": ("given:", "given:\n  account: {sid: AC123}"),
        "variable": ("sip:100@acme", "sip:${user}@acme"),
    }
    pytester.makefile(
        ".scenario.yaml", **{name: GOOD.replace(*change, 1) for name, change in changes.items()}
    )
    done = pytester.runpytest_inprocess()
    done.assert_outcomes(errors=4)
    told = done.stdout.str()
    assert "error: An account's SID is AC and 32 hexadecimal digits (got 'AC123')" in told
    assert "error: 192.0.2.7 is not an address of this machine" in told
    assert "error: twiml cannot stand beside say" in told
    assert "error: nothing is known as `${user}` here" in told


@pytest.mark.parametrize("net", ["sim", "live"])
def test_the_fixtures_make_a_call(pytester: pytest.Pytester, net: str) -> None:
    pytester.makepyfile(
        """
        def test_the_caller_is_greeted(sip_domain):
            call = sip_domain.dial("100", headers=[("X-Order", "7")])
            assert sip_domain.wait_until_over(call, within=60)
            assert call.responses == [100, 407, 100, 180, 200]
            assert sip_domain.heard(call, "Hello") > 0.9
            assert sip_domain.heard(call, "Good evening everybody") < 0.8
            voice = next(each for each in sip_domain.requests if each.path == "/voice")
            assert voice.parameter("SipHeader_X-Order") == "7"
            assert voice.signature_valid
        """
    )
    pytester.runpytest_inprocess("--sip-net", net).assert_outcomes(passed=1)


@pytest.mark.parametrize("net", ["sim", "live"])
def test_an_application_of_one_s_own_is_called(pytester: pytest.Pytester, net: str) -> None:
    pytester.makeconftest(
        """
        import flask, pytest

        @pytest.fixture
        def twiml_app():
            app = flask.Flask("mine")

            @app.post("/voice")
            def voice():
                digits = flask.request.form["To"].partition(":")[2].partition("@")[0]
                return flask.Response(f"<Response><Say>You dialled {digits}</Say></Response>", mimetype="text/xml")

            return app
        """
    )
    pytester.makepyfile(
        """
        def test_it_repeats_what_was_dialled(sip_domain, sip_phone):
            call = sip_domain.dial("42")
            assert sip_domain.wait(lambda: call.answered_at is not None, within=60)
            assert sip_domain.wait_until_over(call, within=60)
            assert call.ended_by == "them"
        """
    )
    pytester.runpytest_inprocess(f"--sip-net={net}").assert_outcomes(passed=1)


@pytest.mark.parametrize("net", ["sim", "live"])
def test_the_phone_is_called_speaks_is_held_and_transfers(pytester: pytest.Pytester, net: str) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def twiml_app():
            return {"/voice": {"say": "Your table is ready", "pause": "20"}}

        def test_a_conversation(sip_domain, sip_phone):
            registration = sip_phone.register()
            sip_domain.expect(registration, registered=True, within=60)
            form = {"To": f"sip:alice@{sip_domain.name}", "From": "restaurant", "Url": sip_domain.world.app_url + "/voice"}
            assert sip_domain.world.rest("POST", "Calls", form)[0] == 201
            call = sip_domain.wait_ringing(within=60)
            sip_phone.answer(call)
            sip_domain.expect(call, heard={"say": "Your table is ready"}, within=60)
            sip_phone.say(call, "Thank you")
            sip_domain.expect(call, said="Thank you", within=60)
            sip_phone.hold(call)
            assert sip_domain.wait(lambda: call.hold == "held", within=60)
            sip_phone.resume(call)
            assert sip_domain.wait(lambda: call.hold == "", within=60)
            sip_phone.transfer(call, "sip:bob@example.com")
            sip_domain.expect(call, transfer=[403], within=60)
            sip_phone.hang_up(call)
            sip_domain.expect(call, ended_by="phone", within=60)

        def test_nobody_calls(sip_domain):
            with pytest.raises(AssertionError, match="expected  a call to alice within 0.2 s"):
                sip_domain.wait_ringing(within=0.2)
        """
    )
    pytester.runpytest_inprocess(f"--sip-net={net}").assert_outcomes(passed=2)
