"""Who may ask by HTTP, case by case."""

from __future__ import annotations

import base64

import pytest

from sipdomain.runtime.development import AUTH_TOKEN
from sipdomain.runtime.http.gate import Asking, Door, Gate, is_control, is_self

LOCAL, SIX = Gate(), Gate(host="::1")
LAN, ALL = Gate("secret", "192.0.2.7"), Gate("secret", "0.0.0.0")
PUBLIC = "Basic " + base64.b64encode(f"AC1:{AUTH_TOKEN}".encode()).decode()


@pytest.mark.parametrize(
    ("gate", "door", "host", "origin", "authorization", "status"),
    [
        (LOCAL, "control", "127.0.0.1:8080", "", "", None),
        (LOCAL, "control", "localhost:8080", "", "", None),
        (LOCAL, "control", "[::1]:8080", "", "", None),
        (LOCAL, "control", "127.0.0.1:8080", "http://127.0.0.1:8080", "", None),
        (LOCAL, "control", "LocalHost", "http://localhost", "", None),
        (LOCAL, "control", "LOCALHOST.", "", "", None),
        (LOCAL, "control", "localhost.:8080", "", "", None),
        (LOCAL, "control", "localhost:", "", "", None),
        (LOCAL, "control", "localhost..", "", "", 403),
        (LOCAL, "control", ".", "", "", 403),
        (LOCAL, "control", "user@localhost", "", "", 403),
        (LOCAL, "control", "evil.example@localhost:8080", "", "", 403),
        (LOCAL, "control", "localhost:abc", "", "", 403),
        (LOCAL, "control", "localhost:-1", "", "", 403),
        (LOCAL, "control", "localhost:99999", "", "", 403),
        (LOCAL, "control", "localhost:80:80", "", "", 403),
        (LOCAL, "control", "[::1]evil.example", "", "", 403),
        (LOCAL, "control", "localhost/evil", "", "", 403),
        (LOCAL, "provider", "user:x@api.twilio.com", "", PUBLIC, 403),
        (LOCAL, "provider", "api.twilio.com:abc", "", PUBLIC, 403),
        (LOCAL, "provider", "API.twilio.com.", "", PUBLIC, None),
        (LOCAL, "provider", "twimlets.com.", "", "", None),
        (LOCAL, "proxy", "user@api.twilio.com", "", PUBLIC, 403),
        (LOCAL, "control", "127.0.0.1:80", "http://127.0.0.1", "", None),
        (LOCAL, "control", "127.0.0.1:8080", "http://127.0.0.1:3000", "", 403),
        (LOCAL, "control", "127.0.0.1:8080", "http://localhost:8080", "", 403),
        (LOCAL, "control", "127.0.0.1:8080", "http://evil.example", "", 403),
        (LOCAL, "control", "127.0.0.1:8080", "http://[", "", 403),
        (LOCAL, "control", "127.0.0.1:8080", "null", "", 403),
        (LOCAL, "control", "127.0.0.1:8080", "http://127.0.0.1:8080,http://evil.example", "", 403),
        (LOCAL, "control", "evil.example", "", "", 403),
        (LOCAL, "control", "evil.example:8080", "http://evil.example:8080", "", 403),
        (LOCAL, "control", "api.twilio.com", "", "", 403),
        (LOCAL, "control", "twimlets.com", "", "", 403),
        (LOCAL, "control", "0.0.0.0:8080", "", "", 403),
        (LOCAL, "control", "", "", "", 403),
        (LOCAL, "provider", "127.0.0.1:8080", "", PUBLIC, None),
        (LOCAL, "provider", "api.twilio.com", "", PUBLIC, None),
        (LOCAL, "provider", "twimlets.com", "", "", None),
        (LOCAL, "provider", "evil.example", "", PUBLIC, 403),
        (LOCAL, "provider", "eviltwilio.com", "", PUBLIC, 403),
        (LOCAL, "provider", "api.twilio.com", "https://evil.example", PUBLIC, 403),
        (LOCAL, "provider", "127.0.0.1:8080", "null", PUBLIC, 403),
        (LOCAL, "proxy", "api.twilio.com", "", PUBLIC, None),
        (LOCAL, "proxy", "monitor.twilio.com:443", "", PUBLIC, None),
        (LOCAL, "proxy", "localhost", "", PUBLIC, 403),
        (LOCAL, "proxy", "127.0.0.1", "", PUBLIC, 403),
        (LOCAL, "proxy", "twimlets.com", "", PUBLIC, 403),
        (LOCAL, "proxy", "api.twilio.com", "https://evil.example", PUBLIC, 403),
        (SIX, "provider", "[::1]:8080", "", PUBLIC, None),
        (SIX, "provider", "evil.example", "", PUBLIC, 403),
        (ALL, "control", "pbx.example:8080", "", "Bearer secret", None),
        (ALL, "control", "pbx.example:8080", "", "bearer secret", None),
        (ALL, "control", "pbx.example:8080", "http://evil.example", "Bearer secret", 403),
        (ALL, "control", "pbx.example:8080", "", "Bearer wrong", 401),
        (ALL, "control", "127.0.0.1:8080", "", "", 401),
        (ALL, "control", "127.0.0.1:8080", "", "Basic secret", 401),
        (ALL, "provider", "pbx.example", "", "Basic QUM6b3RoZXI=", None),
        (ALL, "provider", "pbx.example", "", PUBLIC, 401),
        (ALL, "provider", "pbx.example", "", PUBLIC.replace("Basic", "bAsic"), 401),
        (ALL, "provider", "127.0.0.1:8080", "", PUBLIC, 401),
        (LAN, "provider", "192.0.2.7:8080", "", PUBLIC, 401),
        (ALL, "proxy", "api.twilio.com", "", PUBLIC, 401),
        (ALL, "proxy", "localhost", "", "Bearer secret", 403),
    ],
)
def test_who_may_ask(
    gate: Gate, door: Door, host: str, origin: str, authorization: str, status: int | None
) -> None:
    refusal = gate.refusal(Asking("GET", host, origin, authorization=authorization), door)
    assert (None if refusal is None else refusal.status) == status


