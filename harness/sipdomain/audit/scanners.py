"""sipvicious as processes, with a home of their own; their tables are read, and their exit codes never trusted alone.

svwar gives up with exit code 0 when unknown users are challenged, and svcrack is blind to an INVITE that needs a body: a
scan that did not take place is not a clean one (https://github.com/EnableSecurity/sipvicious/wiki).
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sipdomain.audit.target import Target
from sipdomain.errors import SetupError
from sipdomain.runtime.process import Process

LONGEST: Final = 60.0
"""How long a scan may take, in seconds; then it is ended, and could not tell."""
_PATIENCE: Final = 3
"""How many seconds a scanner waits for an answer that does not come."""
_POLL: Final = 0.05
_GAVE_UP: Final = ("Set --force", "We got an unknown response", "network", "no need to crack", "unexpected")
_ROW: Final = re.compile(r"^\|\s*(.*?)\s*\|\s*(.*?)\s*\|\s*$")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan brought.

    Attributes:
        rows: The cells of its table, without the heading.
        verdict: "found" by the table, "nothing", or "gave up": it did not look.
        output: The last lines that it wrote.
    """

    rows: tuple[tuple[str, str], ...]
    verdict: Literal["found", "nothing", "gave up"]
    output: tuple[str, ...]


def scan(
    program: Literal["svmap", "svwar", "svcrack"], target: Target, words: Sequence[str], *options: str
) -> Scan:
    """Run one of sipvicious' programs to its end.

    Args:
        program: Which.
        target: Whom it scans.
        words: What its dictionary has: users for svwar, passwords for svcrack; nothing for svmap.
        options: Further options.

    Raises:
        SetupError: It is not installed.
    """
    place = Path(sys.executable).with_name(f"sipvicious_{program}")
    if not place.exists():
        raise SetupError(f"{place.name} is not installed: pip install 'sipdomain[audit]'")
    with tempfile.TemporaryDirectory() as home:
        given = [str(place), *options]
        if program == "svmap":
            given += ["-p", str(target.address.port), target.address.host]
        else:
            dictionary = Path(home, "words")
            dictionary.write_text("".join(f"{each}\n" for each in words), "utf-8")
            given += [
                f"--maximumtime={_PATIENCE}",
                "-d",
                str(dictionary),
                "--domain",
                target.domain,
                f"udp://{target.address}",
            ]
        process = Process(given, folder=Path(home), environment={"HOME": home})
        try:
            code = _ended(process)
        finally:
            process.close()
        return read(process.output, code)


def _ended(process: Process) -> int | None:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        code = process.poll()
        if code is not None:
            return code
        time.sleep(_POLL)
    return None


def read(output: str, exit_code: int | None) -> Scan:
    """Read what a program wrote.

    Args:
        output: Its standard output and error.
        exit_code: Its exit code, or None when it was ended.
    """
    lines = tuple(line.rstrip() for line in output.splitlines() if line.strip())
    found = [(match[1], match[2]) for line in lines if (match := _ROW.match(line))]
    rows = tuple(found[1:])
    if rows:
        return Scan(rows, "found", lines[-8:])
    gave_up = exit_code != 0 or any(word in line for line in lines for word in _GAVE_UP)
    return Scan((), "gave up" if gave_up else "nothing", lines[-8:])
