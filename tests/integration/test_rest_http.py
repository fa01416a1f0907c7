"""The REST API over a socket: what HTTP itself adds, and a key that outlives the process."""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from sipdomain.runtime.http.connection_limits import MOST_CONNECTIONS
from tests.integration.served import ACCOUNT, TOKEN, Served, served
from tests.patience import PATIENCE

BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
FORM = "application/x-www-form-urlencoded"


def ask(
    emulator: Served, method: str, path: str, *, user: str = ACCOUNT, password: str = TOKEN, **form: str
) -> tuple[http.client.HTTPResponse, Any]:
    """Send a path as it is; return the response and what its JSON says."""
    parts = urlsplit(emulator.http)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", **({"Content-Type": FORM} if form else {})}
    connection.request(method, path, urlencode(form) or None, headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, json.loads(body) if body else None


def test_what_http_itself_adds_is_right() -> None:
    with served("--no-speech") as emulator:
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


def test_bytes_that_are_no_utf_8_are_refused_wherever_they_stand() -> None:
    with served("--no-speech") as emulator:
        parts = urlsplit(emulator.http)
        login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode())

        def asked(line: bytes, body: bytes = b"") -> tuple[int, str]:
            head = b"%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic %s\r\nConnection: close\r\n"
            data = head % (line, parts.netloc.encode(), login)
            data += b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (FORM.encode(), len(body), body)
            with socket.create_connection(
                (parts.hostname or "", parts.port or 0), timeout=PATIENCE
            ) as connection:
                connection.sendall(data)
                response = http.client.HTTPResponse(connection)
                response.begin()
                return response.status, json.loads(response.read())["message"]

        queues = f"{BASE}/Queues".encode()
        for body in (b"FriendlyName=%FF", b"FriendlyName=\xe9t\xe9", b"FriendlyName=a&%c3=1"):
            assert asked(b"POST %s.json" % queues, body) == (415, "The body must be in UTF-8")
        for query in (b"PageSize=%ff", b"%E9=1", b"FriendlyName=%c3%28"):
            assert asked(b"GET %s.json?%s" % (queues, query)) == (400, "The query must be in UTF-8")
        for path in (b"%ff", b"QU%e9.json"):
            assert asked(b"GET %s/%s" % (queues, path)) == (400, "The path must be in UTF-8")
        assert ask(emulator, "GET", f"{BASE}/Queues.json")[1]["queues"] == []
        # What is not the provider's API reads such bytes as U+FFFD.
        assert http_status(emulator, "/_sipdomain/decisions?call_id=%ff") == 200
        assert emulator.stop() == 0


def http_status(emulator: Served, path: str) -> int:
    return ask(emulator, "HEAD", path)[0].status


def test_what_is_not_valid_http_is_refused_and_not_printed() -> None:
    json_of_arrays = b"[" * 100_000
    wrong: tuple[tuple[bytes, bytes], ...] = (
        (b"GET / HTTP/1.1\r\nHost: h\r\nX-Name: \x00\r\n\r\n", b"HTTP/1.0 400 "),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", b"HTTP/1.0 400 "),
        (b"FOO /v1/Alerts HTTP/1.1\r\nHost: h\r\n\r\n", b"HTTP/1.0 400 "),
        (b"GET /v1/Alerts HTTP/1.1\r\nHost: \xff\r\n\r\n", b"HTTP/1.1 400 "),
        (b"GET /_sipdomain/health HTTP/1.1\r\nHost: [::1\r\n\r\n", b"HTTP/1.1 400 "),
        (b"GET /v1/Alerts HTTP/1.1\r\nHost: a/b\r\n\r\n", b"HTTP/1.1 400 "),
        (
            (b"POST /2010-04-01/Accounts.json HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n"
            b"Content-Length: 4\r\n\r\nabcd"),
            b"HTTP/1.1 400 ",
        ),
        (
            b"PUT /_sipdomain/snapshot HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n" + json_of_arrays,
            b"HTTP/1.1 400 ",
        ),
        (
            b"POST /_sipdomain/seed HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n" + json_of_arrays,
            b"HTTP/1.1 400 ",
        ),
    )  # fmt: skip
    with served("--no-speech") as emulator:
        parts = urlsplit(emulator.http)
        for sent, expected in wrong:
            with socket.create_connection(
                (parts.hostname or "", parts.port or 0), timeout=PATIENCE
            ) as client:
                client.sendall(sent)
                told = client.makefile("rb").read() if expected.startswith(b"HTTP/1.0") else client.recv(1000)
                assert told[: len(expected)] == expected, sent[:60]
                if expected.startswith(b"HTTP/1.0"):
                    body = told.partition(b"\r\n\r\n")[2]
                    assert body.startswith(b"sipdomain: this is not valid HTTP: send a request line"), told
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=PATIENCE) as client:
            client.sendall(b"POST /v1/Alerts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        assert ask(emulator, "GET", f"{BASE}/Queues.json")[0].status == 200
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        assert "Traceback" not in emulator.process.stderr.read()


def test_past_the_most_connections_a_further_one_gets_503_and_the_others_go_on() -> None:
    with served("--no-speech") as emulator, ExitStack() as held:
        parts = urlsplit(emulator.http)
        here = (parts.hostname or "", parts.port or 0)
        asked = b"GET /_sipdomain/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

        def connect() -> socket.socket:
            return held.enter_context(socket.create_connection(here, timeout=PATIENCE))

        first = [connect() for _ in range(MOST_CONNECTIONS)]
        first[-1].sendall(asked)
        assert first[-1].recv(12) == b"HTTP/1.1 200"
        further = [connect() for _ in range(3)]
        for each in further:
            each.sendall(asked)
            with each.makefile("rb") as answer:
                assert answer.readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
                assert b"sipdomain: 512 connections are open, which is the most\n" in answer.read()
        first[0].sendall(asked)
        assert first[0].recv(12) == b"HTTP/1.1 200"
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        assert "Traceback" not in emulator.process.stderr.read()


def test_a_key_outlives_the_process_and_its_secret_is_not_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with served("--no-speech", "--state", str(file)) as emulator:
        _, key = ask(emulator, "POST", f"{BASE}/Keys.json", FriendlyName="app")
        ask(emulator, "POST", f"{BASE}/IncomingPhoneNumbers.json", AreaCode="415")
        ask(emulator, "POST", f"{BASE}/OutgoingCallerIds.json", PhoneNumber="+15005550010")
        ask(emulator, "POST", f"{BASE}/Queues.json", FriendlyName="support")
        assert emulator.stop() == 0
    kept = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert key["sid"].encode() in kept
    assert key["secret"].encode() not in kept
    with served("--no-speech", "--state", str(file)) as emulator:
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
