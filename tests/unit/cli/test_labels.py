"""What is wrong with a value is told with the flag or the variable that it came from."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from sipdomain import cli
from sipdomain.cli.addresses import parse_address, parse_host_map, parse_ports
from sipdomain.cli.labels import with_flags
from sipdomain.errors import SetupError

URL = "--voice-url=http://127.0.0.1:9/"
SECRET = "Correct-Horse-42"


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["--voice-url=ftp://x"], {}, "--voice-url is not a valid http or https URL: 'ftp://x'"),
        ([], {"SIPDOMAIN_VOICE_URL": "ftp://x"}, "SIPDOMAIN_VOICE_URL is not a valid http or https URL: 'ftp://x'"),
        ([URL, "--status-url=x"], {}, "--status-url is not a valid http or https URL: 'x'"),
        ([URL, "--fallback-url=x"], {}, "--fallback-url is not a valid http or https URL: 'x'"),
        ([URL, "--domain=a_b"], {}, "--domain: Invalid Domain Name: "),
        ([URL, "--user=a:b"], {}, "--user: Username must not contain"),
        ([URL, "--user=alice", "--password=short"], {}, "--password: Password needs "),
        ([URL, "--user=alice"], {"SIPDOMAIN_PASSWORD": "short"}, "SIPDOMAIN_PASSWORD: Password needs "),
        ([URL, "--user=alice", "--password-file=secret"], {}, "--password-file: Password needs "),
        ([URL, "--allow=10.0.0"], {}, "--allow: IpAddress must be a full IPv4 address"),
        ([URL], {"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_ACCOUNT_SID needs AC and 32 hexadecimal digits (got 'AC1')"),
        ([URL], {"TWILIO_AUTH_TOKEN": "a\nb"}, "TWILIO_AUTH_TOKEN has characters that cannot be sent"),
        ([], {"SIPDOMAIN_MAP_HOST": "x=y"}, "SIPDOMAIN_MAP_HOST needs NAME=URL"),
        (["--config=none.yaml"], {}, "--config: cannot read none.yaml: No such file or directory"),
        (["--state=none/state"], {}, "--state: "),
        (["--rtp=5-"], {}, "--rtp needs LOW-HIGH"),
    ],
)  # fmt: skip
def test_serve_names_what_was_typed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    variables: dict[str, str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("short\n")
    (tmp_path / "secret").chmod(0o600)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    command = ["sipdomain", "serve", "--sip=127.0.0.1:0", "--http=127.0.0.1:0", *arguments]
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.setattr(cli, "Outlets", nullcontext)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert told.startswith(f"error: {said}")
    assert told.count("\n") == 1


def test_an_account_of_a_file_has_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("account: {sid: AC123}\n")
    monkeypatch.setattr(sys, "argv", ["sipdomain", "config", "check", str(path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[:2] == [
        "error: An account's SID is AC and 32 hexadecimal digits (got 'AC123')",
        f" --> {path}:1:11",
    ]


def test_an_address_that_is_taken_is_reported_with_all_flags_that_name_it() -> None:
    error = SetupError("cannot listen on tcp 127.0.0.1:5060: Address already in use")
    places = [
        ("--sip", "127.0.0.1:5060"),
        ("--http", "127.0.0.1:5060"),
        ("--dns", "127.0.0.1:506"),
        ("--tls", None),
    ]
    assert str(with_flags(error, places)) == f"--sip, --http: {error}"


@pytest.mark.parametrize("port", ["²", "٣", "9" * 5000, "65536", "", "-1", "0x1"])
def test_a_port_is_digits(port: str) -> None:
    with pytest.raises(SetupError, match="--sip needs HOST:PORT"):
        parse_address(f"127.0.0.1:{port}", "--sip")
    with pytest.raises(SetupError, match="--rtp needs LOW-HIGH"):
        parse_ports(f"10000-{port}", "--rtp")


@pytest.mark.parametrize(
    "item", ["a", "a=", "=http://x", "a=http://", "a=http://[", "a=http://x:99999", "a=ftp://x"]
)
def test_a_host_is_mapped_to_a_url(item: str) -> None:
    with pytest.raises(SetupError, match="--map-host needs NAME=URL"):
        parse_host_map([item], "--map-host")
