"""The command `sipdomain serve`, from outside."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response
from tests.integration.control_api import control
from tests.integration.program import ended
from tests.integration.served import ACCOUNT, PASSWORD, served, webhooks
from tests.patience import PATIENCE

OPTIONS = (
    "OPTIONS sip:demo.sip.twilio.com SIP/2.0\r\n"
    "Via: SIP/2.0/{transport} 127.0.0.1:{port};branch=z9hG4bK-1;rport\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:demo.sip.twilio.com>\r\n"
    "Call-ID: options-{transport}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)
INVITE = (
    "INVITE sip:100@demo.sip.twilio.com SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-2;rport\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:100@demo.sip.twilio.com>\r\n"
    "Call-ID: invite-1\r\nCSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:{port}>\r\n"
    "Content-Type: application/sdp\r\nContent-Length: {length}\r\n\r\n{body}"
)
BODY = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"


def receive(sock: socket.socket) -> Request | Response:
    return parse(sock.recv(65_535))


def test_options_is_answered_over_udp_and_tcp_on_the_same_port() -> None:
    with served("--no-speech", "--voice-url", "http://127.0.0.1:9/voice", "--user", "alice") as emulator:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(PATIENCE)
            udp.bind(("127.0.0.1", 0))
            udp.sendto(OPTIONS.format(transport="UDP", port=udp.getsockname()[1]).encode(), emulator.sip)
            answer = receive(udp)
        assert isinstance(answer, Response)
        assert answer.status == 200
        with socket.create_connection(emulator.sip, timeout=PATIENCE) as tcp:
            tcp.sendall(OPTIONS.format(transport="TCP", port=tcp.getsockname()[1]).encode())
            answer = receive(tcp)
        assert isinstance(answer, Response)
        assert answer.status == 200
        assert answer.headers.get("server") == "Twilio Gateway"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_sigterm_and_sighup_end_a_call_with_bye_and_exit_0(number: signal.Signals) -> None:
    with (
        webhooks({"/voice": {"say": "A greeting that takes its time, so that the call is still up."}}) as (
            app,
            _,
        ),
        served("--voice-url", f"{app}/voice", "--allow", "127.0.0.1", "--no-speech") as emulator,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.settimeout(PATIENCE)
        udp.bind(("127.0.0.1", 0))
        port = udp.getsockname()[1]
        udp.sendto(INVITE.format(port=port, length=len(BODY), body=BODY).encode(), emulator.sip)
        message = receive(udp)
        while isinstance(message, Response) and message.status < 200:
            message = receive(udp)
        assert isinstance(message, Response)
        assert message.status == 200
        contact = message.contact
        assert contact is not None
        ack = (
            f"ACK {contact.uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-3;rport\r\n"
            f"From: <sip:a@127.0.0.1>;tag=1\r\nTo: {message.headers.get('to')}\r\n"
            "Call-ID: invite-1\r\nCSeq: 1 ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        )
        udp.sendto(ack.encode(), emulator.sip)
        emulator.process.send_signal(number)
        bye = receive(udp)
        assert isinstance(bye, Request)
        assert bye.method == "BYE"
        answer = (
            "SIP/2.0 200 OK\r\n"
            + "".join(
                f"{name}: {value}\r\n"
                for name, value in bye.headers
                if name in {"Via", "From", "To", "Call-ID", "CSeq"}
            )
            + "Content-Length: 0\r\n\r\n"
        )
        udp.sendto(answer.encode(), emulator.sip)
        assert emulator.process.wait(timeout=PATIENCE) == 0


def test_the_ready_line_names_every_address_and_the_account() -> None:
    with served("--no-speech", "--voice-url", "http://127.0.0.1:9/voice", "--user", "alice") as emulator:
        assert emulator.ready.startswith("ready sip=127.0.0.1:")
        assert f"account={ACCOUNT}" in emulator.ready
        health = control(emulator.http, "GET", "health")
        assert health["status"] == "ok"
        assert health["calls"] == 0
        assert emulator.stop() == 0


def test_a_busy_port_is_one_clear_line_and_exit_code_2() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        port = udp.getsockname()[1]
        done = ended("serve", "--sip", f"127.0.0.1:{port}", "--http", "127.0.0.1:0")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"error: --sip: cannot listen on udp 127.0.0.1:{port}: Address already in use\n"


def test_a_weak_password_is_refused_before_anything_listens() -> None:
    done = ended("serve", "--user", "alice", "--password", "short", "--voice-url", "http://127.0.0.1:9/")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "short" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--advertise", "bad host!", "--user", "alice"), "--advertise needs an IP address"),
        (("--fallback-url", "http://127.0.0.1:9/"), "error: --fallback-url needs --voice-url\n"),
        (("--password", PASSWORD), "error: --password needs --user\n"),
        (
            ("--password", PASSWORD, "--voice-url", "http://127.0.0.1:9/"),
            "error: --password needs --user\n",
        ),
    ],
    ids=["advertise", "fallback alone", "password without a domain", "password alone"],
)
def test_a_flag_that_could_do_nothing_is_refused(arguments: tuple[str, ...], words: str) -> None:
    done = ended("serve", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_a_report_that_cannot_be_written_is_reported_before_anything_is_played() -> None:
    done = ended("run", "scenarios/webhooks", "--net", "sim", "--junit", "/no/such/folder/report.xml")
    assert done.returncode == 2
    assert done.stdout == ""


def test_a_wrong_configuration_file_is_reported_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("domains:\n  acme: {voise: http://127.0.0.1:9/}\n")
    done = ended("serve", "--config", str(path))
    assert done.returncode == 2
    assert f"{path}:2:10" in done.stderr
    assert "did you mean `voice`?" in done.stderr


def test_a_configuration_file_and_environment_set_the_account(tmp_path: Path) -> None:
    path = tmp_path / "right.yaml"
    path.write_text(
        f"credential_lists: {{staff: {{alice: {PASSWORD}}}}}\n"
        "domains: {acme: {calls: [staff], voice: http://127.0.0.1:9/voice}}\n"
    )
    with served("--no-speech", "--config", str(path)) as emulator:
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        told = emulator.process.stderr.read()
    assert "acme.sip.twilio.com" in told
    assert PASSWORD not in told
