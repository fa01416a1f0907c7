"""`sipdomain audit` against servers that are weak, each in one way, and against the emulator."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from sipdomain.audit.probes import PROBES
from sipdomain.cli import application
from sipdomain.errors import SetupError
from tests.integration.program import Program
from tests.integration.served import PASSWORD, Served, served, webhooks
from tests.integration.weak_servers import Sent, WeakServer
from tests.integration.weak_ways import serving, shaking_hands, speaking
from tests.integration.weak_webhooks import WeakWebhooks, weak_rest
from tests.patience import PATIENCE

OWN = ("anonymous", "enumeration", "replay", "passwords", "timing")
WITHOUT_CALLS = (
    "access", "relay", "nonces", "downgrade", "identity", "oversize", "flood", "injection",
)  # fmt: skip
DOMAIN = ("--domain", "pbx.example", "--user", "alice", "--rate", "1000")
IMPATIENT = ("--patience", "0.5")
"""For targets that are silent, or fall so: the audit waits for each answer that does not come."""


def audit(*arguments: str) -> Result:
    """Run the command; what it raises comes through, but its exit."""
    result = CliRunner().invoke(application(["audit"]), ["audit", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def probed(
    server: WeakServer, *probes: str, options: tuple[str, ...] = (), reads_all: bool = False
) -> list[str]:
    """Return the lines of what was found, looked for in vain, or could not be told, without evidence."""
    with serving(server, reads_all=reads_all) as address:
        only = [f"--only={each}" for each in probes]
        result = audit(address, *DOMAIN, "--password", server.password, *only, *options)
    return [line for line in result.output.splitlines() if line[:1] in "✓✗?-" and line]


def probed_by_rest(
    server: WeakServer, webhooks: WeakWebhooks, *probes: str, options: tuple[str, ...] = ()
) -> list[str]:
    """Return the same of a server that has a REST API."""
    with weak_rest(server, webhooks) as url:
        return probed(server, *probes, options=("--rest", url, *options))


def of(lines: list[str], sign: str) -> set[str]:
    return {line.split()[1] for line in lines if line.startswith(sign)}


def said(lines: list[str], sign: str) -> list[str]:
    """Return what has a sign, without the probe's name."""
    return [line[2:].split(maxsplit=1)[1] for line in lines if line.startswith(sign)]


@pytest.mark.parametrize(
    ("server", "probe", "found"),
    [
        (WeakServer(takes_calls=True), "anonymous", "A call without credentials is taken (critical)"),
        (WeakServer(names_strangers=True), "enumeration", "REGISTER without credentials: status and reason"),
        (WeakServer(tags_users=True), "enumeration", "credentials: form of the To tag and size (medium)"),
        (WeakServer(names_strangers_by_tcp=True), "enumeration", "without credentials by TCP: status and reason"),
        (WeakServer(accepts_replays=True), "replay", "Credentials can be used again by whoever saw them (medium)"),
        (WeakServer(password="1234"), "passwords", "A user's password is easily guessed: that of alice (high)"),
        (WeakServer(is_slow_for_users=True), "timing", "by the time that an answer takes (low)"),
        (WeakServer(believes="x-forwarded-for"), "access", "let in by the origin that it claims (critical)"),
        (WeakServer(believes="via"), "access", "by the origin that it claims (critical)"),
        (WeakServer(follows_via=True), "relay", "Answers go wherever Via says: floods can be turned on others"),
        (WeakServer(takes_any_nonce=True), "nonces", "A nonce is taken that nobody issued (medium)"),
        (WeakServer(keeps_a_nonce=True), "nonces", "Two challenges have the same nonce (low)"),
        (WeakServer(accepts_replays=True), "nonces", "A nonce is taken again with the same count (medium)"),
        (WeakServer(accepts_replays=True), "nonces", "A nonce is taken again with a lower count (medium)"),
        (WeakServer(takes_no_response=True), "downgrade", "with an empty response are taken (critical)"),
        (WeakServer(takes_no_qop=True), "downgrade", "Credentials without qop are taken twice"),
        (WeakServer(registers_anybody=True), "identity", "A user can register for another one"),
        (WeakServer(names_anybody=True), "identity", "with the name of another one in From (info)"),
        (WeakServer(answers_ghosts=True), "dialogs", "An ACK of no call is answered, or breaks the server (low)"),
        (WeakServer(echoes=True), "injection", "steers the terminal that shows it (medium)"),
        (WeakServer(decodes=True), "injection", "steers the terminal that shows it (high)"),
        (WeakServer(locks_at=10), "flood", "A stranger's wrong passwords lock a user out (low)"),
        (WeakServer(), "flood", "Passwords can be tried without end (info)"),
    ],
    ids=lambda value: "" if isinstance(value, WeakServer) else value,
)  # fmt: skip
def test_each_weakness_is_found_and_named(server: WeakServer, probe: str, found: str) -> None:
    assert [each for each in said(probed(server, probe), "✗") if found in each]


