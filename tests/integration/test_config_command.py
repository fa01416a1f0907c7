"""`sipdomain config`: from YAML into a state file, out of it in both forms, and back."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.integration.program import ended
from tests.integration.served import ACCOUNT, TOKEN, served
from tests.patience import PATIENCE

GIVEN = """\
credential_lists: {staff: {alice: Correct-Horse-42}}
access_lists: {office: [127.0.0.1]}
domains: {acme: {calls: [staff, office], voice: "http://127.0.0.1:5000/greeting"}}
"""


def config(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return ended("config", *map(str, arguments))


@pytest.fixture
def given(tmp_path: Path) -> Path:
    file = tmp_path / "domains.yaml"
    file.write_text(GIVEN)
    return file


def test_a_configuration_goes_into_a_state_file_that_serve_takes_and_out_again(
    given: Path, tmp_path: Path
) -> None:
    state, other = tmp_path / "state.db", tmp_path / "other.db"
    made = config("import", given, "--state", state, "--seed", "7")
    assert made.stdout == f"{given}: domains: 1, credential lists: 1, users: 1, access lists: 1\n"
    exported = config("export", "--state", state).stdout
    assert "alice: ha1:" in exported
    assert "Correct-Horse-42" not in exported
    (tmp_path / "again.yaml").write_text(exported)
    assert config("import", tmp_path / "again.yaml", "--state", other, "--seed", "7").returncode == 0
    assert config("export", "--state", other).stdout == exported
    with served("--no-speech", "--state", str(state)) as emulator:
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        assert "domain      acme.sip.twilio.com" in emulator.process.stderr.read()


def test_an_export_is_its_owners_alone_for_it_has_what_logs_in(given: Path, tmp_path: Path) -> None:
    config("import", given, "--state", tmp_path / "state.db")
    out = tmp_path / "exported.yaml"
    assert config("export", "--state", tmp_path / "state.db", "--out", out).stderr == ""
    assert out.stat().st_mode & 0o777 == 0o600
    assert "alice: ha1:" in out.read_text()
    out.chmod(0o644)
    again = config("export", "--state", tmp_path / "state.db", "--out", out)
    assert again.stderr == f"warning     {out} is open to other users (mode 644): chmod 600 {out}\n"


def test_terraform_is_given_all_but_the_passwords(given: Path, tmp_path: Path) -> None:
    config("import", given, "--state", tmp_path / "state.db")
    out = tmp_path / "domains.tf.json"
    assert (
        config("export", "--state", tmp_path / "state.db", "--form", "terraform", "--out", out).returncode
        == 0
    )
    refused = config("check", out)
    assert refused.returncode == 2
    assert "is known to Terraform only: write the value here" in refused.stderr
    assert f"--> {out}:" in refused.stderr
    text = out.read_text().replace(json.dumps('${var.passwords["staff/alice"]}'), '"Correct-Horse-42"')
    out.write_text(text)
    assert (
        config("check", out).stdout == f"{out}: domains: 1, credential lists: 1, users: 1, access lists: 1\n"
    )


def test_what_terraform_shows_is_imported_and_a_null_is_nothing(tmp_path: Path) -> None:
    shown, kind = tmp_path / "state.json", "twilio_api_accounts_sip_domains"
    values = {
        "sid": "SD1",
        "domain_name": "acme.sip.twilio.com",
        "friendly_name": None,
        "voice_url": None,
        "secure": False,
    }
    resources = [{"address": f"{kind}.a", "mode": "managed", "type": kind, "name": "a", "values": values}]
    shown.write_text(
        json.dumps({"format_version": "1.0", "values": {"root_module": {"resources": resources}}})
    )
    assert config("import", shown, "--state", tmp_path / "state.db").returncode == 0
    assert config("export", "--state", tmp_path / "state.db").stdout == "domains:\n  acme: {}\n"
    shown.write_text(shown.read_text().replace('"acme.sip.twilio.com"', "null"))
    refused = config("check", shown)
    assert (refused.returncode, "`domain_name` is missing" in refused.stderr) == (2, True)
    assert f"--> {shown}:1:" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check",), "`config check` and `config import` need a file, `config export` takes none"),
        (("import", "{file}"), "`config import` and `config export` need --state, `config check` takes none"),
        (("export", "--state", "{folder}/none.db"), "--state: there is no file {folder}/none.db"),
        (("check", "{file}", "--suffix", "A b"), "--suffix needs labels in lower case, such as sip.twilio.com (got 'A b')"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_clear_line(
    given: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = config(*(each.format(file=given, folder=tmp_path) for each in arguments))
    assert (ended.returncode, ended.stderr) == (2, f"error: {said.format(folder=tmp_path)}\n")


def test_a_state_file_is_filled_once(given: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    assert config("import", given, "--state", state).returncode == 0
    again = config("import", given, "--state", state)
    assert again.stderr == f"error: --state: {state} has its own domains and lists: import into a new file\n"


def test_what_a_configuration_has_no_words_for_is_reported(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with served("--no-speech", "--state", str(state)) as emulator:
        made = [
            ("Keys", {"FriendlyName": "app"}),
            ("IncomingPhoneNumbers", {"AreaCode": "415"}),
            ("OutgoingCallerIds", {"PhoneNumber": "+15005550010"}),
            ("Queues", {"FriendlyName": "support"}),
            ("SIP/Domains", {"DomainName": "a.sip.twilio.com", "EmergencyCallingEnabled": "true"}),
            ("SIP/Domains", {"DomainName": "b.sip.twilio.com", "ByocTrunkSid": f"BY{'0' * 32}"}),
            ("SIP/IpAccessControlLists", {"FriendlyName": "office"}),
            ("SIP/IpAccessControlLists/{AL}/IpAddresses", {"FriendlyName": "Head", "IpAddress": "10.0.0.1"}),
        ]
        access_list = ""
        for name, form in made:
            request = Request(
                f"{emulator.http}/2010-04-01/Accounts/{ACCOUNT}/{name.format(AL=access_list)}.json",
                data=urlencode(form).encode(),
                headers={"Authorization": "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()},
            )
            with urlopen(request, timeout=PATIENCE) as response:
                assert response.status in {200, 201}
                access_list = json.load(response).get("sid", "")
        assert emulator.stop() == 0
    told = config("export", "--state", state)
    assert told.returncode == 0
    assert told.stderr == (
        "left out: 1 friendly names of addresses, 1 settings of domains for emergency calls, "
        "1 BYOC trunks of domains, 1 API keys, 1 phone numbers, 1 caller IDs, 1 queues, "
        "which a configuration has no words for\n"
    )
