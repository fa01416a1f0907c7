"""The certificate authority: its files, what it is for, and who takes its word."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import trustme
from cryptography import x509

from sipdomain.errors import SetupError
from sipdomain.runtime.tls.certificates import (
    LEAF_LIFETIME,
    LIFETIME,
    CertificateAuthority,
    authority_of_this_run,
    usual_names,
)
from sipdomain.runtime.tls.contexts import TlsServer, trusting

BROKEN = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@cache
def of_a_pbx() -> CertificateAuthority:
    """Return one that is made once: its RSA key takes up to a second."""
    return CertificateAuthority.make(["pbx.example"])


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a folder with an authority of its own."""
    of_a_pbx()._write(tmp_path)
    return tmp_path


def of(pem: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem)


def test_a_folder_keeps_its_authority(tmp_path: Path) -> None:
    first = CertificateAuthority.kept_in(tmp_path / "new" / "ca")
    again = CertificateAuthority.kept_in(tmp_path / "new" / "ca")
    assert first.pem == again.pem
    assert (tmp_path / "new/ca/ca.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new/ca").stat().st_mode & 0o077 == 0


def test_a_folder_with_half_an_authority_is_refused_and_left_alone(kept: Path) -> None:
    (kept / "ca.key").unlink()
    with pytest.raises(SetupError, match=r"No such file or directory: .*ca\.key$"):
        CertificateAuthority.kept_in(kept)
    assert not (kept / "ca.key").exists()


@pytest.mark.parametrize("name", ["ca.pem", "ca.key"])
@pytest.mark.parametrize("content", [b"", b"nothing", b"\xff\x00", BROKEN])
def test_a_file_without_a_certificate_or_key_is_reported(kept: Path, name: str, content: bytes) -> None:
    (kept / name).write_bytes(content)
    with pytest.raises(SetupError, match="no certificate and key in PEM"):
        CertificateAuthority.kept_in(kept)


def test_a_key_that_others_can_read_is_reported(kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    CertificateAuthority.kept_in(kept)
    assert caplog.messages == []
    key = kept / "ca.key"
    key.chmod(0o640)
    CertificateAuthority.kept_in(kept)
    assert caplog.messages == [f"warning     {key} is open to other users (mode 640): chmod 600 {key}"]


def test_it_is_valid_for_two_years_and_says_what_it_is_for() -> None:
    certificate = of(
        CertificateAuthority.make(["*.sip.lab.example", "pbx.example", "203.0.113.5", "127.0.0.1"]).pem
    )
    assert (
        certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=730) == LIFETIME
    )
    assert abs(certificate.not_valid_before_utc + timedelta(days=1) - datetime.now(UTC)) < timedelta(
        minutes=5
    )
    found = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert found.critical
    assert [str(each.value) for each in found.value.permitted_subtrees or []] == [
        "twilio.com", "localhost", "sip.lab.example", "pbx.example",
        "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7",
        "fe80::/10", "203.0.113.5/32",
    ]  # fmt: skip
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_a_server_certificate_ends_with_its_authority_at_the_latest(tmp_path: Path) -> None:
    of_a_pbx().export(tmp_path, ["sip.twilio.com"])
    leaf = of((tmp_path / "server.pem").read_bytes())
    assert abs(leaf.not_valid_after_utc - datetime.now(UTC) - timedelta(days=397)) < timedelta(minutes=5)
    assert timedelta(days=397) == LEAF_LIFETIME


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("sip.twilio.com", True), ("*.sip.dublin.twilio.com", True), ("api.twilio.com", True), ("TWILIO.com", True),
        ("eviltwilio.com", False), ("twilio.com.evil.example", False), ("example.com", False), ("com", False),
        ("localhost", True), ("127.0.0.1", True), ("192.168.7.7", True), ("::1", True), ("fe80::1", True),
        ("8.8.8.8", False), ("2001:db8::1", False), ("pbx.example", True), ("a.pbx.example", True),
    ],
)  # fmt: skip
def test_it_vouches_for_the_emulated_names_and_this_machine(name: str, known: bool) -> None:
    assert of_a_pbx().vouches_for(name) is known


def test_an_authority_is_not_used_for_what_it_is_not_for(tmp_path: Path) -> None:
    CertificateAuthority.kept_in(tmp_path / "ca", ["pbx.example"])
    assert CertificateAuthority.kept_in(tmp_path / "ca", ["a.pbx.example"]).vouches_for("pbx.example")
    with pytest.raises(
        SetupError, match=r"it is not for \*\.sip\.lab\.example; make another one: .*--name sip\.lab"
    ):
        CertificateAuthority.kept_in(tmp_path / "ca", ["*.sip.lab.example"])
    with pytest.raises(SetupError, match=r"it is not for pbx\.example"):
        authority_of_this_run().export(tmp_path / "out", ["pbx.example"])


