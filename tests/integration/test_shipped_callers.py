"""Every SIPp file that we ship plays against `sipdomain serve`, and nobody has to say anything twice."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.emulator import Emulator, emulator, webhook
from tests.benchmarks.processes import wait_for_end
from tests.benchmarks.sipp import PASSWORD, SCENARIOS, USER, Load, complaints, read_counts, running, scenario
from tests.integration.control_api import journal
from tests.integration.foreign_peers import PLAYED_WITH_PEERS

pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="sipp is missing: python -m tests.peers")

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "harness/sipdomain/pbx/templates/sipp"
CONFIGURATION = f"""\
credential_lists:
  staff: {{{USER}: {PASSWORD}}}
access_lists:
  here: [127.0.0.1]
  office: [192.0.2.1]
domains:
  hangup: {{calls: [staff], registrations: [staff], voice: "{{hook}}/hangup"}}
  open: {{calls: [here], voice: "{{hook}}/hangup"}}
  talk: {{calls: [staff], voice: "{{hook}}/talk"}}
  ring: {{calls: [staff], voice: "{{hook}}/ring"}}
  guarded: {{calls: [office], voice: "{{hook}}/hangup"}}
"""


@dataclass(frozen=True)
class Play:
    """How a file is played.

    Attributes:
        domain: Whom it calls.
        password: The caller's.
        profile: Whose behaviour it expects.
        calls: How often it is played; the emulator takes five REGISTERs a second of one user.
        answers_repeated: How many 200s the emulator sends again for each call, because the file wants it so.
        users: The lines of the file of users that it reads, if it reads one.
    """

    domain: str = "hangup"
    password: str = PASSWORD
    profile: str = "documented"
    calls: int = 2
    answers_repeated: int = 0
    users: str = ""


PLAYS = {
    "address_dropped": Play("guarded"),
    "address_refused": Play("guarded", profile="observed"),
    "call-with-digest": Play(),
    "cancel_before_answer": Play("ring"),
    "hangup_by_caller": Play("talk"),
    "hangup_by_cloud": Play(),
    "hangup_by_cloud_without_digest": Play("open"),
    "late_offer": Play("talk"),
    "lost_ack": Play(answers_repeated=1),
    "register": Play(calls=1),
    "register_a_user": Play(
        calls=1, users=f"SEQUENTIAL\n{USER};[authentication username={USER} password={PASSWORD}]\n"
    ),
    "required_extension": Play("talk"),
    "turns_within_a_call": Play("talk"),
    "unknown_domain": Play("nobody"),
    "wrong_password": Play(password="Wrong-Horse-42"),
}


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Emulator]]:
    file = tmp_path_factory.mktemp("serve") / "domains.yaml"
    with webhook(core=None) as hook:
        file.write_text(CONFIGURATION.replace("{hook}", hook.url))
        arguments = ["--config", str(file), "--profile"]
        with (
            emulator([*arguments, "documented"], core=None) as documented,
            emulator([*arguments, "observed"], core=None) as observed,
        ):
            yield {"documented": documented, "observed": observed}


def messages(cloud: Emulator) -> list[dict[str, Any]]:
    """Return the SIP messages in the journal."""
    return [each for each in journal(cloud.http) if each["kind"] == "SipMessage"]


def field(message: str, name: str) -> str:
    """Return the first header field of that name in a message; "" when it has none."""
    found = re.search(rf"^{name}:[ \t]*(.*?)\r?$", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def branch(message: str) -> str:
    return field(message, "Via").partition("branch=")[2].partition(";")[0]


def sequence(message: str) -> tuple[str, str]:
    return field(message, "Call-ID"), field(message, "CSeq").split()[0]


def test_every_file_is_played() -> None:
    assert sorted((*PLAYS, *PLAYED_WITH_PEERS)) == sorted(path.stem for path in SCENARIOS.iterdir())


def test_no_sipp_scenario_hides_elsewhere() -> None:
    """Those that `config pbx` fills are played by `test_pbx_callers.py`."""
    elsewhere = [
        path
        for folder in ("scenarios", "docs", "fixtures", "tests", "mock_webhooks", "harness")
        for path in (ROOT / folder).rglob("*.xml")
        if path.parent not in {SCENARIOS, TEMPLATES} and b"<scenario" in path.read_bytes()
    ]
    assert elsewhere == []


@pytest.mark.parametrize("name", sorted(PLAYS))
def test_a_file_plays_without_a_retransmission(
    clouds: dict[str, Emulator], tmp_path: Path, name: str
) -> None:
    play = PLAYS[name]
    cloud = clouds[play.profile]
    before = len(messages(cloud))
    users = tmp_path / "users.csv"
    users.write_text(play.users)
    options = (*scenario(name), "-inf", str(users)) if play.users else scenario(name)
    load = Load(options, cloud.sip, f"{play.domain}.sip.twilio.com", calls=play.calls, password=play.password)
    with running(load, tmp_path, core=None) as process:
        code = wait_for_end(process, load.limit)
    counts = read_counts(tmp_path)
    assert code == 0, f"{counts}\n{complaints(tmp_path)}"
    again = play.answers_repeated * play.calls
    assert (counts.successful, counts.failed) == (play.calls, 0)
    assert (counts.sent_again, counts.received_again) == (0, again)

    new = messages(cloud)[before:]
    received = [each["data"] for each in new if each["lane"] == "in"]
    sent = [each["data"] for each in new if each["lane"] == "out"]
    assert received
    assert [each for each, count in Counter(received).items() if count > 1] == []
    assert sum(count - 1 for count in Counter(sent).values()) == again
    # RFC 3261, 17.1.1.3: the ACK for a refusal is of the INVITE's transaction; that for a 2xx is of its own.
    invites = {sequence(each): branch(each) for each in received if each.startswith("INVITE ")}
    taken = {
        sequence(each)
        for each in sent
        if re.match(r"SIP/2\.0 2\d\d .*\r\n", each) and "INVITE" in field(each, "CSeq")
    }
    for ack in (each for each in received if each.startswith("ACK ")):
        assert (branch(ack) == invites[sequence(ack)]) is (sequence(ack) not in taken)
