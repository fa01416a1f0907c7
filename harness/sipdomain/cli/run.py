"""`sipdomain run`: play scenario files."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from sipdomain.cli.addresses import parse_collector
from sipdomain.cli.colours import has_colours, overwrites
from sipdomain.cli.environment import account_of_environment
from sipdomain.cli.interruption import Interruption
from sipdomain.cli.last_failed import remember, remembered, what_failed
from sipdomain.cli.listing import listing
from sipdomain.cli.order import arranged, failed_ones
from sipdomain.cli.playing import Playing, Wishes
from sipdomain.cli.replay import replay
from sipdomain.cli.report_files import OUTPUT
from sipdomain.cli.report_options import ReportFiles, with_reports
from sipdomain.cli.shared_options import Hearing, HearingModel, Profile, Speech
from sipdomain.cli.standard_streams import SteadyStream, write_error
from sipdomain.cli.target import TargetOptions, Wish, compare, with_target
from sipdomain.errors import SetupError
from sipdomain.mask import masking, printable_lines
from sipdomain.report.console import Console
from sipdomain.runtime.media.recognition import HearingSettings
from sipdomain.scenario.loader import ScenarioFile, WrongFile, find, load_all
from sipdomain.scenario.plays import Manner, get_ready
from sipdomain.scenario.selection import SelectionError, cut, nearest, selected
from sipdomain.twilio.configuration.model import AccountSettings

Net = Literal["live", "sim"]


@with_reports
@with_target
def run(
    paths: Annotated[list[Path], typer.Argument(help="Scenario files, or folders of them.")],
    net: Annotated[Net, typer.Option(help="Real sockets and real time, or virtual time.")] = "live",
    profile: Profile = "documented",
    keyword: Annotated[
        str,
        typer.Option(
            "-k",
            help="Only scenarios whose title, file, rules, needs or tags have this; `a and not (b or c)` combines words.",
        ),
    ] = "",
    ladder: Annotated[
        Literal["failed", "last", "all", "none"], typer.Option(help="Whose ladder is printed.")
    ] = "last",
    seed: Annotated[int, typer.Option(help="For all that is random.")] = 0,
    speech: Speech = True,
    hearing: Hearing = "scripted",
    hearing_model: HearingModel = None,
    at_once: Annotated[
        int, typer.Option("-n", min=1, max=64, help="How many scenarios are played at a time.")
    ] = 1,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Play the other files when some are wrong.")
    ] = False,
    hep: Annotated[str, typer.Option(help="Send SIP by HEP over UDP to this HOST:PORT, as it happens.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Count what is not run as failed.")] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="End at the first failure.")] = False,
    last_failed: Annotated[
        bool, typer.Option("--last-failed", help="Only files that failed when they were last played.")
    ] = False,
    repeat: Annotated[int, typer.Option(min=1, max=10_000, help="Play each scenario so many times.")] = 1,
    shuffle: Annotated[bool, typer.Option("--shuffle", help="Play in an order drawn by chance.")] = False,
    shuffle_seed: Annotated[
        int | None, typer.Option(min=0, help="Shuffle into the order that an earlier --shuffle printed.")
    ] = None,
    list_: Annotated[
        bool,
        typer.Option("--list", help="Print what would be played, and why the rest would not; play nothing."),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and play again what has changed, until Ctrl-C.")
    ] = False,
    *,
    target: TargetOptions,
    reports: Mapping[str, Path | None],
) -> None:
    """Play scenario files; exit 0 when all passed, 1 when one failed, 2 for a wrong file, 3 when none ran."""
    if target.target or target.given():
        others = {
            "--net sim": net == "sim", "--hearing": hearing != "scripted", "--hearing-model": hearing_model is not None,
             "-n": at_once > 1, "--hep": hep, "--strict": strict, "--fail-fast": fail_fast,
            "--last-failed": last_failed, "--repeat": repeat > 1, "--shuffle": shuffle or shuffle_seed is not None,
            "--list": list_, "--watch": watch, "--keep-going": keep_going,
            **{f"--{name}": path is not None for name, path in reports.items()},
        }  # fmt: skip
        target.refuse_beside(name for name, is_given in others.items() if is_given)
        _compare(target, paths, keyword, Wish(profile, seed, speech, ladder))
    if watch:
        _refuse_beside_watch(reports, last_failed=last_failed, list_=list_)
    files_of_reports = ReportFiles(reports, paths)
    console = _console(SteadyStream(files_of_reports.words, _lost_output))
    collector = parse_collector(hep, "--hep")
    manner = Manner(
        net, profile, seed, speech, tapped=reports.get("pcap") is not None, hep=collector,
        with_audio=files_of_reports.with_audio, hearing=HearingSettings(hearing, hearing_model),
    )  # fmt: skip
    wishes = Wishes(ladder, at_once, strict, keep_going or watch, fail_fast)
    order = _Order(keyword, repeat, _seed_of_order(shuffle_seed, shuffle=shuffle))
    get_ready(manner, at_once)
    with Interruption() as interruption:
        if watch:
            _replay(paths, lambda: Playing(console, manner, wishes, interruption), order)
            return
        found, wrong = load_all(paths, seed=seed)
        files = order.selected(found)
        if last_failed:
            files = _failed_ones(files, console)
        if list_:
            _list(files, wrong, manner, console)
            return
        playing = Playing(console, manner, wishes, interruption)
        order.play(playing, found, files, wrong)
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


def _compare(target: TargetOptions, paths: Sequence[Path], keyword: str, wish: Wish) -> None:
    """Play scenarios at another SIP domain, and end with what was found."""
    stream = sys.stderr if target.parity == OUTPUT else sys.stdout
    console = _console(SteadyStream(stream, _lost_output))
    with Interruption() as interruption:
        found, wrong = load_all(paths, seed=wish.seed)
        code = compare(target, _selected(found, keyword), wrong, wish, console, interruption)
    raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is played, and in which order.

    Attributes:
        keyword: What `-k` says.
        times: How many times each scenario is played.
        seed: Draws the order; None for that of the files.
    """

    keyword: str
    times: int
    seed: int | None

    def selected(self, found: Sequence[ScenarioFile]) -> list[ScenarioFile]:
        """Return the scenarios that `-k` selects, with the account of the environment."""
        given = AccountSettings(**account_of_environment()._asdict())
        return _selected([each.with_account(given) for each in found], self.keyword)

    def play(
        self,
        playing: Playing,
        found: Sequence[ScenarioFile],
        files: Sequence[ScenarioFile],
        wrong: Sequence[WrongFile],
    ) -> None:
        """Play some of the scenarios that were found, and remember which files failed."""
        if self.seed is not None:
            playing.console.announce(f"in the order of --shuffle-seed {self.seed}")
        playing.play(arranged(files, times=self.times, seed=self.seed), wrong, self.times)
        if why_not := remember(what_failed(playing.results, (each.path for each in found), self.times)):
            write_error(printable_lines(f"note: {why_not}"))


