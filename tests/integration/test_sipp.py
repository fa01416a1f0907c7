"""SIPp, a foreign caller, against `sipdomain serve`: nothing here shares a line with the emulator's SIP."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.emulator import Emulator, Webhook, emulator, webhook
from tests.benchmarks.processes import wait_for_end
from tests.benchmarks.sipp import PASSWORD, USER, Counts, Load, complaints, read_counts, running, scenario
from tests.integration.control_api import journal
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="sipp is missing: python -m tests.peers")


CONFIGURATION = f"""\
credential_lists:
  staff: {{{USER}: {PASSWORD}}}
access_lists:
  office: [192.0.2.1]
domains:
  hangup: {{calls: [staff], voice: "{{hook}}/hangup", status: "{{hook}}/status"}}
  talk: {{calls: [staff], voice: "{{hook}}/talk", status: "{{hook}}/status"}}
  ring: {{calls: [staff], voice: "{{hook}}/ring", status: "{{hook}}/status"}}
  guarded: {{calls: [office], voice: "{{hook}}/hangup"}}
"""


@pytest.fixture(scope="module")
def hook() -> Iterator[Webhook]:
    with webhook(core=None) as running_hook:
        yield running_hook


@pytest.fixture(scope="module", params=["documented", "observed"])
def cloud(
    request: pytest.FixtureRequest, hook: Webhook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Emulator]:
    file = tmp_path_factory.mktemp("serve") / "domains.yaml"
    file.write_text(CONFIGURATION.replace("{hook}", hook.url))
    with emulator(["--config", str(file), "--profile", request.param], core=None) as server:
        yield server


def _call(load: Load, folder: Path) -> Counts:
    """Run SIPp to its end and return what it counted; what it complained about is in the failure."""
    with running(load, folder, core=None) as process:
        code = wait_for_end(process, load.limit)
    counts = read_counts(folder)
    assert code == 0, f"{counts}\n{complaints(folder)}"
    return counts


def _settled(cloud: Emulator) -> None:
    """Wait until no call is open: the last callbacks follow the last BYE."""
    limit = time.monotonic() + PATIENCE
    while cloud.health()["calls"] and time.monotonic() < limit:
        time.sleep(0.05)
    assert cloud.health()["calls"] == 0


def _statuses(cloud: Emulator, domain: str) -> set[str]:
    """Return the statuses that calls to a domain ended with."""
    last = {
        each["call_sid"]: each["status"]
        for each in journal(cloud.http)
        if each["kind"] == "CallChanged" and each["domain"].startswith(domain)
    }
    return set(last.values())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_thirty_calls_with_credentials_go_without_a_failure_or_a_retransmission(
    cloud: Emulator, tmp_path: Path, transport: str
) -> None:
    load = Load(
        scenario("hangup_by_cloud"), cloud.sip, "hangup.sip.twilio.com", calls=30, rate=20,
        transport=transport,
    )  # fmt: skip
    counts = _call(load, tmp_path)
    assert (counts.successful, counts.failed, counts.sent_again, counts.received_again) == (30, 0, 0, 0)
    _settled(cloud)
    assert _statuses(cloud, "hangup") == {"completed"}


def test_the_caller_may_hang_up(cloud: Emulator, tmp_path: Path) -> None:
    counts = _call(Load(scenario("hangup_by_caller"), cloud.sip, "talk.sip.twilio.com", calls=5), tmp_path)
    assert counts == Counts(5, 0, 0, 0, counts.elapsed)
    _settled(cloud)
    assert _statuses(cloud, "talk") == {"completed"}


def test_a_call_that_rings_may_be_cancelled(cloud: Emulator, tmp_path: Path) -> None:
    counts = _call(
        Load(scenario("cancel_before_answer"), cloud.sip, "ring.sip.twilio.com", calls=5), tmp_path
    )
    assert counts == Counts(5, 0, 0, 0, counts.elapsed)
    _settled(cloud)
    assert _statuses(cloud, "ring") == {"no-answer"}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_caller_may_hold_resume_move_and_ask_for_an_offer_and_is_refused_the_rest(
    cloud: Emulator, tmp_path: Path, transport: str
) -> None:
    load = Load(
        scenario("turns_within_a_call"), cloud.sip, "talk.sip.twilio.com", calls=3, transport=transport
    )
    counts = _call(load, tmp_path)
    assert counts == Counts(3, 0, 0, 0, counts.elapsed)
    _settled(cloud)
    assert _statuses(cloud, "talk") == {"completed"}


@pytest.mark.parametrize("name", ["late_offer", "required_extension"])
def test_what_the_cloud_cannot_do_is_refused_by_its_own_status(
    cloud: Emulator, tmp_path: Path, name: str
) -> None:
    counts = _call(Load(scenario(name), cloud.sip, "talk.sip.twilio.com", calls=3), tmp_path)
    assert counts == Counts(3, 0, 0, 0, counts.elapsed)


def test_a_lost_ack_is_made_good_by_the_repeated_answer(cloud: Emulator, tmp_path: Path) -> None:
    counts = _call(Load(scenario("lost_ack"), cloud.sip, "hangup.sip.twilio.com", calls=3), tmp_path)
    assert counts == Counts(3, 0, 0, 3, counts.elapsed)
    _settled(cloud)


def test_a_domain_that_does_not_exist_is_not_found(cloud: Emulator, tmp_path: Path) -> None:
    counts = _call(Load(scenario("unknown_domain"), cloud.sip, "nobody.sip.twilio.com", calls=5), tmp_path)
    assert counts == Counts(5, 0, 0, 0, counts.elapsed)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_wrong_password_is_refused_after_the_challenge(
    cloud: Emulator, tmp_path: Path, transport: str
) -> None:
    load = Load(
        scenario("wrong_password"), cloud.sip, "hangup.sip.twilio.com", calls=5, transport=transport,
        password="Wrong-Horse-42",
    )  # fmt: skip
    assert _call(load, tmp_path).successful == 5


def test_an_address_on_no_list_gets_what_the_profile_says(cloud: Emulator, tmp_path: Path) -> None:
    drops = cloud.health()["profile"] == "documented"
    file = "address_dropped" if drops else "address_refused"
    counts = _call(Load(scenario(file), cloud.sip, "guarded.sip.twilio.com", calls=5), tmp_path)
    assert counts == Counts(5, 0, 0, 0, counts.elapsed)


def test_every_webhook_was_signed_so_that_the_providers_validator_accepts_it(
    cloud: Emulator, hook: Webhook, tmp_path: Path
) -> None:
    callbacks = 20 if cloud.health()["profile"] == "documented" else 5
    before = hook.seen()["requests"]
    wanted = {"/hangup": before.get("/hangup", 0) + 5, "/status": before.get("/status", 0) + callbacks}
    _call(Load(scenario("hangup_by_cloud"), cloud.sip, "hangup.sip.twilio.com", calls=5), tmp_path)
    limit = time.monotonic() + PATIENCE
    while not wanted.items() <= hook.seen()["requests"].items() and time.monotonic() < limit:
        time.sleep(0.05)
    seen = hook.seen()
    assert wanted.items() <= seen["requests"].items()
    assert seen["valid"] == seen["checked"] == sum(seen["requests"].values())
