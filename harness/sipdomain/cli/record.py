"""`sipdomain record`: a call of a capture or a journal becomes a scenario with the ladder to expect."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from sipdomain.cli.explain import entries_in, is_capture, trace_of
from sipdomain.cli.new_files import write_new
from sipdomain.cli.report_files import OUTPUT, ReportFile
from sipdomain.cli.standard_streams import SteadyStream
from sipdomain.errors import SetupError
from sipdomain.report.diagnosis import trace_of_journal
from sipdomain.report.failure import failure
from sipdomain.report.recorded import scenario_of
from sipdomain.scenario.loader import SUFFIX, load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker
from sipdomain.trace.calls import Call, calls

_NO_DOCUMENT: Final = (
    "a capture has no TwiML: `app` only lasts as long as the call did; "
    "write what your application answers, and expect that"
)


def record(
    file: Annotated[Path, typer.Argument(help="A capture (pcap, pcapng), or a journal of `run --jsonl`.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="The scenario; by default FILE.scenario.yaml beside the file, `-` prints it.",
        ),
    ] = None,
    call: Annotated[str, typer.Option(help="The Call-ID of the call; by default the first one.")] = "",
) -> None:
    """Write a scenario that plays a call again, and play it once in virtual time; exit 1 when it does not pass."""
    entries = [] if is_capture(file) else entries_in(file)
    trace = trace_of_journal(entries) if entries else trace_of(file)[0]
    found = scenario_of(_chosen(calls(trace), call, file), entries)
    text = _text(found, "" if entries else _NO_DOCUMENT)
    made = _written(text, file, output)
    worlds = maker("sim", speech=False)
    try:
        result = run_scenario(load_scenario_text(text, str(made)), worlds, substrate="sim")
    finally:
        worlds.close()
    stream = SteadyStream(sys.stderr if made == OUTPUT else sys.stdout)
    if made != OUTPUT:
        stream.write(f"written to {made}: {len(found['steps'])} steps\n")
    if not entries:
        stream.write(f"note: {_NO_DOCUMENT}\n")
    stream.write("played once in virtual time" + ("" if entries else ", with that `app`") + ": ")
    if result.outcome == "passed":
        stream.write("it passes\n")
    else:
        shown = failure(result, ascii_only=stream.ascii_only)
        stream.write(f"the emulator does not do the same\n{shown}\n")
    stream.flush()
    if result.outcome != "passed":
        raise typer.Exit(1)


def _written(text: str, file: Path, output: Path | None) -> Path:
    """Write a scenario to a new file, or to standard output, and return which it was."""
    made = output or file.with_name(f"{file.name.partition('.')[0]}{SUFFIX}")
    if made == OUTPUT:
        ReportFile(OUTPUT, "-o").write(text.encode())
        return made
    _, kept = write_new(made.parent, {made.name: text.encode()})
    if kept:
        raise SetupError(f"{made} is there already; name another file with -o")
    return made


def _chosen(found: list[Call], wanted: str, file: Path) -> Call:
    for each in found:
        if each.call_id == wanted or (not wanted and each.requests("INVITE")):
            return each
    raise SetupError(f"{file} has no call {wanted!r}" if wanted else f"{file} has no call")


def _text(scenario: object, remark: str) -> str:
    import yaml

    text: str = yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True, width=110)
    return f"# {remark}\n{text}" if remark else text
