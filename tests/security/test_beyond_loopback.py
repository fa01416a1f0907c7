"""From elsewhere nobody comes in by a public token, and the proxy gives the provider's API only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sipdomain.cli import application
from sipdomain.errors import SetupError
from tests.integration.served import ACCOUNT, TOKEN, Served, served
from tests.security.asked import DOMAINS, Answer, ask, basic, place, through


def made(emulator: Served, label: str) -> str:
    """Return a token that the emulator printed before it was ready."""
    assert emulator.process.stderr is not None
    while line := emulator.process.stderr.readline():
        found = re.match(rf"{label} +(\S+)   ", line)
        if found is not None:
            return found[1]
    raise AssertionError(label)


@pytest.mark.parametrize("bind", ["0.0.0.0:0", "[::]:0"])
def test_beyond_loopback_the_public_token_opens_nothing_and_the_printed_ones_do(bind: str) -> None:
    with served("--http", bind, "--no-speech") as emulator:
        control, account = made(emulator, "token"), made(emulator, "auth token")
        where = place(emulator)
        assert ask(where, DOMAINS, Host="pbx.example", Authorization=basic())[0] == 401
        assert ask(where, "/v1/Alerts", Host="pbx.example", Authorization=basic())[0] == 401
        assert ask(where, DOMAINS, Host="pbx.example", Authorization=basic(account))[0] == 200
        for headers in ({}, {"Authorization": basic()}, {"Authorization": f"Bearer {TOKEN}"}):
            assert ask(where, "/_sipdomain/snapshot", "GET", b"", Host="localhost", **headers)[0] == 401
        bearer = {"Authorization": f"Bearer {control}"}
        assert ask(where, "/_sipdomain/snapshot", "GET", b"", Host="pbx.example", **bearer)[0] == 200
        assert (
            ask(where, "/_sipdomain/snapshot", "GET", b"", Host="h", Origin="http://evil.example", **bearer)[
                0
            ]
            == 403
        )


def test_a_state_file_made_on_loopback_does_not_bring_the_public_token_along(tmp_path: Path) -> None:
    file = str(tmp_path / "state.db")
    with served("--state", file, "--no-speech") as emulator:
        assert ask(place(emulator), DOMAINS, Host="localhost", Authorization=basic())[0] == 200
        assert emulator.stop() == 0
    with served("--state", file, "--http", "0.0.0.0:0", "--no-speech") as emulator:
        account = made(emulator, "auth token")
        assert ask(place(emulator), DOMAINS, Host="localhost", Authorization=basic())[0] == 401
        assert ask(place(emulator), DOMAINS, Host="localhost", Authorization=basic(account))[0] == 200


@pytest.mark.parametrize(
    ("flags", "environment", "said"),
    [
        (("--http", "0.0.0.0:0"), {"TWILIO_AUTH_TOKEN": TOKEN}, "TWILIO_AUTH_TOKEN is the development token"),
        (
            ("--proxy", "0.0.0.0:0"),
            {"TWILIO_AUTH_TOKEN": TOKEN},
            "TWILIO_AUTH_TOKEN is the development token",
        ),
        (("--http", "[::]:0", "--token", TOKEN), {}, "--token or SIPDOMAIN_TOKEN is the development token"),
        (
            ("--http", "[::]:0"),
            {"SIPDOMAIN_TOKEN": TOKEN},
            "--token or SIPDOMAIN_TOKEN is the development token",
        ),
    ],
)
def test_the_public_token_is_not_taken_by_name_either(
    flags: tuple[str, ...],
    environment: dict[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    arguments = ["serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", *flags]
    with pytest.raises(SetupError, match=said):
        application(arguments)(arguments, standalone_mode=False)


@dataclass(frozen=True, slots=True)
class Open:
    """An emulator whose proxy listens to everybody."""

    proxy: tuple[str, int]
    authority: Path
    token: str

    def ask(self, target: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Ask through the proxy."""
        return through(self.proxy, self.authority, target, method, body, **headers)


@pytest.fixture(scope="module")
def open_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    folder = tmp_path_factory.mktemp("open") / "ca"
    with served("--proxy", "0.0.0.0:0", "--ca-folder", str(folder), "--no-speech") as emulator:
        yield Open(place(emulator, "proxy"), folder / "ca.pem", made(emulator, "auth token"))
        assert emulator.stop() == 0


@pytest.mark.parametrize("host", ["api.twilio.com", "localhost", "127.0.0.1", "sipdomain", ""])
@pytest.mark.parametrize(
    "path",
    [
        "/_sipdomain/snapshot", "//_sipdomain/snapshot", "/%5Fsipdomain/snapshot", "/v1/../_sipdomain/snapshot",
        "/v1/%2e%2e/_sipdomain/snapshot", "/2010-04-01/../_sipdomain/snapshot", "/./_sipdomain/snapshot",
        "http://localhost/_sipdomain/snapshot", "http://127.0.0.1:8080/_sipdomain/health",
        "https://api.twilio.com/_sipdomain/snapshot", "/_sipdomain/journal", "/_sipdomain", "/", "/console",
    ],
)  # fmt: skip
def test_the_proxy_gives_nothing_but_the_provider_s_api(open_proxy: Open, path: str, host: str) -> None:
    status, _, body = open_proxy.ask(path, Host=host, Authorization=basic(open_proxy.token))
    assert status in (
        {404} if host == "api.twilio.com" and "localhost" not in path and "127" not in path else {403, 404}
    )
    assert open_proxy.token.encode() not in body
    assert not {"records", "transactions"} & json.loads(body).keys()


def test_the_proxy_resets_nothing(open_proxy: Open) -> None:
    login = basic(open_proxy.token)
    form = b"DomainName=kept.sip.twilio.com"
    assert open_proxy.ask(DOMAINS, "POST", form, Host="api.twilio.com", Authorization=login)[0] == 201
    for host in ("api.twilio.com", "localhost"):
        for path in ("/_sipdomain/reset", "//_sipdomain/reset"):
            assert open_proxy.ask(path, "POST", Host=host, Authorization=login)[0] in {403, 404}
    _, _, body = open_proxy.ask(DOMAINS, Host="api.twilio.com", Authorization=login)
    assert [each["domain_name"] for each in json.loads(body)["domains"]] == ["kept.sip.twilio.com"]


def test_the_proxy_takes_no_public_token_and_answers_no_page(open_proxy: Open) -> None:
    account = f"/2010-04-01/Accounts/{ACCOUNT}.json"
    assert open_proxy.ask(account, Host="api.twilio.com", Authorization=basic())[0] == 401
    login = basic(open_proxy.token)
    assert open_proxy.ask(account, Host="api.twilio.com", Authorization=login)[0] == 200
    pages = {"Host": "api.twilio.com", "Origin": "https://evil.example", "Authorization": login}
    assert open_proxy.ask(account, "GET", b"", **pages)[0] == 403
