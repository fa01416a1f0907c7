"""The REST API over a socket: what HTTP itself adds, and a key that outlives the process."""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.integration.served import ACCOUNT, TOKEN, Served, served

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
FORM = "application/x-www-form-urlencoded"


def ask(
    emulator: Served, method: str, path: str, *, user: str = ACCOUNT, password: str = TOKEN, **form: str
) -> tuple[http.client.HTTPResponse, Any]:
    """Send a path as it is; return the response and what its JSON says."""
    parts = urlsplit(emulator.http)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", **({"Content-Type": FORM} if form else {})}
    connection.request(method, path, urlencode(form) or None, headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, json.loads(body) if body else None


def test_what_http_itself_adds_is_right() -> None:
    with served() as emulator:
        made, queue = ask(emulator, "POST", f"{BASE}/Queues.json", FriendlyName="Grüße & <mehr>")
        assert (made.status, queue["friendly_name"]) == (201, "Grüße & <mehr>")
        duration = made.headers["Twilio-Request-Duration"]
        assert re.fullmatch(r"\d\.\d{3}", duration)
        got, page = ask(emulator, "GET", f"{BASE}/Queues.json")
        assert [each["sid"] for each in page["queues"]] == [queue["sid"]]
        head, nothing = ask(emulator, "HEAD", f"{BASE}/Queues.json")
        assert (head.status, nothing) == (200, None)
        assert head.headers["Content-Length"] == got.headers["Content-Length"]
        options, nothing = ask(emulator, "OPTIONS", f"{BASE}/Queues.json")
        assert (options.status, nothing) == (204, None)
        assert options.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
        assert options.headers["Access-Control-Allow-Origin"] is None
        # Percent-encoding is undone before a path is looked at.
        for path in (f"{BASE}/Queues%2Ejson", f"{BASE}/%51ueues.json", f"{BASE}%2FQueues.json"):
            assert ask(emulator, "GET", path)[0].status == 200
        dated, page = ask(emulator, "GET", f"{BASE}/Conferences.json?DateCreated%3E=2026-01-01")
        assert (dated.status, page["uri"]) == (
            200,
            f"{BASE}/Conferences.json?DateCreated%3E=2026-01-01&PageSize=50&Page=0",
        )
        refused, _ = ask(emulator, "GET", f"{BASE}/Conferences.json?DateCreated%3E=yesterday")
        assert refused.status == 400
        large, told = ask(emulator, "POST", f"{BASE}/Queues.json", FriendlyName="x" * 300_000)
        assert (large.status, told["code"]) == (413, 20413)
        assert emulator.stop() == 0


def test_what_is_no_http_is_refused_and_not_told_to_the_terminal() -> None:
    with served() as emulator:
        parts = urlsplit(emulator.http)
        for sent in (b"GET / HTTP/1.1\r\nHost: h\r\nX-Name: \x00\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n"):
            with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as client:
                client.sendall(sent)
                assert client.recv(1000).startswith(b"HTTP/1.0 400 Bad Request\r\n")
        assert ask(emulator, "GET", f"{BASE}/Queues.json")[0].status == 200
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        assert "Traceback" not in emulator.process.stderr.read()


def test_a_key_outlives_the_process_and_its_secret_is_not_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with served("--state", str(file)) as emulator:
        _, key = ask(emulator, "POST", f"{BASE}/Keys.json", FriendlyName="app")
        ask(emulator, "POST", f"{BASE}/IncomingPhoneNumbers.json", AreaCode="415")
        ask(emulator, "POST", f"{BASE}/OutgoingCallerIds.json", PhoneNumber="+15005550010")
        ask(emulator, "POST", f"{BASE}/Queues.json", FriendlyName="support")
        assert emulator.stop() == 0
    kept = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert key["sid"].encode() in kept
    assert key["secret"].encode() not in kept
    with served("--state", str(file)) as emulator:
        by_key = {"user": key["sid"], "password": key["secret"]}
        _, numbers = ask(emulator, "GET", f"{BASE}/IncomingPhoneNumbers.json", **by_key)
        assert [each["phone_number"] for each in numbers["incoming_phone_numbers"]] == ["+14155550100"]
        _, caller_ids = ask(emulator, "GET", f"{BASE}/OutgoingCallerIds.json", **by_key)
        assert [each["phone_number"] for each in caller_ids["outgoing_caller_ids"]] == ["+15005550010"]
        _, queues = ask(emulator, "GET", f"{BASE}/Queues.json", **by_key)
        assert [each["friendly_name"] for each in queues["queues"]] == ["support"]
        gone, _ = ask(emulator, "DELETE", f"{BASE}/Keys/{key['sid']}.json")
        assert gone.status == 204
        refused, _ = ask(emulator, "GET", f"{BASE}/Queues.json", **by_key)
        assert refused.status == 401
        assert emulator.stop() == 0
