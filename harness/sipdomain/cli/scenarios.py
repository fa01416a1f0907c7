"""`sipdomain scenarios`: list the examples that come with the program, or copy them to a folder of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sipdomain.cli.new_files import write_new
from sipdomain.cli.report_files import refuse_output
from sipdomain.scenario.examples import FOLDER, Topic, needed, root, topics


def scenarios(
    topic: Annotated[list[str] | None, typer.Argument(help="Only these topics.")] = None,
    copy: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Copy them into this folder, with the files that they need."),
    ] = None,
) -> None:
    """List the example scenarios that come with the program, or copy them."""
    refuse_output(copy, "--copy")
    found = topics(topic or ())
    if copy is None:
        _list(found, with_files=bool(topic))
    else:
        _copy(found, copy)


def _list(found: Sequence[Topic], *, with_files: bool) -> None:
    for each in found:
        typer.echo(each.name)
        for file in each.files:
            note = f"  (needs {', '.join(file.scenario.needs)})" if file.scenario.needs else ""
            typer.echo(f"  {file.scenario.scenario}{note}")
            if with_files:
                typer.echo(f"    {file.path}")
    count = sum(len(each.files) for each in found)
    typer.echo(f"\n{count} scenarios. To play some: sipdomain scenarios {found[0].name} --copy DIR")


def _copy(found: Sequence[Topic], folder: Path) -> None:
    place = root()
    written, kept = write_new(folder, {str(each): (place / each).read_bytes() for each in needed(found)})
    for name in kept:
        typer.echo(f"{folder / name} was there before, and stays as it is")
    typer.echo(f"{len(written)} files written to {folder}. To play them in virtual time, and live:")
    played = folder / FOLDER
    shown = " ".join(str(played / each.name) for each in found) if len(found) <= 3 else str(played)
    typer.echo(f"  sipdomain run --net sim {shown}\n  sipdomain run -n 4 {shown}")