def _seed_of_order(given: int | None, *, shuffle: bool) -> int | None:
    return random.randrange(100_000) if shuffle and given is None else given


def _failed_ones(files: list[ScenarioFile], console: Console) -> list[ScenarioFile]:
    found = failed_ones(files, frozenset(remembered()))
    if not found:
        console.announce("none of these failed when it was last played: all of them are played")
    return found or files


def _list(
    files: Sequence[ScenarioFile], wrong: Sequence[WrongFile], manner: Manner, console: Console
) -> None:
    for each in wrong:
        write_error(printable_lines(masking(())(str(each.error))) + "\n")
    for line in listing(files, manner):
        console.announce(line)
    if wrong or not files:
        raise typer.Exit(2 if wrong else 3)


def _replay(paths: Sequence[Path], playing: Callable[[], Playing], order: _Order) -> None:
    """Play again what has changed, until Ctrl-C."""

    def play(files: Sequence[ScenarioFile], wrong: Sequence[WrongFile]) -> None:
        now = playing()
        order.play(now, files, order.selected(files), wrong)
        if not now.interruption.came():
            now.console.announce("watching for changes; Ctrl-C ends it")

    find(paths)
    one = playing()
    replay(paths, one.manner.seed, play, one.interruption.came)


def _refuse_beside_watch(reports: Mapping[str, Path | None], *, last_failed: bool, list_: bool) -> None:
    beside = [f"--{name}" for name, path in reports.items() if path is not None]
    beside += ["--last-failed"] * last_failed + ["--list"] * list_
    if beside:
        raise SetupError(f"--watch cannot stand beside {beside[0]}; leave out one of the two")


def _console(stream: SteadyStream) -> Console:
    is_terminal = stream.isatty()
    live = overwrites(os.environ, is_terminal=is_terminal)
    return Console(
        stream,
        ascii_only=stream.ascii_only,
        colour=has_colours(os.environ, is_terminal=is_terminal),
        width=shutil.get_terminal_size().columns if live else 0,
    )


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
