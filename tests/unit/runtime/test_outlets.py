"""What is written is told in order, dropped when nobody reads, and never waited for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading

import pytest

from sipdomain.runtime.outlets import LONGEST_LINE, Outlet
from tests.integration.served import until
from tests.patience import PATIENCE

PROGRAM = """
import os, sys
from sipdomain.runtime.outlets import Outlets, repair_standard_streams
repair_standard_streams()
with Outlets():
    print("to stdout", flush=True)
    print("to stderr: HTTP://u:p4ss@h \\x1b[31m \\u202e é", file=sys.stderr)
    os.system("echo of a child >&2")
    sys.stderr.write("without an end")
    sys.stdout.write("not flushed")
print("after")
"""


def run(redirection: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" {redirection}', sys.executable, PROGRAM], capture_output=True, text=True,
        encoding="utf-8", timeout=PATIENCE, check=False, env=os.environ | {"PYTHONIOENCODING": encoding},
    )  # fmt: skip


def test_print_children_and_unfinished_lines_come_in_order_and_are_made_harmless() -> None:
    done = run("2>&1")
    assert done.returncode == 0
    assert done.stdout == (
        "to stdout\nto stderr: HTTP://u:********@h �[31m � é\nof a child\nwithout an endnot flushed\nafter\n"
    )


def test_two_places_stay_two() -> None:
    done = run("")
    assert done.stdout == "to stdout\nnot flushed\nafter\n"
    assert done.stderr == "to stderr: HTTP://u:********@h �[31m � é\nof a child\nwithout an end\n"


def test_what_an_encoding_has_not_is_written_as_an_escape() -> None:
    assert "to stderr: HTTP://u:********@h \\ufffd[31m \\ufffd \\ufffd\\ufffd\n" in run(
        "", "ascii"
    ).stderr or ("\\xe9" in run("", "ascii").stderr)


@pytest.mark.parametrize("redirection", ["<&-", "2>&-", "2>/dev/full", "<&- 2>&-"])
def test_closed_and_full_descriptors_cost_their_lines_alone(redirection: str) -> None:
    done = run(redirection)
    assert done.returncode == 0
    assert done.stdout == "to stdout\nnot flushed\nafter\n"


def test_lines_past_the_cap_are_dropped_oldest_first_counted_and_reported() -> None:
    reading, writing = os.pipe()
    number = os.dup(writing)
    os.close(writing)
    outlet = Outlet((number,), sys.stderr, most=100_000)
    # Far more than the pipes on both sides and the cap hold together.
    for index in range(40_000):
        os.write(number, b"line %05d\n" % index)
    until(lambda: outlet.dropped > 0)
    got = bytearray()
    reader = threading.Thread(target=lambda: _read_all(reading, got), daemon=True)
    reader.start()
    outlet.close()
    os.close(number)
    reader.join(20)
    lines = got.decode().splitlines()
    notes = [(index, line) for index, line in enumerate(lines) if line.startswith("note: ")]
    dropped = sum(int(re.findall(r"\d+", line)[0]) for _, line in notes)
    told = [int(line[5:]) for line in lines if line.startswith("line ")]
    assert notes[0][1].endswith(" lines were dropped here: not read in time, or not writable")
    assert dropped + len(told) == 40_000
    assert told == sorted(told)
    assert told[-1] == 39_999
    assert told[notes[0][0]] > notes[0][0]


def _read_all(descriptor: int, into: bytearray) -> None:
    while data := os.read(descriptor, 65536):
        into.extend(data)
    os.close(descriptor)


def test_a_line_without_an_end_is_passed_on_in_pieces() -> None:
    reading, writing = os.pipe()
    outlet = Outlet((writing,), sys.stderr)
    os.write(writing, b"x" * (3 * LONGEST_LINE))
    outlet.close()
    os.close(writing)
    got = bytearray()
    _read_all(reading, got)
    assert got.count(b"\n") >= 3
    assert got.count(b"x") == 3 * LONGEST_LINE