@pytest.mark.parametrize("name", ["a b", "", "ä.example"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match="no certificate can be for"):
        CertificateAuthority.make([name])


def test_one_without_constraints_is_made_when_asked_for(tmp_path: Path) -> None:
    made = CertificateAuthority.kept_in(tmp_path, constrained=False)
    with pytest.raises(x509.ExtensionNotFound):
        of(made.pem).extensions.get_extension_for_class(x509.NameConstraints)
    assert made.vouches_for("8.8.8.8")


def test_that_of_a_run_leaves_addresses_to_old_phones() -> None:
    """OpenSSL before 1.1.0, PJSIP's among them, knows no constraints of addresses; its key is in memory alone."""
    found = of(authority_of_this_run().pem).extensions.get_extension_for_class(x509.NameConstraints).value
    assert [str(each.value) for each in found.permitted_subtrees or []] == ["twilio.com", "localhost"]


def test_one_that_an_earlier_version_made_is_used_and_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = trustme.CA(key_type=trustme.KeyType.RSA)
    old.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    old.private_key_pem.write_to_path(str(tmp_path / "ca.key"))
    (tmp_path / "ca.key").chmod(0o600)
    assert CertificateAuthority.kept_in(tmp_path, ["anything.example"]).vouches_for("example.com")
    assert [each.partition(":")[0] for each in caplog.messages] == [
        f"warning     the certificate authority in {tmp_path} can vouch for any name"
    ]


def test_one_whose_time_is_over_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sipdomain.runtime.tls.certificates.LIFETIME", timedelta(hours=12))
    CertificateAuthority.kept_in(tmp_path)
    with pytest.raises(
        SetupError, match=r"it ended on 20\d\d-\d\d-\d\d; take its two files away to get a new one"
    ):
        CertificateAuthority.kept_in(tmp_path)


def test_an_export_can_be_made_again_and_its_key_is_secret(tmp_path: Path) -> None:
    authority = of_a_pbx()
    authority.export(tmp_path, ["sip.twilio.com"])
    written = authority.export(tmp_path, ["sip.twilio.com"])
    assert [path.name for path, _ in written] == ["ca.pem", "server.pem", "server.key"]
    assert (tmp_path / "ca.pem").read_bytes() == authority.pem
    assert (tmp_path / "server.key").stat().st_mode & 0o777 == 0o600


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> None:
    """Let two contexts shake hands in memory; raises SSLError."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(to_client, to_server, server_hostname=name)
    far = server.wrap_bio(to_server, to_client, server_side=True)
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for side in (near, far):
            try:
                side.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize(
    "name",
    ["sip.twilio.com", "demo.sip.tokyo.twilio.com", "127.0.0.1", "::1", "localhost", "api.dublin.ie1.twilio.com",
     f"{'a' * 63}.{'b' * 63}.twilio.com"],
)  # fmt: skip
def test_openssl_takes_the_chain(name: str) -> None:
    handshake(usual_server(), trusting(of_a_pbx().pem), name)


@cache
def usual_server() -> ssl.SSLContext:
    """Return the context of a server that every client finds by the usual names."""
    return TlsServer(of_a_pbx, [*usual_names(), "localhost", "127.0.0.1", "::1"])._make()


def test_openssl_refuses_what_a_stolen_key_would_issue(kept: Path) -> None:
    """The key in wrong hands is no key to the bank."""
    thief = trustme.CA.from_pem((kept / "ca.pem").read_bytes(), (kept / "ca.key").read_bytes())
    for name in ("bank.example", "8.8.8.8", "*.bank.example"):
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        thief.issue_cert(name).configure_cert(server)
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            handshake(server, trusting((kept / "ca.pem").read_bytes()), name.replace("*", "my"))


def test_a_disk_that_is_full_leaves_no_half_authority(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from sipdomain.runtime.tls.certificates import CertificateAuthority\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "CertificateAuthority.kept_in(Path(sys.argv[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "ca")], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert "SetupError: certificate authority in" in done.stderr
    assert "File too large" in done.stderr
    assert list((tmp_path / "ca").iterdir()) == []


def test_a_certificate_that_cannot_be_written_leaves_no_key(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").symlink_to("/no/such/folder/ca.pem")
    with pytest.raises(SetupError, match="No such file or directory"):
        CertificateAuthority.kept_in(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_usual_names_are_the_suffix_and_its_form_at_every_edge() -> None:
    names = usual_names("sip.lab.example")
    assert names[:2] == ["sip.lab.example", "*.sip.lab.example"]
    assert {"sip.dublin.lab.example", "*.sip.tokyo.lab.example", "*.sip.us1.lab.example"} < set(names)
    assert len(names) == len(set(names))
    assert usual_names("local") == ["local", "*.local"]
