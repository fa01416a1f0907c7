"""`sipdomain schema`: print the JSON Schema of a scenario file, for editors."""

from __future__ import annotations

import typer

from sipdomain.scenario.schema import schema_text


def schema() -> None:
    """Print the JSON Schema of a scenario file, by which editors complete and check."""
    typer.echo(schema_text(), nl=False)
