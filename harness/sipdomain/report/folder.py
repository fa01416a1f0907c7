"""A folder with every kind of report, under their usual names."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

from sipdomain.errors import SetupError
from sipdomain.report.files import REPORTS, Report
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result


def write_all(folder: Path, results: Sequence[Result], wrong: Sequence[WrongFile]) -> list[str]:
    """Write every kind of report that can be written here, and replace older ones.

    Args:
        folder: Where to; it is made when it is not there.
        results: How scenarios went.
        wrong: The files that could not be read.

    Returns:
        For each report a line that says where it is, or what it needs.

    Raises:
        SetupError: One cannot be written.
    """
    lines = []
    for name, report in REPORTS.items():
        if not report.usual:
            continue
        if (missing := _missing(report)) is not None:
            lines.append(f"sip report: no {name}, for {missing}")
            continue
        path = folder / report.usual
        made = report.write(results, wrong)
        try:
            for file, data in made.items() if isinstance(made, Mapping) else ((None, made),):
                place = path if file is None else path / file
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
        except OSError as error:
            raise SetupError(f"{path} cannot be written: {error.strerror or error}") from None
        lines.append(f"sip report: {path}")
    return lines


def _missing(report: Report) -> str | None:
    if report.needs is None or importlib.util.find_spec(report.needs[0]) is not None:
        return None
    return f"{report.needs[0]} is not installed: pip install 'sipdomain[{report.needs[1]}]'"
