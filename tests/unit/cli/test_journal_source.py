"""Journals as commands read them from files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sipdomain.cli.journal_source import MOST_BYTES, file_rows, journals_of
from sipdomain.errors import SetupError

NOTE = b'{"kind":"Note","at":1.0,"source":"udp","text":"x"}\n'


def test_a_file_has_a_row_in_each_line(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(NOTE * 2)
    assert [row["text"] for row in file_rows(path, "run.jsonl")] == ["x", "x"]


@pytest.mark.parametrize("data", [b"not JSON\n", b"[1]\n", b'{"at":1.0}\n', b"\xff\n"])
def test_what_is_not_a_journal_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(NOTE + data)
    with pytest.raises(
        SetupError, match=r"^run\.jsonl is not a journal; `sipdomain run --jsonl FILE` writes one$"
    ):
        file_rows(path, "run.jsonl")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.touch()
    os.truncate(path, MOST_BYTES + 1)  # a hole: it takes no room on the disk
    with pytest.raises(SetupError, match=r"^run\.jsonl is larger than 256 MB; name a smaller one$"):
        file_rows(path, "run.jsonl")


def test_rows_of_another_version_are_refused() -> None:
    with pytest.raises(SetupError, match=r"^run\.jsonl is of another version of sipdomain: an entry lacks"):
        journals_of([{"kind": "Note", "at": 1.0}], "run.jsonl")
