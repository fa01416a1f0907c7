"""`sipdomain config pbx` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sipdomain.cli import application
from sipdomain.errors import SetupError


def run(*arguments: str) -> Result:
    """Run the command; what it raises comes through, but its exit."""
    result = CliRunner().invoke(application(["config"]), ["config", "pbx", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_one_file_is_printed_as_it_is_and_the_placeholder_is_named() -> None:
    result = run("linphone", "--domain", "acme", "--user", "bob")
    assert result.stdout.startswith("[net]\n")
    assert "reg_identity=<sip:bob@acme.sip.twilio.com>" in result.stdout
    assert "passwd=YOUR-PASSWORD" in result.stdout
    line = result.stdout.splitlines().index("passwd=YOUR-PASSWORD") + 1
    assert result.stderr == (
        f"put the password of bob in the place of YOUR-PASSWORD: linphonerc, line {line}\n"
        "then      linphonec -a -c linphonerc\n"
    )


def test_several_files_are_printed_below_their_names() -> None:
    printed = run("asterisk").stdout
    assert printed.startswith("==> pjsip.conf <==\n; /etc/asterisk/pjsip.conf\n")
    assert "\n\n==> extensions.conf <==\n" in printed


def test_files_with_a_password_are_their_owner_s_alone(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("Correct-Horse-42\n")
    password.chmod(0o600)
    result = run("asterisk", "--password-file", str(password), "--output", str(tmp_path / "new" / "folder"))
    folder = tmp_path / "new" / "folder"
    assert sorted(each.name for each in folder.iterdir()) == ["extensions.conf", "pjsip.conf"]
    assert (folder / "pjsip.conf").stat().st_mode & 0o777 == 0o600
    assert "\npassword=Correct-Horse-42\n" in (folder / "pjsip.conf").read_text()
    assert "Correct-Horse-42" not in result.output
    assert "YOUR-PASSWORD" not in result.output


def test_one_file_is_written_where_it_is_said_or_into_a_folder_that_is_there(tmp_path: Path) -> None:
    run("pjsip", "--output", str(tmp_path / "my.cfg"))
    run("pjsip", "--output", str(tmp_path))
    assert (tmp_path / "my.cfg").read_text() == (tmp_path / "pjsua.cfg").read_text()


def test_over_tls_the_edge_and_the_authority_are_the_usual_ones(tmp_path: Path) -> None:
    text = run("pjsip", "--tls", "--ca-folder", str(tmp_path)).stdout
    assert "--proxy sip:127.0.0.1:5061;transport=tls;lr\n" in text
    assert f"--tls-ca-file {tmp_path}/ca.pem\n" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "`config pbx` needs a vendor, and takes no --state: asterisk, freeswitch,"),
        (("cisco",), "`config pbx` knows asterisk, freeswitch, .* (got 'cisco')"),
        (("asterisk", "--tcp", "--tls"), "--tcp and --tls were both given: keep one of them"),
        (("asterisk", "--srtp"), "--srtp needs --tls: a secure domain takes both or none"),
        (("asterisk", "--domain", "a b"), "--domain needs a name below sip.twilio.com"),
        (("asterisk", "--domain", "acme.example"), "--domain needs a name below sip.twilio.com"),
        (("asterisk", "--user", "a;b"), "--user takes 1 to 32 letters"),
        (("asterisk", "--edge", "127.0.0.1"), "--edge needs HOST:PORT"),
        (("asterisk", "--edge", "[::1]:5060"), "--edge needs an IPv4 address or a host name, and a port"),
        (("asterisk", "--edge", "a>b:5060"), "--edge needs an IPv4 address or a host name, and a port"),
        (("asterisk", "--edge", "192.0.2.10:0"), "--edge needs an IPv4 address or a host name, and a port"),
        (("asterisk", "--edge", "192.0.2.10:5060"), "--edge is on another machine: say by --listen"),
        (("asterisk", "--listen", "pbx:5060"), "--listen needs an IPv4 address of the PBX and a port"),
        (("asterisk", "--ca-folder", "/a b", "--tls"), "--ca-folder: a PBX's file cannot hold this name"),
        (("pjsip", "--output", "/dev/null/none"), "--output: cannot write /dev/null/none"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_clear_line(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(SetupError) as refused:
        run(*arguments)
    assert all(each in str(refused.value) for each in said.split(".* "))
