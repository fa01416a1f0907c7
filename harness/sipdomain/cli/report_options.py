"""The options of `sipdomain run` that write reports: one for each kind in the registry."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, TextIO

import typer

from sipdomain.cli.option_groups import with_group
from sipdomain.cli.report_files import ReportFile, ReportFolder, refuse_one_for_two, words_beside
from sipdomain.errors import SetupError
from sipdomain.report.files import REPORTS
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result


class ReportFiles:
    """The reports that a run was asked for."""

    def __init__(self, wanted: Mapping[str, Path | None], paths: Sequence[Path]) -> None:
        """See that each can be written, and take older ones away.

        Args:
            wanted: Where each kind of report goes to, by the name of its option; None for one that is not wanted.
            paths: The files to be played, which no report may replace.

        Raises:
            SetupError: One cannot be written, two are the same file, or one is a scenario file.
        """
        named = {name: path for name, path in wanted.items() if path is not None}
        refuse_one_for_two({f"--{name}": path for name, path in named.items()})
        for name in named:
            _look_for(name)
        self._files: dict[str, Any] = {name: _opened(name, path, paths) for name, path in named.items()}

    @property
    def words(self) -> TextIO:
        """Where the run says something itself: standard error where a report goes to standard output."""
        return words_beside(*(each for each in self._files.values() if isinstance(each, ReportFile)))

    @property
    def with_audio(self) -> bool:
        """Whether one of them wants to have what was said in calls."""
        return any(REPORTS[name].with_audio for name in self._files)

    def write(self, results: Sequence[Result], wrong: Sequence[WrongFile]) -> list[str]:
        """Write all of them, and return the lines that standard output gets.

        Raises:
            SetupError: Some cannot be written; the others are.
        """
        lines: list[str] = []
        failed: list[str] = []
        for name, file in self._files.items():
            try:
                file.write(REPORTS[name].write(results, wrong))
            except SetupError as error:
                failed.append(str(error))
            announce = REPORTS[name].announce
            lines += announce(results, wrong) if announce is not None else ()
        if failed:
            raise SetupError("; ".join(failed))
        return lines


def _opened(name: str, path: Path, inputs: Sequence[Path]) -> ReportFile | ReportFolder:
    report, flag = REPORTS[name], f"--{name}"
    if report.in_folder:
        return ReportFolder(path, flag)
    return ReportFile(path, flag, is_added=report.is_added, inputs=inputs)


def _look_for(name: str) -> None:
    """See that what a report needs is installed.

    Raises:
        SetupError: It is not.
    """
    needs = REPORTS[name].needs
    if needs is not None and importlib.util.find_spec(needs[0]) is None:
        raise SetupError(f"--{name} needs {needs[0]}: pip install 'sipdomain[{needs[1]}]'")


with_reports: Final = with_group(
    "reports",
    {
        name: (Annotated[Path | None, typer.Option(help=report.help)], None)
        for name, report in REPORTS.items()
    },
    dict,
)
"""Gives a command an option for each kind of report; their paths come to it as `reports`, by name."""
