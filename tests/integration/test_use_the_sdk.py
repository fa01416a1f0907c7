"""Every example of `docs/how-to/use-the-sdk.md`, run as it stands there but for the ports and folders."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import ROOT, blocks
from tests.integration.proxied import ANYONE, Proxied, serving_a_proxy
from tests.integration.served import ACCOUNT, TOKEN, served
from tests.integration.test_outbound import answering, client_of, until_over
from tests.patience import PATIENCE

PAGE: Final = (ROOT / "docs" / "how-to" / "use-the-sdk.md").read_text("utf-8")
CURL, SERVE, EXPORT, KEYTOOL = blocks(PAGE, "sh")
ROWS: Final = {
    row[0]: row[1:]
    for line in PAGE.splitlines()
    if line.startswith("| ")
    for row in [[cell.strip() for cell in line.strip("|").split("|")]]
}
ASKED: Final = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}.json"


def run(command: list[str], environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_examples_report_a_finished_call_and_what_failed(tmp_path: Path) -> None:
    with served("--no-speech") as emulator, answering(tmp_path, "udp") as port:
        client = client_of(emulator)
        made = client.calls.create(
            to=f"sip:100@127.0.0.1:{port}", from_="reception", twiml="<Response><Hangup/></Response>"
        )
        assert until_over(client, made.sid).status == "completed"
        client.calls.create(to="sip:nobody@none.sip.twilio.com", from_="reception", twiml="<Response/>")
        (first,), (then,) = blocks(PAGE, "python"), blocks(PAGE, "py")
        program = f"{first}\n{then}".replace("http://127.0.0.1:8080", emulator.http)
        shown = run([sys.executable, "-c", program], ANYONE, tmp_path).splitlines()
        assert shown[0] in {f"{made.sid} reception {seconds}" for seconds in (0, 1)}
        assert re.fullmatch(r"\S+ \S+ 32214 None", shown[1])
        assert client.sip.domains.list()[0].auth_type == "CREDENTIAL_LIST"
        client.voice.base_url = emulator.http
        (trunk,) = client.voice.v1.byoc_trunks.list()
        assert trunk.connection_policy_sid == client.voice.v1.connection_policies.list()[0].sid


def test_the_curl_example_lists_the_domains(tmp_path: Path) -> None:
    with served("--no-speech") as emulator:
        command = shlex.split(CURL.replace("http://127.0.0.1:8080", emulator.http))
        assert json.loads(run(command, ANYONE, tmp_path))["domains"] == []


# --- the proxy -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("page")
    # The command of the page, on free ports.
    assert SERVE == "sipdomain serve --proxy 127.0.0.1:8443 --ca-folder sipdomain-ca\n"
    with serving_a_proxy(folder / "sipdomain-ca") as found:
        yield found


def here(text: str, proxied: Proxied) -> str:
    """Return a text of the page with the port that there is."""
    return text.replace("127.0.0.1:8443", str(proxied.address)).replace("8443", str(proxied.address.port))


def variables(client: str, proxied: Proxied) -> dict[str, str]:
    """Return the environment that the table names for a client."""
    proxy, bundle = (re.findall(r"`([A-Z_]+)`", cell)[:1] for cell in ROWS[client])
    return proxied.environment(*bundle, proxy=proxy[0])


def test_the_variables_of_the_page_lead_to_the_emulator(proxied: Proxied) -> None:
    script = f"{here(EXPORT, proxied)}\nexec {shlex.quote(sys.executable)} -c {shlex.quote(PYTHON)}"
    known = {**ANYONE, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    assert run(["bash", "-c", script], known, proxied.authority.parents[1]) == "[]\n"


PYTHON: Final = """
import os
from twilio.rest import Client
print(Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]).sip.domains.list())
"""
PHP: Final = """
$curl = curl_init($argv[1]);
curl_setopt($curl, CURLOPT_USERPWD, getenv('TWILIO_ACCOUNT_SID') . ':' . getenv('TWILIO_AUTH_TOKEN'));
exit(curl_exec($curl) ? 0 : 1);
"""


def test_the_rows_of_the_clients_that_are_tested_here_are_right(proxied: Proxied) -> None:
    folder = proxied.authority.parents[1]
    python = run([sys.executable, "-c", PYTHON], variables("Python SDK, from 7.9.1 on", proxied), folder)
    assert python == "[]\n"
    curl = run(["curl", "-sS", "-u", f"{ACCOUNT}:{TOKEN}", ASKED], variables("curl", proxied), folder)
    assert json.loads(curl)["sid"] == ACCOUNT
    (php,) = re.findall(r"`(php [^`]+)`", ROWS["PHP SDK"][1])
    answer = run([*shlex.split(php), "-r", PHP, ASKED], variables("PHP SDK", proxied), folder)
    assert json.loads(answer)["sid"] == ACCOUNT
    # The row of Node is what the walk in test_proxy.py finds in its environment.
    assert ROWS["Node SDK"] == ["`HTTP_PROXY`: this SDK reads no other", "`NODE_EXTRA_CA_CERTS`"]


def test_the_row_of_java_and_its_trust_store_are_right(proxied: Proxied) -> None:
    folder = proxied.authority.parents[1]
    run(shlex.split(KEYTOOL), dict(os.environ), folder)
    options = " ".join(re.findall(r"`(-D[^`]+)`", " ".join(ROWS["Java SDK"])))
    assert options.count("-D") == 4
    environment = {**proxied.environment(), "JAVA_TOOL_OPTIONS": here(options, proxied)}
    answer = run(["java", str(ROOT / "fixtures" / "java" / "Fetch.java")], environment, folder)
    assert json.loads(answer)["sid"] == ACCOUNT


def test_the_page_says_which_rows_are_only_read() -> None:
    untested = set(ROWS) - {"Client", "Python SDK, from 7.9.1 on", "Node SDK", "curl", "PHP SDK", "Java SDK"}
    assert untested == {"Go programs, Terraform among them", "Ruby SDK"}
    assert "Of Go and Ruby this is what their documentation says." in PAGE