@pytest.mark.parametrize(
    ("server", "probe", "found"),
    [
        (WeakServer(relays=True), "relay", "Requests of strangers are carried on to places that they name (high)"),
        (WeakServer(dies_of=50_000), "oversize", "A datagram of 60 kB stops the server (high)"),
        (WeakServer(chokes_at=200), "flood", "keeps the server from answering others (medium)"),
    ],
    ids=["relay", "oversize", "flood"],
)  # fmt: skip
def test_each_weakness_by_which_a_server_falls_silent_is_found(
    server: WeakServer, probe: str, found: str
) -> None:
    assert [each for each in said(probed(server, probe, options=IMPATIENT), "✗") if found in each]


def test_a_message_without_end_that_is_read_without_end_is_found() -> None:
    lines = probed(WeakServer(), "oversize", reads_all=True)
    assert [each.split(" is ")[0] for each in said(lines, "✗")] == ["A header without end", "A body of 2 GB"]


def test_a_server_without_these_weaknesses_is_clean_and_every_call_of_ours_is_ended() -> None:
    server = WeakServer()
    lines = probed(server, *OWN)
    assert of(lines, "✓") == set(OWN)
    assert of(lines, "✗") | of(lines, "?") | of(lines, "-") == set()
    taking = WeakServer(takes_calls=True)
    probed(taking, "anonymous")
    assert taking.requests == ["OPTIONS", "INVITE", "ACK", "BYE", "REGISTER", "OPTIONS"]


def test_a_server_without_these_weaknesses_either_has_an_info_and_what_was_not_given() -> None:
    lines = probed(WeakServer(), *WITHOUT_CALLS)
    assert of(lines, "✓") == set(WITHOUT_CALLS)
    assert said(lines, "✗") == ["Passwords can be tried without end (info)"]
    assert {"A nonce is taken for long: not run"} < set(said(lines, "-"))
    assert of(lines, "?") <= {"oversize"}


@pytest.mark.parametrize("leaks", [True, False])
def test_a_digest_of_its_password_is_given_to_a_stranger_or_not(leaks: bool) -> None:
    server = WeakServer(hangs_up=True, leaks=leaks)
    with speaking(server):
        lines = probed(server, "leak")
    grade = " (high)" if leaks else ": clean"
    assert lines == [
        f"{'✗' if leaks else '✓'} leak         The server answers a stranger's 407 with a digest of its password{grade}"
    ]


def test_without_a_call_nothing_can_be_told_of_calls() -> None:
    lines = probed(WeakServer(), "leak", "dialogs", "media")
    assert of(lines, "?") == {"leak", "dialogs", "media"}
    assert said(lines, "✓") == ["An ACK of no call is answered, or breaks the server: clean"]


@pytest.mark.parametrize("is_weak", [True, False])
def test_a_stranger_ends_a_call_or_does_not(is_weak: bool) -> None:
    server = WeakServer(ends_by_call_id=is_weak)
    with speaking(server):
        lines = probed(server, "dialogs")
    what = "A stranger who knows a Call-ID can act in the call"
    assert (f"{what} (high)" if is_weak else f"{what}: clean") in said(lines, "✗" if is_weak else "✓")


