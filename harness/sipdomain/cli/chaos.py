"""`sipdomain chaos`: a scenario under many seeds of faults, and the fewest of them that break it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sipdomain.cli.environment import account_of_environment
from sipdomain.cli.interruption import Interruption
from sipdomain.cli.new_files import write_new
from sipdomain.cli.report_files import OUTPUT
from sipdomain.cli.shared_options import Profile
from sipdomain.cli.standard_streams import SteadyStream
from sipdomain.errors import FileError, SetupError
from sipdomain.mask import masking, printable_lines
from sipdomain.report.failure import failure
from sipdomain.scenario.chaos.draw import SOURCES, USUAL
from sipdomain.scenario.chaos.minimise import Faults
from sipdomain.scenario.chaos.reproduction import reproduction
from sipdomain.scenario.chaos.search import Search, verdicts
from sipdomain.scenario.chaos.trial import PATIENCE, Trial, Verdict
from sipdomain.scenario.loader import load_rows, load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker
from sipdomain.twilio.configuration.model import AccountSettings


def chaos(
    scenario: Annotated[Path, typer.Argument(help="A scenario file that passes in virtual time.")],
    seeds: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many seeds are played.")] = 1000,
    first: Annotated[int, typer.Option(min=0, help="The first of them.")] = 0,
    at_once: Annotated[int, typer.Option("-n", min=1, max=64, help="In how many processes.")] = 1,
    only: Annotated[
        list[str] | None,
        typer.Option(help=f"A fault that may be drawn, and no other than those named: {', '.join(SOURCES)}."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Play all seeds, also once one has broken it.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Write the scenario that breaks to this file, beside the other one; else it is printed.",
        ),
    ] = None,
    row: Annotated[int, typer.Option(min=1, help="Which row of the scenario's matrix.")] = 1,
    profile: Profile = "documented",
) -> None:
    """Play a scenario under many seeds of faults that it must survive; exit 1 when one breaks it, 2 for a wrong file."""
    words = tuple(only or USUAL)
    if unknown := [each for each in words if each not in SOURCES]:
        raise SetupError(f"--only {unknown[0]}: there is no such fault; write one of {', '.join(SOURCES)}")
    output = None if output == OUTPUT else output
    if output is not None and output.parent.resolve() != scenario.parent.resolve():
        raise SetupError("-o names a file beside the scenario: what that names is looked for there")
    if row > (rows := len(load_rows(scenario))):
        raise SetupError(f"--row {row}: {scenario} has {rows}")
    account = AccountSettings(**account_of_environment()._asdict())
    search = Search(str(scenario), row, account, profile, words)
    trial = search.trial()
    found: list[Verdict] = []
    with Interruption() as interruption:

        def stop() -> bool:
            return interruption.came() or (not all_ and any(each.outcome == "broken" for each in found))

        found.extend(verdicts(search, trial, range(first, first + seeds), at_once=at_once, stop=stop))
    stream = SteadyStream(sys.stdout)
    found.sort(key=lambda each: each.seed)
    broken = [each for each in found if each.outcome == "broken"]
    stream.write(_summary(found))
    if broken:
        _show(stream, scenario, search, trial, broken[0], output)
    stream.flush()
    if broken or interruption.number:
        raise typer.Exit(1 if broken else interruption.exit_code)


def _summary(found: list[Verdict]) -> str:
    broken = [str(each.seed) for each in found if each.outcome == "broken"]
    late = [str(each.seed) for each in found if each.outcome == "late"]
    text = f"{len(found)} seeds: {f'broken by {_some(broken)}' if broken else 'none broke it'}\n"
    if late:
        text += f"late, and met when each step may wait {PATIENCE:g} s longer: {_some(late)}\n"
    return text


def _some(seeds: list[str]) -> str:
    """Name the first seeds."""
    more = len(seeds) - 10
    return ", ".join(seeds[:10]) + (f" and {more} more" if more > 0 else "")


def _show(
    stream: SteadyStream, scenario: Path, search: Search, trial: Trial, verdict: Verdict, output: Path | None
) -> None:
    """Print the fewest faults that break a scenario, as a scenario that breaks by itself."""
    faults = trial.minimised(verdict)
    name = output.name if output is not None else "FILE"
    profile = "" if search.profile == "documented" else f" --profile {search.profile}"
    heading = (
        f"Seed {verdict.seed} of `sipdomain chaos {scenario.name}`: {verdict.reason} is not met.",
        f"It breaks by itself: sipdomain run --net sim{profile} {name}",
    )
    text = reproduction(scenario, faults, heading)
    shown = failure(trial.play(faults), ascii_only=stream.ascii_only)
    before, after = len(verdict.faults), len(faults)
    stream.write(
        f"seed {verdict.seed}, of whose {before} faults {after} {'is' if after == 1 else 'are'} enough\n"
    )
    stream.write(f"\n{shown}\n\n")
    _check(text, scenario, search, faults)
    if output is None:
        stream.write(printable_lines(masking(())(text)))
        return
    _, kept = write_new(output.parent, {output.name: text.encode()})
    if kept:
        raise SetupError(f"{output} is there already; name another file with -o")
    stream.write(f"written to {output}\n")


def _check(text: str, scenario: Path, search: Search, faults: Faults) -> None:
    """See that a scenario with faults fails by itself.

    Raises:
        SetupError: It does not.
    """
    try:
        source = load_scenario_text(text, str(scenario), row=search.row).with_account(search.account)
    except FileError as error:
        raise SetupError(
            f"the faults cannot be written beside those that {scenario} has: {error.message}"
        ) from error
    result = run_scenario(source, maker("sim", speech=False), substrate="sim", profile=search.profile)
    if result.outcome != "failed":
        raise SetupError(
            f"{scenario} breaks with {len(faults)} faults, and passes once they are written there"
        )
