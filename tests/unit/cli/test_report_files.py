"""Reports are looked at before a run, taken away for its time, and written whole."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from sipdomain.cli.report_files import ReportFile, ReportFolder, refuse_one_for_two, words_beside
from sipdomain.errors import SetupError
from tests.integration.program import ended


def test_an_older_report_is_gone_during_the_run_and_replaced_after_it(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    path.write_text("old")
    report = ReportFile(path, "--junit")
    assert list(tmp_path.iterdir()) == []
    report.write(b"new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_is_added_leaves_what_is_there_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    report = ReportFile(path, "--github", is_added=True)
    assert list(tmp_path.iterdir()) == [], "nothing is there before it is written"
    report.write(b"one\n")
    again = ReportFile(path, "--github", is_added=True)
    assert path.read_text() == "one\n"
    again.write(b"two\n")
    assert path.read_text() == "one\ntwo\n"
    with pytest.raises(SetupError, match="is a folder; name a file"):
        ReportFile(tmp_path, "--github", is_added=True)


def test_a_report_has_the_rights_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        ReportFile(tmp_path / "report.xml", "--junit").write(b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report.xml").stat().st_mode) == 0o644


def test_a_link_leads_to_the_report(tmp_path: Path) -> None:
    (tmp_path / "target.xml").write_text("old")
    link = tmp_path / "link.xml"
    link.symlink_to("target.xml")
    ReportFile(link, "--junit").write(b"new")
    assert (tmp_path / "target.xml").read_text() == "new"
    assert link.is_symlink()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (".", "--junit {} is a folder; name a file"),
        ("none/report.xml", "--junit {} cannot be written: No such file or directory"),
        ("file/report.xml", "--junit {} cannot be written: Not a directory"),
        ("x" * 300, "--junit {} cannot be written: File name too long"),
    ],
)
def test_what_cannot_be_written_is_reported_before(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / name
    with pytest.raises(SetupError) as caught:
        ReportFile(path, "--junit")
    assert str(caught.value) == said.format(path)


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    ReportFile(path, "--jsonl").write(b"new")
    assert os.read(reader, 10) == b"new"
    os.close(reader)


@pytest.mark.parametrize(
    "path", ["/proc/x.xml", "/proc/version/x.xml", "/proc/self/mem/none", "/dev/none/report.xml"]
)
def test_what_the_system_does_not_let_be_written_is_reported_before(path: str) -> None:
    with pytest.raises(SetupError, match=rf"^--junit {path} cannot be written: "):
        ReportFile(Path(path), "--junit")


def test_a_dash_is_standard_output_and_leaves_that_to_the_report(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    report = ReportFile(Path("-"), "--junit")
    assert words_beside(report, None) is sys.stderr
    assert words_beside(None) is sys.stdout
    report.write(b"<xml/>")
    assert capfdbinary.readouterr().out == b"<xml/>"
    assert not Path("-").exists()


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (["scenarios", "--copy", "-"], "--copy -"),
        (["init", "-"], "FOLDER -"),
        (["certificates", "--ca-folder", "-"], "--ca-folder -"),
        (["certificates", "--out", "-"], "--out -"),
        (["serve", "--ca-folder", "-"], "--ca-folder -"),
        (["serve", "--state", "-"], "--state -"),
        (["config", "export", "--state", "-"], "--state -"),
    ],
)
def test_no_command_makes_a_folder_or_a_file_of_the_name_of_standard_output(
    words: list[str], refused: str, tmp_path: Path
) -> None:
    done = ended(*words, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {refused} cannot be: it writes a f")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", [[], ["--out", "-"]])
def test_what_is_printed_without_a_file_is_printed_for_a_dash(option: list[str], tmp_path: Path) -> None:
    done = ended("config", "pbx", "baresip", *option, folder=tmp_path)
    assert done.returncode == 0
    assert "sip:alice@demo.sip.twilio.com" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_files_has_no_room_on_standard_output() -> None:
    with pytest.raises(SetupError, match="--pcap - cannot be: it writes a folder of files; name one"):
        ReportFolder(Path("-"), "--pcap")


def test_no_report_replaces_what_a_person_wrote(tmp_path: Path) -> None:
    for name, what in (("a.scenario.yaml", "a scenario file"), ("turns.csv", "a file that is read")):
        path = tmp_path / name
        path.write_text("mine")
        with pytest.raises(SetupError, match=f"--json .*{name} is {what}, which a report would replace"):
            ReportFile(path, "--json", inputs=[tmp_path / "turns.csv"])
        assert path.read_text() == "mine"


def test_two_reports_need_two_files(tmp_path: Path) -> None:
    one = tmp_path / "a"
    refuse_one_for_two({"--json": one, "--html": tmp_path / "b"})
    with pytest.raises(SetupError, match="--json and --html need a file each"):
        refuse_one_for_two({"--json": one, "--html": tmp_path / "." / "a"})