@pytest.mark.parametrize("is_weak", [True, False])
def test_a_stranger_gets_the_audio_and_is_heard_or_not(is_weak: bool) -> None:
    server, webhooks = WeakServer(), WeakWebhooks()
    with speaking(server, to_anybody=is_weak, keys=webhooks.pressed):
        lines = probed_by_rest(server, webhooks, "media")
    expected = [
        "A stranger gets the audio of a call by sending to its port",
        "A stranger who sends before the caller gets the audio of a call",
        "A stranger's keys are taken in a call",
    ]
    told = [each.partition(" (")[0].partition(": ")[0] for each in said(lines, "✗" if is_weak else "✓")]
    assert told[:3] == expected


@pytest.mark.parametrize(
    ("webhooks", "probe", "found"),
    [
        (WeakWebhooks(takes_any_scheme=True), "ssrf", "URLs that are not of HTTP can be set (medium)"),
        (WeakWebhooks(follows_any_scheme=True), "ssrf", "Redirects to URLs that are not of HTTP are followed (high)"),
        (WeakWebhooks(carries_credentials=True), "ssrf", "Credentials of a webhook follow a redirect to another server"),
        (WeakWebhooks(follows_without_end=True), "ssrf", "Redirects that lead round and round are followed without end"),
        (WeakWebhooks(injects=True), "injection", "becomes a header field or a form's field of a webhook (high)"),
    ],
    ids=["any scheme", "any scheme by a redirect", "credentials", "without end", "header fields"],
)  # fmt: skip
def test_each_weakness_of_webhooks_is_found(webhooks: WeakWebhooks, probe: str, found: str) -> None:
    assert [
        each
        for each in said(probed_by_rest(WeakServer(names_anybody=True), webhooks, probe), "✗")
        if found in each
    ]


def test_webhooks_without_these_weaknesses_are_clean_and_those_that_never_come_are_not() -> None:
    lines = probed_by_rest(WeakServer(names_anybody=True), WeakWebhooks(), "ssrf", "injection")
    assert said(lines, "✗") == ["Webhooks reach servers of the same machine (info)"]
    assert len([line for line in lines if line.startswith("✓ ssrf")]) == 4
    assert (
        "✓ injection    Text of a request becomes a header field or a form's field of a webhook: clean"
        in lines
    )
    silent = probed_by_rest(
        WeakServer(names_anybody=True),
        WeakWebhooks(reaches_nobody=True),
        "ssrf",
        "injection",
        options=IMPATIENT,
    )
    assert len([line for line in silent if line.startswith("? ssrf")]) == 3


@pytest.mark.parametrize("is_weak", [True, False])
def test_old_versions_weak_ciphers_and_the_certificate_of_another_are_found(is_weak: bool) -> None:
    with shaking_hands(is_weak=is_weak) as tls:
        lines = probed(WeakServer(), "tls", options=("--tls", tls))
    weak = {
        "TLS 1.0 is taken (medium)", "TLS 1.1 is taken (medium)", "Ciphers are taken without a certificate (aNULL) (high)",
        "Ciphers are taken without encryption (eNULL) (high)",
        "Ciphers are taken without forward secrecy (RSA key exchange) (info)",
        "The certificate is not for pbx.example (medium)", "The certificate has expired, or is not yet valid (medium)",
    }  # fmt: skip
    assert set(said(lines, "✗")) == (weak if is_weak else set())


@pytest.mark.parametrize("is_weak", [True, False])
def test_a_nonce_that_never_grows_old_is_found_and_one_that_does_is_clean(is_weak: bool) -> None:
    server = WeakServer() if is_weak else WeakServer(nonce_lifetime=0.9)
    lines = probed(server, "nonces", options=("--nonce-age", "1"))
    what = "A nonce is still taken after 1 seconds"
    assert (f"{what} (low)" if is_weak else f"{what}: clean") in said(lines, "✗" if is_weak else "✓")


