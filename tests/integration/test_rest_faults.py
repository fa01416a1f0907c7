"""Faults of the REST API by the control API, as clients meet them."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from urllib3.util.retry import Retry

from tests.integration.control_api import control, journal
from tests.integration.served import ACCOUNT, TOKEN, Served, served, until
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def cloud() -> Iterator[Served]:
    with served("--no-speech") as emulator:
        yield emulator
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        assert "Traceback" not in emulator.process.stderr.read()


def rest_faults(cloud: Served, method: str, value: Any = None) -> Any:
    return control(cloud.http, method, "rest-faults", value)


def injected(cloud: Served) -> str:
    """Return what faults did, as the journal says it."""
    return "".join(str(each) for each in journal(cloud.http) if each["kind"] == "Injected")


def queues(cloud: Served, **more: Any) -> requests.Response:
    """Ask for the queues by a client that tries again as it is told."""
    url = f"{cloud.http}/2010-04-01/Accounts/{ACCOUNT}/Queues.json"
    with requests.Session() as session:
        retry = Retry(
            total=3, status_forcelist=(429, 503), allowed_methods=None, raise_on_status=False, **more
        )
        session.mount("http://", HTTPAdapter(max_retries=retry))
        return session.get(url, auth=(ACCOUNT, TOKEN), timeout=PATIENCE)


def test_a_client_that_waits_for_retry_after_gets_through(cloud: Served) -> None:
    rest_faults(
        cloud,
        "PUT",
        {"faults": [{"path": "*/Queues.json", "status": 429, "retry_after": 1, "times": 1}]},
    )
    began = time.monotonic()
    answer = queues(cloud)
    assert (answer.status_code, answer.json()["queues"]) == (200, [])
    assert time.monotonic() - began >= 1.0
    (fault,) = rest_faults(cloud, "GET")["faults"]
    assert (fault["struck"], fault["status"]) == (1, 429)
    assert rest_faults(cloud, "DELETE") == {"seed": 0, "faults": []}


def test_the_sdk_gets_the_provider_s_codes(cloud: Served) -> None:
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = cloud.http
    rest_faults(cloud, "PUT", {"faults": [
        {"method": "POST", "status": 503, "retry_after": 5, "times": 1}, {"method": "POST", "status": 429, "times": 1},
    ]})  # fmt: skip
    for status, code in ((503, 20503), (429, 20429)):
        with pytest.raises(TwilioRestException) as refused:
            client.queues.create(friendly_name="refused")
        assert (refused.value.status, refused.value.code) == (status, code)
    assert client.queues.list() == []
    rest_faults(cloud, "DELETE")


def test_a_slow_answer_outlasts_the_patience_of_a_client(cloud: Served) -> None:
    rest_faults(cloud, "PUT", {"faults": [{"path": "*/Queues.json", "delay": 30, "times": 1}]})
    url = f"{cloud.http}/2010-04-01/Accounts/{ACCOUNT}/Queues.json"
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(url, auth=(ACCOUNT, TOKEN), timeout=0.3)
    assert queues(cloud).status_code == 200
    rest_faults(cloud, "DELETE")


@pytest.mark.parametrize(("cut", "made"), [("before", 0), ("after", 1)])
def test_a_cut_connection_leaves_the_client_without_an_answer(cloud: Served, cut: str, made: int) -> None:
    control(cloud.http, "POST", "reset")
    rest_faults(cloud, "PUT", {"faults": [{"method": "POST", "cut": cut}]})
    url = f"{cloud.http}/2010-04-01/Accounts/{ACCOUNT}/Queues.json"
    with pytest.raises((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.post(url, auth=(ACCOUNT, TOKEN), data={"FriendlyName": "support"}, timeout=PATIENCE)
    assert len(queues(cloud).json()["queues"]) == made
    control(cloud.http, "POST", "reset")
    assert rest_faults(cloud, "GET") == {"seed": 0, "faults": []}


def test_the_control_api_and_a_wrong_fault_are_not_befallen(cloud: Served) -> None:
    rest_faults(cloud, "PUT", {"faults": [{"status": 503}]})
    assert queues(cloud, backoff_factor=0).status_code == 503
    assert control(cloud.http, "GET", "health")["status"] == "ok"
    with pytest.raises(urllib.error.HTTPError) as refused:
        rest_faults(cloud, "PUT", {"faults": [{"status": 404}]})
    with refused.value as answer:
        message = json.loads(answer.read())["message"]
    assert message == "faults.0.status: `this` is not known here: needed is 429, 500 or 503"
    assert len(rest_faults(cloud, "GET")["faults"]) == 1
    rest_faults(cloud, "DELETE")


def test_webhooks_have_faults_of_their_own_until_they_are_removed(cloud: Served) -> None:
    name = "faults"
    shown = {"seed": 1, "faults": ["webhook double copies 2", "webhook status of voice code 502"]}
    assert control(cloud.http, "POST", name, shown) == shown
    for wrong, message in (
        (
            "webhook status code 200",
            "fault 'webhook status code 200': `code`: `200` is too small: 400 or more is needed",
        ),
        (
            "webhook slow header 1",
            "fault 'webhook slow header 1': unknown word `header`; known are chance, since, until, of, headers, body",
        ),
        ("webhook lost", "webhook double, shuffle, lose, slow, status, burst, type, fail"),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            control(cloud.http, "POST", name, {"faults": [wrong]})
        with refused.value as answer:
            assert message in json.loads(answer.read())["message"]
    assert control(cloud.http, "GET", name) == shown
    control(cloud.http, "PUT", "numbers", {"numbers": {"+15005550009": "answers"}})
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = cloud.http
    client.incoming_phone_numbers.create(phone_number="+15005550006")
    client.calls.create(to="+15005550009", from_="+15005550006", url="http://127.0.0.1:9/voice")
    until(lambda: "voice http://127.0.0.1:9/voice: 502" in injected(cloud))
    control(cloud.http, "POST", "reset")
    assert control(cloud.http, "GET", name) == {"seed": 1, "faults": []}


def test_any_fault_is_added_as_a_line_and_removed() -> None:
    with served("--no-speech", "--fault", "drop of REGISTER from phone", "--fault-seed", "7") as emulator:
        given = {"seed": 7, "faults": ["sip drop of REGISTER from phone"]}
        assert control(emulator.http, "GET", "faults") == given
        more = control(
            emulator.http,
            "POST",
            "faults",
            {"faults": ["webhook slow headers 3", "drop of OPTIONS"], "seed": 8},
        )
        assert more == {
            "seed": 8,
            "faults": ["sip drop of REGISTER from phone", "sip drop of OPTIONS", "webhook slow headers 3.0"],
        }
        for wrong, message in (
            ({"faults": ["dorp"]}, "fault 'dorp': write one of sip duplicate, drop"),
            ({"faults": ["drop"] * 30}, "there may be 32 faults at most (got 33)"),
            ({"faults": "drop"}, "faults must be a list of lines"),
            ({"faults": ["drop"], "seed": "x"}, "seed must be a whole number (got 'x')"),
            ({"fault": ["drop"]}, 'write {"faults": ['),
        ):
            with pytest.raises(urllib.error.HTTPError) as refused:
                control(emulator.http, "POST", "faults", wrong)
            with refused.value as answer:
                assert json.loads(answer.read())["message"].startswith(message)
        assert control(emulator.http, "GET", "faults") == more
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
            phone.settimeout(PATIENCE)
            phone.connect(emulator.sip)
            phone.send(OPTIONS)
            until(lambda: "OPTIONS of the phone: lost" in injected(emulator))
            assert control(emulator.http, "DELETE", "faults") == {"seed": 8, "faults": []}
            phone.send(OPTIONS.replace(b"z9hG4bK1", b"z9hG4bK2"))
            assert phone.recv(4096).startswith(b"SIP/2.0 ")
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        said = emulator.process.stderr.read()
    assert "the same again: --fault 'sip drop of REGISTER from phone' --fault-seed 7" in said


OPTIONS = (
    b"OPTIONS sip:acme.sip.twilio.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1;rport\r\n"
    b"From: <sip:a@acme.sip.twilio.com>;tag=1\r\nTo: <sip:acme.sip.twilio.com>\r\nCall-ID: 1@x\r\n"
    b"CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)
