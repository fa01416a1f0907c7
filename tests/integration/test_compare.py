"""`sipdomain run --target`: what is the same at another SIP domain, what differs there, and what could not be told."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sipdomain.sip.outputs import Address
from tests.integration.between import app_relay, sip_relay
from tests.integration.program import ended
from tests.integration.served import ACCOUNT, TOKEN, Served, free_ports, served

SCENARIOS = Path(__file__).parents[2] / "scenarios"
WRONG_PASSWORD = SCENARIOS / "authentication" / "wrong-password.scenario.yaml"
OUTSIDE = SCENARIOS / "authentication" / "outside-the-access-list.scenario.yaml"
CALLBACKS = SCENARIOS / "progress" / "status-callbacks.scenario.yaml"
HEADERS = SCENARIOS / "headers" / "several-headers.scenario.yaml"
REST = SCENARIOS / "rest" / "create-and-call.scenario.yaml"
BINS = SCENARIOS / "bins" / "greets-by-name.scenario.yaml"
MENU = SCENARIOS / "gather" / "menu.scenario.yaml"


@pytest.fixture(scope="module")
def documented() -> Iterator[Served]:
    """A target of the profile that scenarios are compared with."""
    with served("--no-speech", "--no-ladders") as emulator:
        yield emulator


def compared(
    emulator: Served, folder: Path, *arguments: str | Path, sip: Address | None = None
) -> tuple[int, dict[str, Any], str]:
    """Compare scenarios; return the exit code, the report, and what was printed."""
    file = folder / "parity.json"
    done = ended(
        "run", "--target", f"sip:{sip or emulator.sip}", "--rest", emulator.http, "--no-speech", "--ladder", "none",
        "--parity", str(file), *map(str, arguments), folder=folder,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, json.loads(file.read_text("utf-8")), done.stdout


def rows(report: dict[str, Any], outcome: str) -> dict[str, tuple[str, str]]:
    """Return what was expected and what came, by the path, of expectations of one outcome."""
    return {
        each["path"].partition("].")[2]: (each["expected"], each["came"])
        for scenario in report["scenarios"]
        for each in scenario["expectations"]
        if each["outcome"] == outcome
    }


def left_at(emulator: Served) -> dict[str, int]:
    """Return how many lists and domains there are at the target."""
    counts = {}
    for kind, key in (
        ("Domains", "domains"),
        ("CredentialLists", "credential_lists"),
        ("IpAccessControlLists", "ip_access_control_lists"),
    ):
        asked = urllib.request.Request(f"{emulator.http}/2010-04-01/Accounts/{ACCOUNT}/SIP/{kind}.json")
        manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        manager.add_password(None, emulator.http, ACCOUNT, TOKEN)
        opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
        counts[kind] = len(json.load(opener.open(asked))[key])
    return counts


def test_an_emulator_of_the_same_profile_differs_in_nothing_and_is_left_as_it_was(
    documented: Served, tmp_path: Path
) -> None:
    files = (WRONG_PASSWORD, OUTSIDE, CALLBACKS, HEADERS, REST, MENU)
    code, report, printed = compared(documented, tmp_path, *files)
    assert rows(report, "differs") == {}
    assert code == 0
    assert {each["outcome"] for each in report["scenarios"]} == {"same"}
    same = rows(report, "same")
    assert same["expect.responses"] != ("", "")
    assert {"expect.challenged", "expect.callbacks", "expect.webhook", "expect.heard", "rest"} <= same.keys()
    first = {"scenarios": report["scenarios"][:1]}
    assert rows(first, "could not tell") == {"expect.refused": ("403 (bad-credentials)", "403")}
    assert left_at(documented) == {"Domains": 0, "CredentialLists": 0, "IpAccessControlLists": 0}
    assert printed.splitlines()[-1].startswith("6 scenarios: ")
    assert "Horse" not in printed


def test_what_the_other_profile_does_otherwise_is_named(tmp_path: Path) -> None:
    with served("--no-speech", "--no-ladders", "--profile", "observed") as emulator:
        code, report, printed = compared(emulator, tmp_path, OUTSIDE, CALLBACKS)
    assert code == 1
    assert rows(report, "differs") == {
        "expect.dropped": ("no response (address-not-listed)", "100, 403"),
        "expect.responses": ("none", "100, 403"),
        "expect.callbacks": ("initiated, ringing, answered, completed", "completed"),
        "expect.parameters.SequenceNumber": ("3", "0"),
    }
    row = "differs expect.callbacks expected initiated, ringing, answered, completed, came completed"
    assert row in [" ".join(line.split()[1:]) for line in printed.splitlines()]


def test_another_status_is_named(documented: Served, tmp_path: Path) -> None:
    with sip_relay(documented.sip, {b"SIP/2.0 403 ": b"SIP/2.0 404 "}) as relay:
        code, report, _ = compared(documented, tmp_path, WRONG_PASSWORD, sip=relay)
    assert code == 1
    assert rows(report, "differs") == {"expect.refused": ("403 (bad-credentials)", "404")}


def test_a_header_field_that_is_passed_on_wrongly_is_named(documented: Served, tmp_path: Path) -> None:
    with sip_relay(documented.sip, {b"X-Order: 4711": b"X-Order: 4712"}) as relay:
        code, report, _ = compared(documented, tmp_path, HEADERS, sip=relay)
    assert code == 1
    assert rows(report, "differs") == {"expect.parameters.SipHeader_X-Order": ("4711", "4712")}


def test_a_callback_that_does_not_come_is_named(documented: Served, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with app_relay(port, b"CallStatus=ringing&") as url:
        where = ("--app", f"127.0.0.1:{port}", "--app-url", url)
        code, report, _ = compared(documented, tmp_path, CALLBACKS, *where)
    assert code == 1
    wanted = "initiated, ringing, answered, completed"
    assert rows(report, "differs") == {"expect.callbacks": (wanted, "initiated, in-progress, completed")}
    assert rows(report, "same")["expect.callback"] == ("completed", "completed")


def test_where_nothing_could_be_told_the_exit_code_says_so(documented: Served, tmp_path: Path) -> None:
    code, report, printed = compared(documented, tmp_path, BINS)
    assert code == 3
    assert report["scenarios"][0]["reason"] == "TwiML bins cannot be made by the REST API"
    assert rows(report, "same") == rows(report, "differs") == {}
    assert "  not played: TwiML bins cannot be made by the REST API\n" in printed


def test_a_target_with_another_token_makes_nothing_and_nothing_could_be_told(
    documented: Served, tmp_path: Path
) -> None:
    code, report, _ = compared(documented, tmp_path, WRONG_PASSWORD, "--auth-token", "f" * 32)
    assert code == 3
    assert report["scenarios"][0]["reason"].startswith(
        "the target does not make the credential list staff: 401"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--target", "127.0.0.1:5060"), "error: --target needs sip:HOST:PORT, such as sip:127.0.0.1:5060"),
        (("--target", "sip:127.0.0.1:5060"), "error: --rest needs a URL, such as http://127.0.0.1:8080"),
        (("--rest", "http://127.0.0.1:8080"), "error: --rest needs --target beside it"),
        (
            ("--target", "sip:203.0.113.1:5060", "--rest", "http://127.0.0.1:9"),
            "error: --target: 203.0.113.1 is a public address: say --i-own-this 203.0.113.1 if it is yours",
        ),
        (
            ("--target", "sip:127.0.0.1:9", "--rest", "https://api.example"),
            "error: --rest: api.example is a name, which may lead anywhere: say --i-own-this api.example if it is yours",
        ),
        (
            ("--target", "sip:127.0.0.1:9", "--rest", "http://127.0.0.1:9", "--net", "sim"),
            "error: --target cannot stand beside --net sim; leave out one of the two",
        ),
    ],
)
def test_what_cannot_be_a_target_is_refused_in_one_line(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = ended("run", *arguments, str(HEADERS), folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said), done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_a_scenario_makes_in_a_sub_account_is_removed_too(documented: Served, tmp_path: Path) -> None:
    suspended = SCENARIOS / "rest" / "a-suspended-subaccount.scenario.yaml"
    subdomains = SCENARIOS / "rest" / "sub-account-subdomains.scenario.yaml"
    for _ in range(2):
        code, report, _ = compared(documented, tmp_path, suspended, subdomains)
        assert (code, rows(report, "differs")) == (0, {})
        assert [each["left_behind"] for each in report["scenarios"]] == [[], []]


def test_a_name_that_an_earlier_run_took_is_no_difference(documented: Served, tmp_path: Path) -> None:
    taken = urllib.request.Request(
        f"{documented.http}/2010-04-01/Accounts/{ACCOUNT}/Queues.json", b"FriendlyName=support"
    )
    manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    manager.add_password(None, documented.http, ACCOUNT, TOKEN)
    urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager)).open(taken)
    code, report, printed = compared(documented, tmp_path, SCENARIOS / "rest" / "queues.scenario.yaml")
    assert (code, rows(report, "differs")) == (3, {})
    assert "a name that it gives is taken there, by an earlier run or an earlier call" in printed


def test_words_that_the_target_understood_otherwise_are_no_difference(
    documented: Served, tmp_path: Path
) -> None:
    code, report, printed = compared(documented, tmp_path, SCENARIOS / "gather" / "speech.scenario.yaml")
    assert (code, rows(report, "differs")) == (0, {})
    assert "the target may have understood other words than the phone said" in printed


def test_ten_phones_are_not_kept_waiting_for_what_is_not_seen(documented: Served, tmp_path: Path) -> None:
    code, report, _ = compared(
        documented, tmp_path, SCENARIOS / "registration" / "eleven-phones.scenario.yaml"
    )
    assert (code, rows(report, "differs")) == (0, {})


NOTHING = """\
scenario: Nothing is expected here
given:
  access_lists: {office: [127.0.0.1]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {reject: busy}}
  phones: {pbx: {}}
steps:
  - dial: sip:1@acme
  - expect: {status: {observed: busy}}
"""


def test_what_expects_nothing_under_a_profile_is_neither_the_same_nor_a_difference(
    documented: Served, tmp_path: Path
) -> None:
    file = tmp_path / "nothing.scenario.yaml"
    file.write_text(NOTHING)
    code, report, _ = compared(documented, tmp_path, file)
    (scenario,) = report["scenarios"]
    found = [(each["path"], each["outcome"], each["why"]) for each in scenario["expectations"]]
    assert (code, found) == (
        3,
        [("steps", "could not tell", "no step says what must be seen under this profile")],
    )


def test_a_comparison_replaces_no_scenario(documented: Served, tmp_path: Path) -> None:
    file = tmp_path / "nothing.scenario.yaml"
    file.write_text(NOTHING)
    target = ("--target", f"sip:{documented.sip}", "--rest", documented.http)
    done = ended("run", *target, "--parity", str(file), str(file), folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is a scenario file, which a report would replace" in done.stderr
    assert file.read_text() == NOTHING
