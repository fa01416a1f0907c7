"""`sipdomain run`: play scenario files."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from sipdomain.cli.addresses import parse_collector
from sipdomain.cli.environment import account_of_environment
from sipdomain.cli.interruption import Interruption
from sipdomain.cli.report_options import ReportFiles, with_reports
from sipdomain.cli.standard_streams import SteadyStream, write_error
from sipdomain.errors import SetupError
from sipdomain.mask import masking, printable_lines
from sipdomain.report.console import Console
from sipdomain.report.failure import pictures
from sipdomain.scenario.loader import ScenarioFile, WrongFile, load_all
from sipdomain.scenario.plays import Manner, played
from sipdomain.scenario.runner import Result
from sipdomain.scenario.selection import SelectionError, cut, nearest, selected
from sipdomain.scenario.stage import Mismatch
from sipdomain.twilio.configuration.model import AccountSettings

Net = Literal["live", "sim"]
Profile = Literal["documented", "observed"]


@with_reports
def run(
    paths: Annotated[list[Path], typer.Argument(help="Scenario files, or folders of them.")],
    net: Annotated[Net, typer.Option(help="Real sockets and real time, or virtual time.")] = "live",
    profile: Annotated[
        Profile,
        typer.Option(help="Follow the provider's text, or what its live service was seen to do."),
    ] = "documented",
    keyword: Annotated[
        str,
        typer.Option(
            "-k",
            help="Only scenarios whose title, file, needs or tags contain this; `a and not (b or c)` combines words.",
        ),
    ] = "",
    ladder: Annotated[
        Literal["failed", "last", "all", "none"], typer.Option(help="Whose ladder is printed.")
    ] = "last",
    seed: Annotated[int, typer.Option(help="For all that is random.")] = 0,
    speech: Annotated[
        bool, typer.Option(help="Say words with a voice, where the extra is installed.")
    ] = True,
    at_once: Annotated[
        int, typer.Option("-n", min=1, max=64, help="How many scenarios are played at a time.")
    ] = 1,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Play the other files when some are wrong.")
    ] = False,
    hep: Annotated[str, typer.Option(help="Send SIP by HEP over UDP to this HOST:PORT, as it happens.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Count what is not run as failed.")] = False,
    *,
    reports: Mapping[str, Path | None],
) -> None:
    """Play scenario files; exit 0 when all passed, 1 when one failed, 2 for a wrong file, 3 when none ran."""
    files_of_reports = ReportFiles(reports, paths)
    given = AccountSettings(**account_of_environment()._asdict())
    with Interruption() as interruption:
        files, wrong = load_all(paths, seed=seed)
        found = [each.with_account(given) for each in files]
        files = _selected(found, keyword)
        stream = SteadyStream(sys.stdout, _lost_output)
        console = Console(stream, ascii_only=stream.ascii_only)
        manner = Manner(
            net,
            profile,
            seed,
            speech,
            tapped=reports.get("pcap") is not None,
            hep=parse_collector(hep, "--hep"),
        )
        playing = _Run(console, manner, ladder, interruption, strict=strict, keep_going=keep_going)
        playing.play(files, wrong, at_once)
        for line in files_of_reports.write(playing.results, playing.wrong):
            console.announce(line)
    if interruption.number:
        raise typer.Exit(interruption.exit_code)
    if any(each.outcome == "failed" for each in playing.results):
        raise typer.Exit(1)
    if playing.wrong:
        raise typer.Exit(2)
    if not any(each.outcome == "passed" for each in playing.results):
        if keyword and not files:
            _suggest_nearest(found, keyword)
        raise typer.Exit(3)


@dataclass(slots=True)
class _Run:
    """Plays files, and reports how they went."""

    console: Console
    manner: Manner
    ladder: str
    interruption: Interruption
    strict: bool
    keep_going: bool
    results: list[Result] = field(default_factory=list)
    wrong: list[WrongFile] = field(default_factory=list)

    def play(self, files: Sequence[ScenarioFile], wrong: Sequence[WrongFile], at_once: int) -> None:
        for each in wrong:
            self._refuse(each)

        def started(number: int) -> None:
            self.console.started(files[number].scenario.scenario, number + 1, len(files))

        ended: dict[int, Result | None] = {}
        plays = played(
            files, self.manner, at_once=at_once, stop=lambda: bool(self._reason_to_stop()), started=started
        )
        with closing(plays):
            for number, found in plays:
                ended[number] = self._took(found)
        for number, source in enumerate(files):
            if number not in ended:
                ended[number] = self._judged(replace(self._unplayed(source), reason=self._reason_to_stop()))
        # In the order of the files, whatever ended first.
        self.results = [result for _, result in sorted(ended.items()) if result is not None]
        passed = [each for each in self.results if each.outcome == "passed"]
        if self.ladder == "last" and passed:
            self._show(passed[-1])
        self.console.summary(self.results, len(self.wrong))
        if self.wrong and not self.keep_going:
            write_error("nothing is played while a file is wrong; --keep-going plays the others")

    def _took(self, found: Result | WrongFile) -> Result | None:
        """Print how a scenario went, and return that; None for a file that is wrong."""
        if isinstance(found, WrongFile):
            self._refuse(found)
            return None
        if self.interruption.came() and found.outcome == "not run":
            found = replace(found, reason=f"broken off by {self.interruption.name}")
        result = self._judged(found)
        self.console.finished(result)
        if self.ladder == "all" and result.outcome == "passed":
            self._show(result)
        return result

    def _judged(self, result: Result) -> Result:
        """Return a result as `--strict` takes it."""
        if self.strict and result.outcome == "not run" and not self._reason_to_stop():
            mismatch = Mismatch("scenario", "to be run, as --strict asks", f"not run: {result.reason}")
            return replace(result, outcome="failed", mismatches=(mismatch,))
        return result

    def _reason_to_stop(self) -> str:
        if self.interruption.came():
            return f"not reached before {self.interruption.name}"
        return "another file is wrong" if self.wrong and not self.keep_going else ""

    def _unplayed(self, source: ScenarioFile) -> Result:
        manner = self.manner
        return Result(source.path, source.scenario.scenario, "not run", manner.profile, manner.substrate)

    def _refuse(self, wrong: WrongFile) -> None:
        self.wrong.append(wrong)
        write_error(printable_lines(masking(())(str(wrong.error))) + "\n")

    def _show(self, result: Result) -> None:
        mask = masking(result.secrets)
        self.console.show(mask(result.title), pictures(result, mask, ascii_only=self.console.ascii_only))


def _selected(files: list[ScenarioFile], keyword: str) -> list[ScenarioFile]:
    if not keyword.strip():
        return files
    try:
        return selected(files, keyword)
    except SelectionError as error:
        raise SetupError(
            f"-k {cut(keyword)!r}: {error}; write such as 'password and not (tls or ipv6)'"
        ) from None


def _suggest_nearest(files: list[ScenarioFile], keyword: str) -> None:
    likely = nearest(files, keyword)
    names = f"; nearest: {', '.join(repr(each) for each in likely)}" if likely else ""
    write_error(printable_lines(f"-k {cut(keyword)!r} matches none of {len(files)} scenarios{names}"))


def _lost_output(error: OSError | ValueError) -> None:
    why = getattr(error, "strerror", None) or str(error)
    write_error(f"standard output cannot be written to: {why}; the run goes on without it")
