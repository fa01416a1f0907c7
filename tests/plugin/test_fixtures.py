"""The fixtures for several phones and for worlds of any kind, and the reports of a run of pytest."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "reference" / "pytest-plugin.md"
SCENARIO = """\
scenario: A greeting
tags: [smoke, not-slow]
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {say: Welcome}}
  phones: {pbx: {address: 127.0.0.10}}
steps:
  - dial: sip:100@acme
  - expect: {answered: true}
"""
TESTS = """
import pytest

@pytest.mark.parametrize("greeting", ["Hello", "Good evening everybody"])
def test_greeting(sip_domain, greeting):
    call = sip_domain.dial("100")
    sip_domain.expect(call, heard={"say": greeting}, within=5)
    assert len(sip_domain.world.rest("GET", "Calls", {})[1]["calls"]) == 1

def test_no_call():
    pass
"""


@pytest.mark.parametrize("net", ["sim", "live"])
def test_three_phones_are_users_of_the_domain(pytester: pytest.Pytester, net: str) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def twiml_app():
            dial = "<Response><Dial><Sip>sip:bob@demo.sip.twilio.com</Sip></Dial></Response>"
            return {"/voice": {"twiml": dial}, "/status": {"status": 204, "body": ""}}

        def test_bob_is_called(sip_domain, sip_phones):
            assert list(sip_phones) == ["alice", "bob", "carol"]
            registration = sip_phones["bob"].register()
            sip_domain.expect(registration, registered=True)
            call = sip_domain.dial("bob", phone="carol")
            ringing = sip_domain.wait_ringing(phone="bob")
            sip_phones["bob"].answer(ringing)
            sip_domain.expect(call, answered=True, within=10)
            sip_phones["bob"].hang_up(ringing)
            assert sip_domain.wait_until_over(call)
        """
    )
    pytester.runpytest_inprocess("--sip-net", net).assert_outcomes(passed=1)


@pytest.mark.parametrize("net", ["sim", "live"])
def test_a_world_of_any_kind_stands_beside_a_domain(pytester: pytest.Pytester, net: str) -> None:
    pytester.makepyfile(
        """
        def test_both_are_asked(sip_world, sip_domain):
            world = sip_world(
                access_lists={"office": ["127.0.0.10", "127.0.0.11"]},
                domains={"acme": {"calls": ["office"], "voice": "/voice"}},
                phones={"pbx": {"address": "127.0.0.10"}, "cellar": {"address": "127.0.0.11"}},
                app={"/voice": {"say": "Welcome to Acme"}},
            )
            good = world.call("pbx", "sip:1@acme")
            other = sip_domain.dial()
            world.expect(good, heard={"say": "Welcome to Acme"}, within=10)
            sip_domain.expect(other, heard={"say": "Hello"}, within=10)
            second = world.call("cellar", "sip:1@acme", headers=[("X-Order", "7")])
            world.expect(second, webhook="/voice", parameters={"SipHeader_X-Order": "7"}, ended_by="cloud", within=10)
            assert world.phone("pbx").core.settings.local.host == "127.0.0.10"
        """
    )
    pytester.runpytest_inprocess("--sip-net", net).assert_outcomes(passed=1)


def test_a_world_that_cannot_be_is_refused_in_plain_words(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("given, said", [
            ({"domains": {"acme": {"cals": []}}}, r"given\\(domains.acme.cals=…\\): unknown key `cals`; did you mean"),
            ({"credential_lists": {"x": {"a": "weak"}}}, r"given\\(credential_lists.x.a=…\\): Password needs at least 12"),
            ({"domains": {"acme": {"voice": "/vioce"}}}, r"given\\(domains.acme.voice=…\\): the application has no"),
            ({"domains": {"acme": {}}, "app": {"/a": {"redirect": "/b"}}}, r"given\\(app./a.redirect=…\\): "),
            ({"domains": {"acme": {}}, "app": {"/a": {"file": "no.xml"}}}, r"given\\(app./a.file=…\\): there"),
            ({"app": "no.py"}, r"given\\(app=…\\): there is no file `no.py`"),
            ({"app": 5}, r"given\\(app=…\\): int is no application; write replies by path"),
            ({"app": "no"}, r"given\\(app=…\\): `no` is neither a Python file, a URL nor a flow"),
            ({"app": {"/a": {"sya": "Hello"}}}, r"given\\(app./a.sya=…\\): "),
            ({"app": lambda environ, start: [], "bots": {"/bot": {"kind": "echo"}}}, r"given\\(bots=…\\): `bots` are of"),
            ({"phones": {"pbx": {"address": "8.8.8.8"}}}, r"given\\(phones.pbx.address=…\\): 8.8.8.8 is not an address of"),
            ({"faults": {"drop": [{"of": ["INVTE"]}]}}, r"given\\(faults.drop\\[0\\].of\\[0\\]=…\\): there is no"),
            ({"numbers": {"+15551230001": {"then": [{"play": "/no.wav"}]}}}, r"given\\(numbers.*play=…\\): the"),
        ])
        def test_refused(sip_world, given, said):
            with pytest.raises(ValueError, match=said):
                sip_world(**given)
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=13)


def test_tags_of_scenarios_are_markers(pytester: pytest.Pytester) -> None:
    pytester.makefile(
        ".scenario.yaml", tagged=SCENARIO, other=SCENARIO.replace("[smoke, not-slow]", "[slow]")
    )
    pytester.runpytest_inprocess("--strict-markers", "-m", "smoke and not-slow").assert_outcomes(
        passed=1, deselected=1
    )
    pytester.runpytest_inprocess("-k", "slow and not smoke").assert_outcomes(passed=1, deselected=1)