@pytest.mark.parametrize(
    ("method", "site", "status"),
    [("POST", "cross-site", 403), ("POST", "same-site", 403), ("DELETE", "cross-site", 403),
     ("POST", "same-origin", None), ("POST", "none", None), ("GET", "cross-site", None)],
)  # fmt: skip
def test_a_browser_that_names_no_origin_may_still_say_that_it_is_another_site(
    method: str, site: str, status: int | None
) -> None:
    refusal = LOCAL.refusal(Asking(method, "127.0.0.1:8080", site=site), "provider")
    assert (None if refusal is None else refusal.status) == status


@pytest.mark.parametrize("gate", [LOCAL, ALL])
def test_no_webhook_works_the_switches_not_even_with_a_token(gate: Gate) -> None:
    asking = Asking("POST", "127.0.0.1:8080", authorization="Bearer secret", is_webhook=True)
    refusal = gate.refusal(asking, "control")
    assert refusal is not None
    assert refusal.message == "/_sipdomain/ is not for webhooks: give the URL of your application"


@pytest.mark.parametrize(
    "path",
    [
        "/_sipdomain/reset", "/_sipdomain", "//_sipdomain/reset", "/%5Fsipdomain/reset", "/%255Fsipdomain/reset",
        "/v1/../_sipdomain/reset", "/v1/%2e%2e/_sipdomain/reset", "/./_sipdomain/reset", "/_SipDomain/reset",
        "\\_sipdomain\\reset", "_sipdomain/reset", "/_sipdomain/../_sipdomain/reset",
    ],
)  # fmt: skip
def test_the_control_api_is_known_by_any_spelling(path: str) -> None:
    assert is_control(path)


@pytest.mark.parametrize(
    "path",
    ["/", "", "/voice", "/_sipdomains/x", "/a/_sipdomain/x", "/_sipdomain/../voice", "/2010-04-01/Accounts"],
)
def test_other_paths_are_not_the_control_api(path: str) -> None:
    assert not is_control(path)


@pytest.mark.parametrize(
    ("peer", "local", "bound", "expected"),
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", True),
        ("127.0.0.2", "127.0.0.1", "127.0.0.1", False),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1", "127.0.0.1", True),
        ("0.0.0.0", "127.0.0.1", "127.0.0.1", True),
        ("127.0.0.9", "127.0.0.1", "0.0.0.0", True),
        ("192.0.2.7", "192.0.2.7", "0.0.0.0", True),
        ("192.0.2.8", "192.0.2.7", "0.0.0.0", False),
        ("::1", "::1", "::", True),
        ("127.0.0.1", "127.0.0.1", "::", True),
        ("fe80::1%eth0", "fe80::1%eth0", "::", True),
    ],
)
def test_a_connection_to_this_process_is_known_by_its_addresses(
    peer: str, local: str, bound: str, *, expected: bool
) -> None:
    assert is_self(peer, local, bound) is expected
