"""TLS, IPv6 and floods at `sipdomain serve`, from outside."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address
from tests.integration.program import Program, ended
from tests.integration.served import Served, served
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
USUAL = ("--voice-url", "http://127.0.0.1:9/voice", "--user", "alice", "--no-speech")


def options(transport: str, number: int = 1) -> bytes:
    return (
        "OPTIONS sip:demo.sip.twilio.com SIP/2.0\r\n"
        f"Via: SIP/2.0/{transport} 127.0.0.1:5070;branch=z9hG4bK-{transport}-{number};rport\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:demo.sip.twilio.com>\r\n"
        f"Call-ID: {transport}-{number}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def asked_over_tls(emulator: Served, trusted: Path, name: str) -> tuple[Response, ssl.SSLSocket]:
    context = ssl.create_default_context(cafile=str(trusted))
    with (
        socket.create_connection(emulator.tls, timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        secure.sendall(options("TLS"))
        answer = parse(secure.recv(65_535))
    assert isinstance(answer, Response)
    return answer, secure


def test_a_client_that_trusts_the_exported_authority_is_answered_over_tls(tmp_path: Path) -> None:
    made = ended("certificates", "--ca-folder", str(tmp_path / "ca"), "--name", "pbx.example")
    assert made.returncode == 0
    assert f"serve --ca-folder {tmp_path / 'ca'}" in made.stdout
    with served(*USUAL, "--ca-folder", str(tmp_path / "ca")) as emulator:
        for name in ("demo.sip.twilio.com", "demo.sip.dublin.twilio.com", "127.0.0.1", "pbx.example"):
            answer, _ = asked_over_tls(emulator, tmp_path / "ca/ca.pem", name)
            assert answer.status == 200


def test_a_certificate_of_ones_own_is_shown(tmp_path: Path) -> None:
    CertificateAuthority.make(["sip.example.com"]).export(tmp_path, ["sip.example.com"])
    files = ("--tls-certificate", str(tmp_path / "server.pem"), "--tls-key", str(tmp_path / "server.key"))
    with served(*USUAL, *files) as emulator:
        answer, _ = asked_over_tls(emulator, tmp_path / "ca.pem", "sip.example.com")
        assert answer.status == 200


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tls-key", "key.pem"], "error: --tls-certificate and --tls-key go together\n"),
        (["--tls", "5061"], "error: --tls needs HOST:PORT, such as 127.0.0.1:5060 (got '5061')\n"),
        (
            ["--tls-certificate", "none.pem", "--tls-key", "none.key"],
            "error: --tls-certificate, --tls-key: cannot read none.pem and none.key: No such file or directory\n",
        ),
        (["--ca-folder", "/proc/none"], "error: --ca-folder: certificate authority in /proc/none: "),
        (
            ["--advertise", "a b"],
            "error: --advertise needs an IP address (got 'a b')\n",
        ),
    ],
)
def test_wrong_settings_are_one_clear_line(arguments: list[str], said: str) -> None:
    done = ended("serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


def test_tls_can_be_off_and_a_second_family_on() -> None:
    process = Program(
        "serve", "--sip", "127.0.0.1:0", "--sip", "[::1]:0", "--tls", "off", "--http", "127.0.0.1:0", *USUAL
    )
    with closing(process):
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert " tls=" not in ready
        found = re.search(r" also=\[::1\]:(\d+)", ready)
        assert found is not None
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.settimeout(PATIENCE)
            udp.sendto(options("UDP"), ("::1", int(found[1])))
            answer = parse(udp.recv(65_535))
        assert isinstance(answer, Response)
        assert answer.status == 200
        with socket.create_connection(("::1", int(found[1])), timeout=PATIENCE) as tcp:
            tcp.sendall(options("TCP"))
            answer = parse(tcp.recv(65_535))
        assert isinstance(answer, Response)
        assert answer.via.parameters["received"] == "::1"
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return ended(*arguments, folder=folder, environment={"HOME": str(folder)})


def test_an_authority_that_nobody_gave_a_place_goes_to_the_state_folder(tmp_path: Path) -> None:
    made = run(["certificates"], tmp_path)
    folder = tmp_path / ".local/state/sipdomain/ca"
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.splitlines()[-1] == f"use it     sipdomain serve --ca-folder {folder}"
    assert sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file()) == [
        ".local/state/sipdomain/ca/ca.key", ".local/state/sipdomain/ca/ca.pem",
    ]  # fmt: skip


def test_an_authority_that_is_not_for_a_name_is_reported_before_anything_listens(tmp_path: Path) -> None:
    run(["certificates", "--ca-folder", "ca"], tmp_path)
    done = run(
        ["serve", "--ca-folder", "ca", "--suffix", "sip.lab.example", "--sip", "127.0.0.1:0"], tmp_path
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: certificate authority in ca: it is not for sip.lab.example; make another one: "
        "sipdomain certificates --ca-folder NEW --name sip.lab.example\n"
    )


FLOODS = {
    "udp": """
