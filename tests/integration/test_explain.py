"""`sipdomain explain` beside a running emulator."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from tests.integration.program import ended
from tests.integration.served import served
from tests.patience import PATIENCE

INVITE = (
    "INVITE sip:100@sip.dublin.twilio.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-1;rport\r\n"
    "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:100@sip.dublin.twilio.com>\r\nCall-ID: a+b&c/d@host\r\n"
    "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:a@127.0.0.1:{port}>\r\nContent-Length: 0\r\n\r\n"
)


def explain(*arguments: str) -> subprocess.CompletedProcess[str]:
    return ended("explain", *arguments)


def test_a_refused_call_is_explained_by_its_call_id() -> None:
    with (
        served("--no-speech", "--edge", "dublin=127.0.1.3:0") as emulator,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.settimeout(PATIENCE)
        udp.bind(("127.0.0.1", 0))
        edge = emulator.ready.rpartition("@")[2].strip()
        host, _, port = edge.rpartition(":")
        udp.sendto(INVITE.format(port=udp.getsockname()[1]).encode(), (host, int(port)))
        assert udp.recv(65_535).startswith(b"SIP/2.0 100 ")
        assert udp.recv(65_535).startswith(b"SIP/2.0 404 ")
        told = explain("a+b&c/d@host", "--http", emulator.http)
        assert (told.returncode, told.stderr) == (0, "")
        lines = [line.strip() for line in told.stdout.splitlines()]
        assert lines[0] == "INVITE  at 0.000 s"
        assert f"got      dublin (udp {edge})" in lines
        assert "x domain        refused 32002 (unknown-domain)" in lines
        assert lines[-1].startswith("fix      sip.dublin.twilio.com is an outbound proxy")
        drawn = ended("ladder", "a+b&c/d@host", "--http", emulator.http, "--format", "markdown")
        assert (drawn.returncode, drawn.stderr) == (0, "")
        assert "- Call-ID: a+b\\&c/d\\@host" in drawn.stdout.splitlines()
        assert "─ 404 " in drawn.stdout
        unknown = explain("nothing@host", "--http", emulator.http)
        assert unknown.returncode == 1
        assert unknown.stdout.startswith("no decision on the Call-ID 'nothing@host' is kept")
        assert emulator.stop() == 0
    gone = explain("a", "--http", emulator.http)
    assert (gone.returncode, gone.stdout) == (2, "")
    assert gone.stderr.startswith(f"error: --http: no emulator answers at {emulator.http}: ")


def test_a_call_whose_webhook_fails_is_explained_by_the_alert_and_the_apology() -> None:
    with (
        served("--no-speech", "--allow", "127.0.0.1", "--voice-url", "http://127.0.0.1:9/voice") as emulator,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.settimeout(PATIENCE)
        udp.bind(("127.0.0.1", 0))
        invite = INVITE.format(port=udp.getsockname()[1]).replace("sip.dublin", "demo.sip")
        offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
        invite = invite.replace("Length: 0", f"Length: {len(offer)}\r\nContent-Type: application/sdp") + offer
        udp.sendto(invite.encode(), (emulator.sip.host, emulator.sip.port))
        while not udp.recv(65_535).startswith(b"SIP/2.0 200 "):
            pass
        told = explain("a+b&c/d@host", "--http", emulator.http).stdout.splitlines()
        assert told[-2:] == [
            "  ! error 11202: http://127.0.0.1:9/voice: connection refused",
            "  ! said without a document: We're sorry, an application error has occurred. Goodbye.",
        ]


def test_a_token_is_asked_for_and_taken() -> None:
    with served("--no-speech", "--token", "open-sesame") as emulator:
        told = explain("a@b", "--http", emulator.http)
        assert (told.returncode, told.stdout) == (2, "")
        assert (
            told.stderr == f"error: {emulator.http} asks for a token: pass --token, or set SIPDOMAIN_TOKEN\n"
        )
        wrong = explain("a@b", "--http", emulator.http, "--token", "open-barley")
        assert wrong.stderr.startswith(f"error: {emulator.http} asks for another token")
        assert explain("a@b", "--http", emulator.http, "--token", "open-sesame").returncode == 1


def test_what_is_no_url_is_refused() -> None:
    told = explain("a", "--http", "file:///etc/hosts")
    assert told.returncode == 2
    assert told.stderr == (
        "error: --http needs a URL, such as http://127.0.0.1:8080 (got 'file:///etc/hosts')\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "http://["), "explain needs a URL, such as http://127.0.0.1:8080 (got 'http://[')"),
        (
            ("ladder", "--http", "http://["),
            "--http needs a URL, such as http://127.0.0.1:8080 (got 'http://[')",
        ),
        (("lint", "http://["), "lint needs a URL, such as http://127.0.0.1:5000/voice (got 'http://[')"),
    ],
)
def test_brackets_that_do_not_match_are_refused_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    done = ended(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {said}\n")


def test_an_answer_of_another_server_is_explained_in_our_own_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command = [sys.executable, "-m", "sipdomain", "explain", "a@b", "--http", place]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as asking:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_535)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\n<html/>\n"
                )
            _, told = asking.communicate(timeout=PATIENCE)
    assert (asking.returncode, told) == (
        2,
        f"error: --http: what answers at {place} is not sipdomain: it sends no journal\n",
    )
