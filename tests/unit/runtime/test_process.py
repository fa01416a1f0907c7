"""Child processes are started, read and ended without waiting for ever."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.process import OUTPUT_LIMIT, Process, find_program


def ended(process: Process) -> int:
    while (code := process.poll()) is None:
        os.sched_yield()
    return code


def test_output_and_exit_code_are_kept(tmp_path: Path) -> None:
    process = Process(
        [sys.executable, "-c", "import os; print(os.getcwd(), os.environ['WORD']); raise SystemExit(3)"],
        folder=tmp_path,
        environment={"WORD": "here"},
    )
    assert ended(process) == 3
    assert process.output == f"{tmp_path} here\n"
    process.close()


def test_only_the_end_of_a_long_output_is_kept(tmp_path: Path) -> None:
    process = Process([sys.executable, "-c", f"print('x' * {2 * OUTPUT_LIMIT} + 'end')"], folder=tmp_path)
    assert ended(process) == 0
    assert len(process.output) == OUTPUT_LIMIT
    assert process.output.endswith("xend\n")
    process.close()


def test_closing_ends_a_process_that_would_run_on(tmp_path: Path) -> None:
    process = Process([sys.executable, "-c", "import time; time.sleep(600)"], folder=tmp_path)
    assert process.poll() is None
    process.close()
    assert process.poll() == -15


def test_a_process_reads_what_is_written_to_it(tmp_path: Path) -> None:
    process = Process([sys.executable, "-c", "print(input()[::-1])"], folder=tmp_path, takes_input=True)
    process.write("desserts\n")
    assert ended(process) == 0
    assert process.output == "stressed\n"
    with pytest.raises(BrokenPipeError):
        process.write("more\n")
    process.close()


def test_a_command_that_does_not_exist_is_an_error_to_read(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot start /no/such/program: No such file or directory"):
        Process(["/no/such/program"], folder=tmp_path)


def test_a_missing_program_names_its_package() -> None:
    with pytest.raises(SetupError, match=r"no-such-sipp is not installed \(Debian: apt install sip-tester\)"):
        find_program("no-such-sipp", package="sip-tester")
