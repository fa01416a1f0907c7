"""`sipdomain run`: play scenario files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from harness.errors import SetupError
from harness.mask import masking
from harness.report.console import Console
from harness.report.failure import pictures
from harness.report.jsonl import result_lines
from harness.report.junit import junit_xml
from harness.scenario.loader import ScenarioFile, find, load_scenario
from harness.scenario.runner import Result, run_scenario
from harness.scenario.worlds import maker


def run(
    paths: Annotated[list[Path], typer.Argument(help="Scenario files, or folders of them.")],
    net: Annotated[
        Literal["live", "sim"], typer.Option(help="Real sockets and real time, or virtual time.")
    ] = "live",
    profile: Annotated[
        Literal["documented", "observed"],
        typer.Option(help="Follow the provider's text, or what its live service was seen to do."),
    ] = "documented",
    keyword: Annotated[
        str, typer.Option("-k", help="Only scenarios whose title or file contains this.")
    ] = "",
    ladder: Annotated[
        Literal["failed", "last", "all", "none"], typer.Option(help="Whose ladder is printed.")
    ] = "last",
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report.")] = None,
    jsonl: Annotated[
        Path | None, typer.Option(help="Write every result and journal entry as JSON lines.")
    ] = None,
    seed: Annotated[int, typer.Option(help="For all that is random.")] = 0,
    speech: Annotated[
        bool, typer.Option(help="Say words with a voice, where the extra is installed.")
    ] = True,
) -> None:
    """Play scenario files; exit 0 when all passed, 1 when one failed, 2 for a wrong file, 3 when none ran."""
    for path in (junit, jsonl):
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise SetupError(f"cannot write {str(path)!r}: it is a folder, or its folder does not exist")
    files = [load_scenario(path, seed=seed) for path in find(paths)]
    if keyword:
        files = [each for each in files if keyword.lower() in f"{each.path} {each.scenario.scenario}".lower()]
    results = _play(files, net, profile, seed, speech=speech, ladder=ladder)
    if junit is not None:
        junit.write_bytes(junit_xml(results))
    if jsonl is not None:
        jsonl.write_text("".join(line + "\n" for each in results for line in result_lines(each)))
    if any(each.outcome == "failed" for each in results):
        raise typer.Exit(1)
    if not any(each.outcome == "passed" for each in results):
        raise typer.Exit(3)


def _play(
    files: Sequence[ScenarioFile],
    net: Literal["live", "sim"],
    profile: Literal["documented", "observed"],
    seed: int,
    *,
    speech: bool,
    ladder: str,
) -> list[Result]:
    console = Console(sys.stdout)
    make_world = maker(net, speech=speech)
    results: list[Result] = []
    try:
        for number, source in enumerate(files, 1):
            console.started(source.scenario.scenario, number, len(files))
            result = run_scenario(source, make_world, substrate=net, profile=profile, seed=seed)
            results.append(result)
            console.finished(result)
            if ladder == "all" and result.outcome == "passed":
                _show(result, console)
    finally:
        make_world.close()
    played = [each for each in results if each.outcome == "passed"]
    if ladder == "last" and played:
        _show(played[-1], console)
    console.summary(results)
    return results


def _show(result: Result, console: Console) -> None:
    print(f"\n{result.title}\n", file=console.stream)
    for picture in pictures(result, masking(result.secrets), ascii_only=console.ascii_only):
        print(picture, file=console.stream)