import socket, sys
host, port, message = sys.argv[1:]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.bind(("127.0.0.66", 0))
    sender.connect((host, int(port)))
    sender.settimeout(0.1)
    print("begun", flush=True)
    more = 100
    while True:
        for _ in range(more):
            sender.send(message.encode())
        try:
            sender.recv(65_535)
            more = 4
        except TimeoutError:
            more = 100
""",
    "tcp": """
import socket, sys
host, port, message = sys.argv[1:]
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sender:
    sender.bind(("127.0.0.66", 0))
    sender.connect((host, int(port)))
    print("begun", flush=True)
    while True:
        sender.send(message.encode())
""",
}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_flood_from_one_address_does_not_starve_another(transport: str) -> None:
    """One sends four times what is answered, or as much as a connection takes; another asks, and again after T1."""
    with served(*USUAL, "--no-ladders") as emulator:
        message = options(transport.upper()).decode()
        command = [
            sys.executable, "-c", FLOODS[transport], emulator.sip.host, str(emulator.sip.port), message,
        ]  # fmt: skip
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as flooding,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            assert flooding.stdout is not None
            try:
                assert flooding.stdout.readline() == b"begun\n"
                udp.settimeout(0.5)
                udp.bind(("127.0.0.67", 0))
                answers = [asked(udp, emulator.sip, options("UDP", number)) for number in range(100, 110)]
                assert flooding.poll() is None
            finally:
                flooding.kill()
    assert answers == [200] * 10


def test_what_waits_from_one_address_is_answered_after_what_came_later_from_another() -> None:
    """While the emulator sleeps, 150 requests come from one address, one from another, one more from the first."""
    with (
        served(*USUAL, "--no-ladders") as emulator,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as neighbour,
    ):
        # All answers come to one socket, whose order is that in which they were sent.
        receiver.bind(("0.0.0.0", 0))
        receiver.settimeout(PATIENCE)
        stranger.bind(("127.0.0.66", 0))
        neighbour.bind(("127.0.0.67", 0))
        port = f"127.0.0.1:{receiver.getsockname()[1]}".encode()
        emulator.process.send_signal(signal.SIGSTOP)
        for sender, number in [
            *((stranger, number) for number in range(150)),
            (neighbour, 150),
            (stranger, 151),
        ]:
            request = options("UDP", number).replace(b"127.0.0.1:5070", port).replace(b";rport", b"")
            sender.sendto(request, emulator.sip)
        emulator.process.send_signal(signal.SIGCONT)
        order = [number_of(receiver.recv(65_535)) for _ in range(152)]
    assert order.index(150) < 75
    assert order[-1] == 151


def number_of(answer: bytes) -> int:
    """Return the number of the request that is answered."""
    response = parse(answer)
    assert isinstance(response, Response)
    assert response.status == 200
    return int((response.headers.get("call-id") or "").removeprefix("UDP-"))


def asked(udp: socket.socket, target: Address, request: bytes) -> int | None:
    """Return the status that answers a request sent up to ten times."""
    for _ in range(10):
        udp.sendto(request, target)
        with contextlib.suppress(TimeoutError):
            answer = parse(udp.recv(65_535))
            assert isinstance(answer, Response)
            return answer.status
    return None
