"""Which scenario files failed when they were last played: remembered in the state folder, for `run --last-failed`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from sipdomain.cli.report_files import ReportFile
from sipdomain.errors import SetupError
from sipdomain.runtime.files.folders import reason, state_folder
from sipdomain.scenario.runner import Result

MOST: Final = 1_000
"""How many files are remembered; the oldest are forgotten first."""
LARGEST: Final = 4_194_304
"""How much of the file is read, in bytes."""
_NAME: Final = "last-failed.json"


def remembered() -> list[str]:
    """Return the absolute paths of the files that failed when they were last played, the newest last.

    What cannot be read is as nothing.
    """
    try:
        with (state_folder() / _NAME).open("rb") as file:
            found = json.loads(file.read(LARGEST))
    except (OSError, ValueError, SetupError, RecursionError):
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def what_failed(results: Iterable[Result], found: Iterable[str], times: int) -> dict[str, bool]:
    """Return the files of which it is known now whether they failed.

    A file has passed when all that it has did: one row of a matrix, which `-k` selected, says nothing of the others.

    Args:
        results: What was played.
        found: The file of each scenario that there is, selected or not.
        times: How often each was to be played.
    """
    rows = Counter(found)
    outcomes = Counter((each.file, each.outcome) for each in results)
    known = {}
    for file in rows:
        if outcomes[file, "failed"]:
            known[file] = True
        elif outcomes[file, "passed"] == rows[file] * times:
            known[file] = False
    return known


def remember(played: Mapping[str, bool]) -> str:
    """Take note of what was played.

    Args:
        played: For each file whether it failed.

    Returns:
        Why that is not possible, or "".
    """
    before = remembered()
    known = dict.fromkeys(before)
    for name, failed in played.items():
        path = str(Path(name).resolve())
        known.pop(path, None)
        if failed:
            known[path] = None
    after = list(known)[-MOST:]
    if after == before:
        return ""
    try:
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True)
        ReportFile(folder / _NAME, "last-failed").write(json.dumps(after).encode())
    except (OSError, SetupError) as error:
        why = reason(error) if isinstance(error, OSError) else error
        return f"which scenarios failed cannot be remembered: {why}"
    return ""
