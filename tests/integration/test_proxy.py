"""`serve --proxy`: programs that know nothing of us reach us, and nobody else, by their environment alone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.proxied import Proxied, serving_a_proxy
from tests.integration.served import ACCOUNT, TOKEN
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with serving_a_proxy(tmp_path_factory.mktemp("proxy") / "ca") as found:
        yield found


PROGRAM = """
import os
from twilio.rest import Client
client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
made = client.sip.domains.create(domain_name="python.sip.twilio.com")
print([each.domain_name for each in client.sip.domains.list()])
print(client.sip.domains(made.sid).delete())
print([each.event_type for each in client.monitor.v1.events.stream(page_size=1)])
print(client.monitor.v1.alerts.list())
print(client.monitor.v1.events.list()[0].url.rpartition("/")[0])
"""


def test_the_sdk_needs_two_variables_and_no_change_of_code(proxied: Proxied) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=proxied.environment("REQUESTS_CA_BUNDLE"), capture_output=True,
        text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "['python.sip.twilio.com']", "True",
        "['sip-domain.deleted', 'sip-domain.created']", "[]", "https://monitor.twilio.com/v1/Events",
    ]  # fmt: skip


@pytest.mark.parametrize("host", ["api.twilio.com", "api.dublin.ie1.twilio.com"])
def test_curl_needs_two_variables(proxied: Proxied, host: str) -> None:
    url = f"https://{host}/2010-04-01/Accounts/{ACCOUNT}.json"
    done = subprocess.run(
        ["curl", "-sS", "-u", f"{ACCOUNT}:{TOKEN}", url], env=proxied.environment("CURL_CA_BUNDLE"),
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert json.loads(done.stdout)["sid"] == ACCOUNT


def test_the_sdk_for_node_walks_the_resources(proxied: Proxied, node: Path) -> None:
    # This SDK takes its proxy from another variable.
    done = subprocess.run(
        ["node", "walk.js"], cwd=node, env=proxied.environment("NODE_EXTRA_CA_CERTS", proxy="HTTP_PROXY"),
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    lists, mapped = [5, True, "by Node", True, 20404], [1, 21231, True, True, 404]
    assert json.loads(done.stdout) == {
        "domains": [5, True, "true", True, 20404], "credentialLists": lists, "ipAccessControlLists": lists,
        "keys": lists, "queues": [5, True, "7", True, 20404], "incomingPhoneNumbers": lists,
        "credentials": [5, True, "user0", True, 20404], "ipAddresses": [5, True, "24", True, 20404],
        "legacyCredentials": mapped, "legacyAddresses": mapped, "callCredentials": mapped,
        "callAddresses": mapped, "registrations": mapped, "subaccount": "active",
        "call": ["outbound-api", "failed", 1], "over": 21220, "alerts": ["32009"], "notifications": ["32009"],
        "ipRecords": lists, "connectionPolicies": lists,
        "targets": [5, True, "7", True, 20404], "byocTrunks": lists, "applications": lists, "trunking": 501,
        "sourceIpMappings": [5, True, "the record", True, 20404], "callEvents": [201],
        "events": 1, "empty": [0, 0, 0, 0], "taken": 21232, "weak": 21243, "tooMany": 20007,
    }  # fmt: skip


def test_php_walks_the_sip_resources(proxied: Proxied) -> None:
    """Debian has no SDK for PHP: the walk is by PHP's curl, which that SDK stands on."""
    done = subprocess.run(
        ["php", "-d", f"curl.cainfo={proxied.authority}", str(ROOT / "fixtures" / "php" / "walk.php")],
        env=proxied.environment(), capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (done.stderr, done.returncode) == ("", 0), done.stdout
    lists, mapped = [5, True, "by PHP", True, 20404], [1, 21231, True, True, 20404]
    assert json.loads(done.stdout) == {
        "domains": [5, True, True, True, 20404], "credentialLists": lists, "ipAccessControlLists": lists,
        "credentials": [5, True, "user0", True, 20404], "ipAddresses": [5, True, 24, True, 20404],
        "legacyCredentials": mapped, "legacyAddresses": mapped, "callCredentials": mapped,
        "callAddresses": mapped, "registrations": mapped, "taken": 21232, "weak": 21243, "tooMany": 20007,
    }  # fmt: skip


def test_who_does_not_trust_the_authority_is_not_served(proxied: Proxied) -> None:
    done = subprocess.run(
        ["curl", "-sS", f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}.json"],
        env=proxied.environment(), capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert "certificate" in done.stderr
    assert done.returncode == 60


def spoken(proxied: Proxied, data: bytes) -> bytes:
    """Return all that comes back for some bytes."""
    with socket.create_connection(proxied.address, timeout=PATIENCE) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while part := connection.recv(4096):
            found += part
    return found


@pytest.mark.parametrize(
    ("request_line", "status", "said"),
    [
        ("CONNECT example.com:443 HTTP/1.1", 403, "nothing is forwarded outside this machine, not even to example.com:443"),
        ("CONNECT api.twilio.com:80 HTTP/1.1", 403, "nothing is forwarded"),
        ("CONNECT eviltwilio.com:443 HTTP/1.1", 403, "nothing is forwarded"),
        ("CONNECT 127.0.0.1:443 HTTP/1.1", 403, "nothing is forwarded"),
        ("GET http://api.twilio.com/2010-04-01 HTTP/1.1", 403, "only HTTPS is answered here"),
        ("CONNECT", 400, "this is a proxy for HTTPS: it takes CONNECT"),
        ("\x16\x03\x01", 400, "this is a proxy for HTTPS: it takes CONNECT"),
    ],
)  # fmt: skip
def test_nothing_leaves_this_machine(proxied: Proxied, request_line: str, status: int, said: str) -> None:
    head, _, body = spoken(proxied, f"{request_line}\r\nHost: a\r\n\r\n".encode()).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert said in body.decode()


def test_a_head_without_end_is_cut_off(proxied: Proxied) -> None:
    assert spoken(proxied, b"CONNECT api.twilio.com:443 HTTP/1.1\r\nX: " + b"y" * 20_000) == b""
    assert spoken(proxied, b"CONNECT api.twilio.com:443 HTT") == b""


def test_the_tls_of_a_tunnel_may_be_nonsense(proxied: Proxied) -> None:
    came = spoken(proxied, b"CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\nnot a ClientHello at all")
    assert came.startswith(b"HTTP/1.1 200 Connection established\r\n\r\n")