def test_what_failed_last_is_played_again(pytester: pytest.Pytester) -> None:
    bad = SCENARIO.replace("answered: true", "answered: false, within: 1")
    pytester.makefile(".scenario.yaml", good=SCENARIO, bad=bad)
    pytester.runpytest_inprocess().assert_outcomes(passed=1, failed=1)
    pytester.runpytest_inprocess("--lf").assert_outcomes(failed=1)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_reports_have_scenarios_and_tests_with_calls(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    pytester.makefile(".scenario.yaml", good=SCENARIO, wrong=SCENARIO.replace("dial:", "diall:"))
    pytester.makepyfile(test_calls=TESTS)
    done = pytester.runpytest_inprocess("--sip-report=reports", "--continue-on-collection-errors", *options)
    done.assert_outcomes(passed=3, failed=1, errors=1)
    folder = Path(pytester.path) / "reports"
    done.stdout.fnmatch_lines([f"sip report: {folder / 'report.html'}"])
    lines = [json.loads(line) for line in (folder / "run.jsonl").read_text().splitlines()]
    results = [each for each in lines if each["kind"] == "Result"]
    assert [(each["file"].rpartition("/")[2], each["title"], each["outcome"]) for each in results] == [
        ("good.scenario.yaml", "A greeting", "passed"),
        ("test_calls.py", "test_greeting[Good evening everybody]", "failed"),
        ("test_calls.py", "test_greeting[Hello]", "passed"),
    ]
    suite = ET.parse(folder / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "1")
    assert (folder / "report.html").read_text("utf-8").count("Good evening everybody") > 0
    assert "Correct-Horse-42" not in (folder / "run.jsonl").read_text()
    assert {each.suffix for each in (folder / "pcap").iterdir()} == {".pcapng"}


def test_without_being_asked_for_nothing_is_written(pytester: pytest.Pytester) -> None:
    pytester.makefile(".scenario.yaml", good=SCENARIO)
    done = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    done.assert_outcomes(passed=1)
    assert {each.suffix for each in Path(pytester.path).iterdir()} == {".yaml"}
    done.stdout.no_fnmatch_line("sip report:*")


def test_a_folder_that_cannot_be_written_is_named(pytester: pytest.Pytester) -> None:
    pytester.makefile(".scenario.yaml", good=SCENARIO)
    Path(pytester.path, "reports").write_text("a file")
    done = pytester.runpytest_inprocess("--sip-report=reports")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(
        ["ERROR: --sip-report reports is not a folder that can be written to: File exists"]
    )


def test_the_examples_of_the_reference_pass(pytester: pytest.Pytester) -> None:
    page = PAGE.read_text("utf-8")
    greeted, called, office = blocks(page, "python")
    pytester.makepyfile(test_greeted=greeted, test_office=office)
    bob = {"twiml": "<Response><Dial><Sip>sip:bob@demo.sip.twilio.com</Sip></Dial></Response>"}
    replies = {"/voice": bob, "/status": {"status": 204}}
    fixture = f"import pytest\n\n@pytest.fixture\ndef twiml_app():\n    return {replies!r}\n"
    pytester.makepyfile(test_called=f"{fixture}\n{called}")
    pytester.runpytest_inprocess().assert_outcomes(passed=3)


def test_reports_do_not_go_to_standard_output(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    done = pytester.runpytest_inprocess("--sip-report", "-")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: --sip-report - cannot be: it writes a folder of files; name one"])
    assert not (pytester.path / "-").exists()


def test_what_is_expected_of_a_path_that_the_application_lacks_never_passes(
    pytester: pytest.Pytester,
) -> None:
    (pytester.path / "there.xml").write_text("<Response><Say>Hello</Say></Response>")
    pytester.makepyfile(
        """
        import pytest

        APPS = {
            "replies": {"/voice": {"say": "Hello"}},
            "a file": {"/voice": {"file": "there.xml"}},
        }

        @pytest.mark.parametrize("app", APPS)
        @pytest.mark.parametrize("words", [
            {"webhook": "/vioce"}, {"webhook": "/vioce", "count": "none"},
            {"fallback": "/sorry"}, {"fallback": "not asked"},
        ])
        def test_refused(sip_world, app, words):
            world = sip_world(
                access_lists={"office": ["127.0.0.1"]}, domains={"acme": {"calls": ["office"], "voice": "/voice"}},
                phones={"pbx": {}}, app=APPS[app],
            )
            call = world.call("pbx", "sip:1@acme")
            world.expect(call, answered=True, heard={"say": "Hello"}, within=5)
            with pytest.raises((ValueError, AssertionError)):
                world.expect(call, **words)

        @pytest.mark.parametrize("words", [{"webhook": "/vioce"}, {"webhook": "/vioce", "count": "none"}])
        def test_not_met(sip_world, words):
            def app(environ, start):
                start("200 OK", [("Content-Type", "text/xml")])
                return [b"<Response/>"]

            world = sip_world(
                access_lists={"office": ["127.0.0.1"]}, domains={"acme": {"calls": ["office"], "voice": "/voice"}},
                phones={"pbx": {}}, app=app,
            )
            with pytest.raises(AssertionError):
                world.expect(world.call("pbx", "sip:1@acme"), **words)
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=10)
