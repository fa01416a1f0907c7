"""`sipdomain allowlist`: what a firewall has to let through for the provider's calls, and whether it does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from sipdomain.errors import SetupError
from sipdomain.twilio.names.allowlist import FORMATS, missing, openings
from sipdomain.twilio.names.edges import EDGE_NAMES, edge_name

LARGEST = 16 * 1024 * 1024
"""A larger file to check is refused, in bytes."""


def allowlist(
    format_: Annotated[
        Literal["table", "json", "nftables", "iptables", "aws"],
        typer.Option("--format", help="How to write it; aws is for authorize-security-group-ingress."),
    ] = "table",
    edge: Annotated[list[str] | None, typer.Option(help="Only this edge's signalling (repeatable).")] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            help="Compare with a firewall's rules (nft, iptables-save, JSON, a list; - is stdin), by addresses "
            "alone: say what is missing, and exit 1 when something is."
        ),
    ] = None,
) -> None:
    """Print the provider's signalling and media addresses and ports, or check a firewall for them."""
    wanted = openings([_edge(text) for text in edge or []])
    if check is None:
        print(FORMATS[format_](wanted), end="")
        return
    lacking = missing(wanted, _read(check))
    for each in lacking:
        print(f"missing {each.network!s:<18}  {each.title}, {each.place}")
    if lacking:
        raise typer.Exit(1)
    networks = len({each.network for each in wanted})
    print(f"all {networks} ranges are there; only addresses were compared, not ports")


def _edge(text: str) -> str:
    name = edge_name(text)
    if name not in EDGE_NAMES:
        raise SetupError(f"--edge needs one of {', '.join(EDGE_NAMES)} (got {text!r})")
    return name


def _read(path: Path) -> str:
    try:
        data = sys.stdin.buffer.read(LARGEST + 1) if str(path) == "-" else _head(path)
    except OSError as error:
        raise SetupError(f"--check: cannot read {path}: {error.strerror}") from error
    if len(data) > LARGEST:
        raise SetupError(f"--check: {path} has more than {LARGEST} bytes")
    return data.decode("utf-8", "replace")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)
