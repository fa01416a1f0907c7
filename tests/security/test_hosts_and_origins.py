"""No web page works the emulator: neither one of another origin, nor one whose name was made to lead here."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.integration.served import ACCOUNT, Served, served
from tests.security.asked import DOMAINS, ask, basic, place

ROUTES = (
    ("GET", DOMAINS), ("POST", DOMAINS), ("GET", "/v1/Alerts"), ("GET", "/_sipdomain/snapshot"),
    ("POST", "/_sipdomain/reset"), ("GET", "/_sipdomain/journal"), ("GET", "/message?Message[0]=hi"), ("GET", "/"),
    ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{'0' * 32}.wav"), ("OPTIONS", DOMAINS), ("HEAD", DOMAINS),
)  # fmt: skip
STRANGERS = (
    {"Host": "rebound.example"},
    {"Host": "127.0.0.1.rebound.example:8080"},
    {"Host": "rebound.example", "Origin": "http://rebound.example"},
    {"Host": "localhost", "Origin": "http://evil.example"},
    {"Host": "localhost", "Origin": "null"},
    {"Host": "localhost", "Origin": "http://localhost:3000"},
    {"Host": "api.twilio.com", "Origin": "https://evil.example"},
    {"Host": "twimlets.com", "Origin": "https://evil.example"},
    {"Host": "0.0.0.0:8080", "Origin": "http://0.0.0.0:8080"},
)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Served]:
    with served("--no-speech") as running:
        yield running


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
def test_no_route_answers_a_page_of_somebody_else(emulator: Served, headers: dict[str, str]) -> None:
    for method, path in ROUTES:
        status, _, body = ask(place(emulator), path, method, b"", Authorization=basic(), **headers)
        assert (method, path, status) == (method, path, 403)
        if method != "HEAD":
            assert "nothing is answered for" in json.loads(body)["message"]


def test_a_target_in_absolute_form_is_judged_by_its_own_authority(emulator: Served) -> None:
    where = place(emulator)
    for path in ("/_sipdomain/snapshot", DOMAINS):
        assert ask(where, f"http://rebound.example{path}", Host="localhost", Authorization=basic())[0] == 403
    assert ask(where, f"http://localhost{DOMAINS}", Host="localhost", Authorization=basic())[0] == 200


def test_a_form_of_another_page_makes_no_domain(emulator: Served) -> None:
    form = b"DomainName=forged.sip.twilio.com"
    for stranger in STRANGERS:
        ask(place(emulator), DOMAINS, "POST", form, Authorization=basic(), **stranger)
    _, _, body = ask(place(emulator), DOMAINS, Host="localhost", Authorization=basic())
    assert json.loads(body)["domains"] == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]:8080", "api.twilio.com", "api.dublin.ie1.twilio.com"]
)
def test_a_program_is_answered_by_the_names_of_this_machine_and_of_the_provider(
    emulator: Served, host: str
) -> None:
    assert ask(place(emulator), DOMAINS, Host=host, Authorization=basic())[0] == 200


def test_a_page_of_the_emulator_itself_is_answered(emulator: Served) -> None:
    own = "{}:{}".format(*place(emulator))
    assert ask(place(emulator), "/_sipdomain/health", Host=own, Origin=f"http://{own}")[0] == 200


def test_two_hosts_are_one_too_many(emulator: Served) -> None:
    status, _, _ = ask(place(emulator), "/_sipdomain/health", Host="localhost", host="rebound.example")
    assert status == 400
