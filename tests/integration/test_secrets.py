"""Secrets of the command line come by files and variables too, and stand in no list of processes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Annotated, get_args, get_type_hints

import pytest

from sipdomain.cli.explain import explain
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.serve import serve
from sipdomain.errors import SetupError
from sipdomain.scenario.peers import pjsip
from tests.integration.program import ended
from tests.integration.served import served

ROOT = Path(__file__).parents[2]
SECRET = "Correct-Horse-42"
DOMAIN = ("--voice-url", "http://127.0.0.1:9/voice", "--user", "alice", "--no-speech")


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    free = ("--sip", "127.0.0.1:0", "--http", "127.0.0.1:0")
    return ended(*arguments, *free, environment={**os.environ, **variables})


def secret_file(folder: Path, content: bytes = SECRET.encode() + b"\n") -> Path:
    (path := folder / "secret").write_bytes(content)
    path.chmod(0o600)
    return path


def digest_of(store: Path) -> set[str]:
    """Return the HA1s in a state file."""
    import sqlite3

    with sqlite3.connect(store) as connection:
        rows = connection.execute("SELECT value FROM records WHERE kind = 'credential'").fetchall()
    return {value for (value,) in rows}


def test_a_password_by_file_or_variable_is_the_password_by_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    ha1 = hashlib.md5(f"alice:sip.twilio.com:{SECRET}".encode()).hexdigest()
    for name, arguments, variables in (
        ("flag", ("--password", SECRET), {}),
        ("file", ("--password-file", str(secret_file(tmp_path))), {}),
        ("variable", (), {"SIPDOMAIN_PASSWORD": SECRET}),
    ):
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        with served(*DOMAIN, *arguments, "--state", str(tmp_path / name), by_a_shell=True) as emulator:
            seen = Path(f"/proc/{emulator.process.pid}/cmdline").read_bytes()
            assert (SECRET.encode() in seen) is (name == "flag")
            assert emulator.stop() == 0
            assert emulator.process.stderr is not None
            assert SECRET not in emulator.process.stderr.read()
        assert ha1 in str(digest_of(tmp_path / name))


def test_a_token_by_file_opens_the_control_api(tmp_path: Path) -> None:
    token = str(secret_file(tmp_path))
    with served(*DOMAIN, "--token-file", token) as emulator:
        command = ("explain", "nobody", "--http", emulator.http)
        refused, taken = ended(*command), ended(*command, "--token-file", token)
    assert (refused.returncode, taken.returncode) == (2, 1)
    assert taken.stdout.startswith("no decision on the Call-ID 'nobody' is kept")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "needs one line with the secret, and nothing else"),
        (b"\n", "needs one line with the secret, and nothing else"),
        (b"one\ntwo\n", "needs one line with the secret, and nothing else"),
        (b"x" * 5000, "needs one line with the secret, and nothing else"),
        (b"\xff\xfe", "not UTF-8 text"),
        (b"Correct-Horse-42\0", "holds a control character, which nobody can type"),
        (b"Correct-Horse-42\t\n", "holds a control character, which nobody can type"),
    ],
    ids=["empty", "empty line", "two lines", "long", "binary", "NUL", "tab"],
)
def test_a_file_that_is_no_secret_is_one_clear_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = secret_file(tmp_path, content)
    done = run("serve", *DOMAIN, "--password-file", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: --password-file {path}: {said}\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("s3cret\r", "holds a control character, which nobody can type"),
        ("s3cret\N{EURO SIGN}", "only ASCII can be sent in a header field"),
    ],
)
def test_a_token_that_no_header_field_can_have_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, said: str
) -> None:
    done = run("serve", SIPDOMAIN_TOKEN=given)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: SIPDOMAIN_TOKEN: {said}\n")
    monkeypatch.setenv("SIPDOMAIN_TOKEN", given)
    with pytest.raises(SetupError) as caught:
        explain("x", token=given)
    assert str(caught.value) == f"SIPDOMAIN_TOKEN: {said}"
    path = secret_file(tmp_path, b"s3cret\t")
    with pytest.raises(SetupError, match=r"^--token-file .*: holds a control character"):
        secret_of("", path, "--token", "SIPDOMAIN_TOKEN")


def test_a_byte_order_mark_is_no_part_of_a_secret(tmp_path: Path) -> None:
    path = secret_file(tmp_path, b"\xef\xbb\xbfCorrect-Horse-42\r\n")
    assert secret_of("", path, "--password", "SIPDOMAIN_PASSWORD") == "Correct-Horse-42"


def test_a_file_that_cannot_be_read_or_a_secret_that_comes_twice_is_reported(tmp_path: Path) -> None:
    missing = run("serve", *DOMAIN, "--password-file", str(tmp_path / "none"))
    assert missing.stderr == f"error: --password-file: No such file or directory: {tmp_path / 'none'}\n"
    folder = run("serve", *DOMAIN, "--token-file", str(tmp_path))
    assert folder.stderr == f"error: --token-file: Is a directory: {tmp_path}\n"
    twice = run("serve", *DOMAIN, "--password-file", str(secret_file(tmp_path)), SIPDOMAIN_PASSWORD="x")
    assert twice.stderr == (
        "error: --password-file and --password (or SIPDOMAIN_PASSWORD) were both given: keep one of them\n"
    )
    assert [each.returncode for each in (missing, folder, twice)] == [2, 2, 2]


def test_a_secret_that_others_can_read_is_reported(tmp_path: Path) -> None:
    path = secret_file(tmp_path)
    path.chmod(0o644)
    done = run("serve", "--voice-url", "http://127.0.0.1:9/", "--password-file", str(path))
    assert done.stderr.splitlines()[0] == (
        f"warning     {path} is open to other users (mode 644): chmod 600 {path}"
    )


CARRIES_SECRETS = {"password", "token", "voice_url", "fallback_url", "status_url", "map_host"}


def test_every_flag_that_can_carry_a_secret_has_a_variable_that_the_docs_name() -> None:
    environment = (ROOT / "docs/reference/cli.md").read_text().partition("## Environment")[2]
    found = {}
    for command in (serve, explain):
        for name, hint in get_type_hints(command, include_extras=True).items():
            if name in CARRIES_SECRETS:
                assert get_args(Annotated[hint, None])
                found[name] = get_args(hint)[1].envvar
    assert found == {each: f"SIPDOMAIN_{each.upper()}" for each in CARRIES_SECRETS}
    assert all(f"`{each}`" in environment for each in found.values())


def test_pjsip_gets_its_password_by_a_file(tmp_path: Path) -> None:
    plan = {
        "proxy": "127.0.0.1:9", "to": "sip:100@a", "user": "alice", "domain": "a", "password": SECRET, "local": "127.0.0.1",
        "transport": "udp", "authority": "", "secure": False, "headers": {}, "acts": [], "register": False,
    }  # fmt: skip
    process = pjsip.start(plan, tmp_path)
    try:
        assert SECRET.encode() not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
    finally:
        process.close()
