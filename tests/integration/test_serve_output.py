"""`sipdomain serve` attends to its calls whatever becomes of its output, its terminal and its standard input."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from sipdomain.sip.codec import parse
from sipdomain.sip.message import Response
from tests.integration.served import free_ports, until
from tests.integration.test_serve import BODY, INVITE
from tests.patience import PATIENCE

SERVE = "sipdomain serve --no-speech --voice-url http://127.0.0.1:9/voice --allow 127.0.0.1"


@contextmanager
def started(
    redirection: str = "", before: str = ""
) -> Iterator[tuple[subprocess.Popen[bytes], tuple[str, int], str]]:
    """Run `serve` with its descriptors as a shell sets them up; yields the process, where SIP is, and its HTTP."""
    sip, http = free_ports(2)
    command = (
        f'{before} exec "$0" -m {SERVE} --sip 127.0.0.1:{sip} --tls off --http 127.0.0.1:{http} {redirection}'
    )
    pipe = subprocess.PIPE
    process = subprocess.Popen(["sh", "-c", command, sys.executable], stdout=pipe, stderr=pipe)
    url = f"http://127.0.0.1:{http}"
    try:
        until(lambda: process.poll() is not None or _answers(url))
        assert process.poll() is None
        yield process, ("127.0.0.1", sip), url
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=PATIENCE)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{url}/_sipdomain/health", timeout=PATIENCE) as answer:
        return bool(answer.status == 200)
    return False


def refused_call(udp: socket.socket, sip: tuple[str, int], number: int) -> int:
    """Send an INVITE to a domain that is not there, and return the final answer; it gives some lines of output."""
    long = "x" * 3000
    text = INVITE.format(port=udp.getsockname()[1], length=len(BODY), body=BODY)
    text = text.replace("sip:100@demo", f"sip:{long}@no-such-domain").replace(
        "z9hG4bK-2", f"z9hG4bK-{number}"
    )
    text = text.replace("invite-1", f"invite-{number}-{long}")
    udp.sendto(text.encode(), sip)
    while True:
        message = parse(udp.recv(65_535))
        assert isinstance(message, Response)
        if message.status >= 200 and f"invite-{number}-" in (message.headers.get("call-id") or ""):
            return message.status


def test_calls_go_on_when_nobody_reads_the_output_and_what_was_dropped_is_reported_later() -> None:
    with started() as (process, sip, url), contextlib.ExitStack() as stack:
        # Of each source a share of lines alone is told, so that there are many.
        callers = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(21)]
        for number, each in enumerate(callers):
            each.settimeout(PATIENCE)
            each.bind((f"127.0.0.{10 + number}", 0))
        udp = callers.pop()
        assert [refused_call(callers[number % 20], sip, number) for number in range(400)] == [404] * 400
        assert _answers(url)
        assert process.stderr is not None
        assert process.stdout is not None
        told = bytearray()
        while not (note := re.search(rb"note: (\d+) lines were dropped here", told)):
            assert select.select([process.stderr], [], [], 10)[0]
            told.extend(os.read(process.stderr.fileno(), 65536))
        assert int(note[1]) > 0
        assert refused_call(udp, sip, 1000) == 404
        while b"invite-1000-" not in told:
            assert select.select([process.stderr], [], [], 10)[0]
            told.extend(os.read(process.stderr.fileno(), 65536))
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert process.stdout.readline().startswith(b"ready sip=")


@pytest.mark.parametrize(
    "redirection", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"],
)  # fmt: skip
def test_no_state_of_its_descriptors_ends_it(redirection: str) -> None:
    with started(redirection) as (process, sip, url), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.bind(("127.0.0.1", 0))
        assert [refused_call(udp, sip, number) for number in range(3)] == [404] * 3
        assert _answers(url)
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_it_ends_although_nobody_reads_its_last_lines() -> None:
    with started() as (process, sip, _), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.bind(("127.0.0.1", 0))
        # More than a pipe holds.
        assert [refused_call(udp, sip, number) for number in range(40)] == [404] * 40
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_readers_that_leave_do_not_end_it() -> None:
    with started() as (process, sip, url), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.bind(("127.0.0.1", 0))
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()
        assert [refused_call(udp, sip, number) for number in range(3)] == [404] * 3
        assert _answers(url)
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_sighup_ends_it_as_sigterm_does_and_under_nohup_it_stays() -> None:
    with started() as (process, _, _):
        process.send_signal(signal.SIGHUP)
        assert process.wait(PATIENCE) == 0
    with started(before="trap '' HUP;") as (process, _, url):
        process.send_signal(signal.SIGHUP)
        assert _answers(url)
        assert process.poll() is None
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_a_line_has_the_time_the_peer_and_the_call() -> None:
    with (
        started(before="TZ=UTC; export TZ;") as (process, sip, _),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.settimeout(PATIENCE)
        udp.bind(("127.0.0.1", 0))
        port = udp.getsockname()[1]
        refused_call(udp, sip, 7)
        process.terminate()
        _, told = process.communicate(timeout=PATIENCE)
        lines = told.decode().splitlines()
        moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"
        assert any(
            re.fullmatch(rf"clock       {moment} is \d+\.\d{{3}} s in the journal", each) for each in lines
        )
        wanted = rf"{moment}  127\.0\.0\.1:{port}  INVITE refused: unknown-domain · .* · call invite-7-x+"
        assert any(re.fullmatch(wanted, each) for each in lines)


def test_it_may_open_as_many_files_as_the_system_lets_it() -> None:
    with started(before="ulimit -S -n 64; ulimit -H -n 500;") as (process, _, _url):
        limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert re.search(r"^Max open files +(\d+) +(\d+) ", limits, re.MULTILINE)[1] == "500"  # type: ignore[index]