@pytest.mark.parametrize("draws", ["raw", "escaped"])
def test_a_ladder_that_steers_a_terminal_is_found_and_one_that_escapes_is_clean(draws: str) -> None:
    lines = probed_by_rest(WeakServer(), WeakWebhooks(draws=draws), "injection")
    what = "Text of a request steers the terminal that shows a ladder"
    is_weak = draws == "raw"
    assert (f"{what} (medium)" if is_weak else f"{what}: clean") in said(lines, "✗" if is_weak else "✓")


def test_a_log_that_has_what_a_terminal_obeys_is_found_and_one_that_escapes_is_not(tmp_path: Path) -> None:
    for is_weak in (True, False):
        log = tmp_path / f"{is_weak}.log"
        log.write_text("begun\n")
        server = LoggingServer(log, is_weak=is_weak)
        lines = probed(server, "injection", options=("--watch", str(log)))
        what = "Text of a request steers a terminal or a browser, or names files, by what the target writes"
        assert (f"{what} (medium)" if is_weak else f"{what}: clean") in said(lines, "✗" if is_weak else "✓")


class LoggingServer(WeakServer):
    """Writes each User-Agent to a file: as it came, or escaped."""

    def __init__(self, log: Path, *, is_weak: bool) -> None:
        super().__init__()
        self.log, self.is_weak = log, is_weak

    def take(self, data: bytes, source: tuple[str, int], transport: str = "UDP") -> list[Sent]:
        for line in data.decode("utf-8", "replace").split("\r\n"):
            if line.startswith("User-Agent:"):
                with self.log.open("a") as file:
                    file.write(f"{line if self.is_weak else line.encode('unicode_escape').decode()}\n")
        return super().take(data, source, transport)


def test_an_access_list_is_entered_by_a_packet_with_a_forged_source_which_needs_root() -> None:
    lines = probed(WeakServer(allows="127.0.0.9"), "access", options=("--trusted", "127.0.0.9"))
    what = "A call is let in by the source of its packet alone, which anybody can forge over UDP"
    if os.geteuid() != 0:
        assert said(lines, "✗") == []
        needed = "it needs a target on loopback by IPv4, and root for packets by hand"
        assert f"{what}: {needed}: could not tell" in said(lines, "?")
        return
    assert said(lines, "✗") == [f"{what} (info)"]
    closed = probed(WeakServer(), "access", options=("--trusted", "127.0.0.9"))
    assert f"{what}: clean" in said(closed, "✓")


def test_who_asks_to_come_later_is_asked_again_and_slowly() -> None:
    server = WeakServer(is_busy_at=4)
    assert of(probed(server, "identity"), "?") == set()


def test_nobody_who_answers_nothing_is_never_clean() -> None:
    silent = audit(
        "127.0.0.1:9", *IMPATIENT, "--only", "anonymous", "--user", "alice", "--only", "enumeration"
    )
    assert "clean" not in silent.output.replace("0 clean", "")
    assert silent.exit_code == 3


def test_without_a_user_what_needs_one_is_not_run() -> None:
    with serving(WeakServer()) as address:
        result = audit(address, "--rate", "1000", *(f"--only={each}" for each in OWN))
    assert "2 clean" in result.output
    assert "4 not run" in result.output


