"""The certificate authority and its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import SetupError
from harness.runtime.certificates import CertificateAuthority, usual_names


def test_a_folder_keeps_its_authority(tmp_path: Path) -> None:
    first = CertificateAuthority.kept_in(tmp_path / "new" / "ca")
    again = CertificateAuthority.kept_in(tmp_path / "new" / "ca")
    assert first.pem == again.pem
    assert (tmp_path / "new/ca/ca.key").stat().st_mode & 0o777 == 0o600


def test_a_folder_with_half_an_authority_is_told_and_left_alone(tmp_path: Path) -> None:
    CertificateAuthority.kept_in(tmp_path)
    (tmp_path / "ca.key").unlink()
    with pytest.raises(SetupError, match=r"No such file or directory: .*ca\.key$"):
        CertificateAuthority.kept_in(tmp_path)
    assert not (tmp_path / "ca.key").exists()


def test_a_file_without_a_certificate_is_told(tmp_path: Path) -> None:
    CertificateAuthority.kept_in(tmp_path)
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(SetupError, match="no certificate and key in PEM"):
        CertificateAuthority.kept_in(tmp_path)


def test_an_export_can_be_made_again_and_its_key_is_secret(tmp_path: Path) -> None:
    authority = CertificateAuthority.make()
    authority.export(tmp_path, ["sip.twilio.com"])
    written = authority.export(tmp_path, ["sip.twilio.com"])
    assert [path.name for path, _ in written] == ["ca.pem", "server.pem", "server.key"]
    assert (tmp_path / "ca.pem").read_bytes() == authority.pem
    assert (tmp_path / "server.key").stat().st_mode & 0o777 == 0o600


def test_usual_names_are_the_suffix_and_its_form_at_every_edge() -> None:
    names = usual_names("sip.lab.example")
    assert names[:2] == ["sip.lab.example", "*.sip.lab.example"]
    assert {"sip.dublin.lab.example", "*.sip.tokyo.lab.example", "*.sip.us1.lab.example"} < set(names)
    assert len(names) == len(set(names))
    assert usual_names("local") == ["local", "*.local"]