def test_the_emulator_as_it_comes_has_nothing_above_info_until_a_list_has_the_password(
    tmp_path: Path,
) -> None:
    report, words = tmp_path / "audit.xml", tmp_path / "words.txt"
    words.write_text(f"Other-Horse-1\n{PASSWORD}\n")
    known = ("--user", "alice", "--password", PASSWORD, "--rate", "1000")
    serving_alice = ("--no-speech", "--user", "alice", "--password", PASSWORD, "--voice-url")
    with (
        webhooks({"/voice": {"say": "Welcome to the house of sentences that take some seconds."}}) as (
            url,
            _,
        ),
        served(*serving_alice, f"{url}/voice") as emulator,
        served(*serving_alice, "http://127.0.0.1:9/") as other,
        written(emulator, tmp_path / "serve.log") as log,
    ):
        # Scanners wait most of their time: the two audits do so beside each other.
        guessing = Program("audit", str(other.sip), *known, "--words", str(words), "--only", "scanners")
        try:
            result = audit(
                str(emulator.sip), *known, "--junit", str(report), "--tls", str(emulator.tls), "--rest", emulator.http,
                "--trusted", "127.0.0.9", "--watch", str(log), *(f"--only={each}" for each in PROBES if each != "timing"),
            )  # fmt: skip
            guessing.wait(PATIENCE)
            assert guessing.stdout is not None
            guessed = guessing.stdout.read()
        finally:
            guessing.close()
    assert result.exit_code == 0, result.output
    found = [line for line in result.output.splitlines() if line.startswith("✗")]
    assert [line for line in found if not line.endswith("(info)")] == []
    assert "✗ scanners     svmap: the server says what it is: Twilio Gateway (info)" in found
    clean = of(result.output.splitlines(), "✓")
    assert clean == set(PROBES) - {"timing"}
    unsure = [line for line in result.output.splitlines() if line.startswith("? ")]
    # svwar gives up where strangers are challenged as users are; old ciphers and packets by hand need what may be missing.
    expected = ("svwar", "OpenSSL here", "root")
    assert [line for line in unsure if not any(each in line for each in expected)] == []
    assert said(result.output.splitlines(), "-") == ["A nonce is taken for long: not run"]
    assert "✓ scanners     svcrack guesses a password" in result.output
    suite = ET.parse(report).getroot()[0]
    assert suite.get("failures") == "0"
    assert int(suite.get("skipped") or 0) == len([each for each in suite if each.find("skipped") is not None])
    assert guessing.returncode == 1
    assert "✗ scanners     svcrack guesses a password (high)" in guessed
    assert PASSWORD not in result.output + guessed


@contextmanager
def written(emulator: Served, log: Path) -> Iterator[Path]:
    """Write what an emulator says of calls to a file, as a shell would."""
    log.touch()
    assert emulator.process.stderr is not None
    source = emulator.process.stderr

    def copy() -> None:
        with log.open("w", buffering=1) as file, suppress(ValueError, OSError):
            for line in source:
                file.write(line)

    thread = threading.Thread(target=copy, daemon=True)
    thread.start()
    yield log
    emulator.stop()
    thread.join(PATIENCE)


def test_an_access_list_of_the_emulator_believes_no_header_field() -> None:
    with served("--no-speech", "--voice-url", "http://127.0.0.1:9/", "--allow", "127.0.0.9") as emulator:
        options = ("--trusted", "127.0.0.9", "--rate", "1000", "--patience", "1")
        result = audit(str(emulator.sip), "--only", "access", *options)
    assert result.exit_code == 0, result.output
    assert "✓ access       A request is let in by the origin that it claims: clean" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("192.0.2.1:5060",), "192.0.2.1 is not this machine: say --i-own-this 192.0.2.1"),
        (("8.8.8.8:5060", "--i-own-this", "8.8.8.8"), "8.8.8.8 is a public address"),
        (("10.0.0.1:5060",), "10.0.0.1 is not this machine: say --i-own-this 10.0.0.1 if it is yours"),
        (
            ("10.0.0.1:5060", "--i-own-this", "10.0.0.2"),
            "--i-own-this names 10.0.0.2, and TARGET is 10.0.0.1",
        ),
        (("pbx.example:5060",), "TARGET needs an IP address, not a name"),
        (("127.0.0.1:5060", "--only", "magic"), "--only 'magic' is not a probe"),
        (("127.0.0.1:5060", "--fail-on", "bad"), "--fail-on needs one of info, low, medium, high, critical"),
        (("127.0.0.1:5060", "--password", "Correct-Horse-42"), "--password needs --user"),
    ],
)
def test_what_may_not_be_attacked_is_refused_before_anything_is_sent(
    arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SetupError, match=said.replace("(", r"\(")):
        audit(*arguments)
